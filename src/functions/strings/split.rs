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
        let part = |part: &str| Json::String(part.to_owned());
        // Without a delimiter the text is one part.
        let mut parts = text.split(&*delimiter).map(part);
        match arguments.get(2).and_then(Value::as_i64) {
            None if delimiter.is_empty() => Json::Array(vec![part(&text)]).into_dynamic(),
            None => Json::Array(parts.collect()).into_dynamic(),
            Some(index) => match usize::try_from(index).ok().and_then(|i| parts.nth(i)) {
                Some(one) => Json::Array(vec![one]).into_dynamic(),
                None => Value::Null,
            },
        }
    }),
    examples: &[("split('aa_bb', '_')", r#"["aa","bb"]"#), ("split('aaa_bbb_ccc', '_', 1)", r#"["bbb"]"#)],
    ..Function::NEW
};
