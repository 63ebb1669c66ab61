//! Functions that have a newer name.

use super::{Finding, Seen};

/// Obsolete names and what Microsoft says to use instead.
const NEWER: &[(&str, &str)] = &[
    ("any", "take_any"),
    ("anyif", "take_anyif"),
    ("argmax", "arg_max"),
    ("argmin", "arg_min"),
    ("array_sum", "series_sum"),
    ("arraylength", "array_length"),
    ("base64_decodestring", "base64_decode_tostring"),
    ("base64_encodestring", "base64_encode_tostring"),
    ("cnt", "count"),
    ("columnifexists", "column_ifexists"),
    ("current_cursor", "cursor_current"),
    ("datepart", "datetime_part"),
    ("extentid", "extent_id"),
    ("extractall", "extract_all"),
    ("make_string", "unicode_codepoints_to_string"),
    ("makelist", "make_list"),
    ("makeset", "make_set"),
    ("notempty", "isnotempty"),
    ("notnull", "isnotnull"),
    ("pack", "bag_pack"),
    ("pack_dictionary", "bag_pack"),
    ("parsejson", "parse_json"),
    ("parseurl", "parse_url"),
    ("parseurlquery", "parse_urlquery"),
    ("replace", "replace_regex"),
    ("row_rank", "row_rank_dense"),
    ("to_utf8", "unicode_codepoints_from_string"),
    ("toobject", "todynamic"),
    ("totime", "totimespan"),
    ("weekofyear", "week_of_year"),
];

pub fn look(seen: &Seen) -> Option<Finding> {
    let (name, span, arguments) = seen.call()?;
    // `count(predicate)` is the older form of `countif(predicate)`.
    let newer = match name {
        "count" if arguments.len() == 1 => "countif",
        _ => NEWER.iter().find(|(old, _)| *old == name)?.1,
    };
    let written = seen.text(span);
    Some(Finding::new(span, format!("`{written}` is the obsolete name of `{newer}`"), format!("write: {}", seen.replaced(span, newer))))
}
