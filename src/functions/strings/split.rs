//! split(): the parts of a text between delimiters.

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

pub static SPLIT: Function = Function {
    name: "split",
    category: "String functions",
    signatures: &["(source:scalar, delimiter:string, [requestedIndex:integer]) -> dynamic"],
    summary: "An array of the parts of a text between delimiters; with an index, an array of that part alone.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let (text, delimiter) = (arguments[0].to_text(), arguments[1].to_text());
        // Without a delimiter the text is one part.
        let mut parts = text.splitn(if delimiter.is_empty() { 1 } else { usize::MAX }, &*delimiter);
        match arguments.get(2).and_then(Value::as_i64) {
            None => array(parts),
            Some(index) => usize::try_from(index).ok().and_then(|i| parts.nth(i)).map_or(Value::Null, |one| array(std::iter::once(one))),
        }
    }),
    examples: &[("split('aa_bb', '_')", r#"["aa","bb"]"#), ("split('aaa_bbb_ccc', '_', 1)", r#"["bbb"]"#)],
    ..Function::NEW
};

/// The JSON text straight away: this is called for every row of many queries.
fn array<'t>(parts: impl Iterator<Item = &'t str>) -> Value<'static> {
    let mut json = String::from("[");
    for part in parts {
        if json.len() > 1 {
            json.push(',');
        }
        Json::write_string(part, &mut json);
    }
    json.push(']');
    Value::dynamic(json)
}
