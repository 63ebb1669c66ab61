//! What the operators `parse` and `parse-where` call: matches a text against a pattern of constants and typed columns.

use regex::Regex;

use crate::functions::regex_dialect;
use crate::plan::{Function, Kernel};
use crate::value::{Dynamic, Json, Type, Value};

/// The pattern is an array of `{"text": …}`, `{"skip": true}` and `{"column": type}`; the mode `simple`, `relaxed` or `regex`;
/// the flags those of `kind=regex`. The result is an array with a value per column, or null where the text does not match.
pub static PARSE_PATTERN: Function = Function {
    name: "parse_pattern",
    category: "Internal functions",
    signatures: &["(text:string, pattern:dynamic, mode:string, flags:string) -> dynamic"],
    summary: "Matches a text as `parse` does: the values of the pattern's columns, or null.",
    kernel: Kernel::Prepare(|_, known| {
        let pattern = known.constants[1].as_ref().and_then(Value::as_dynamic).map(parts).unwrap_or_default();
        let relaxed = known.constant_str(2) == Some("relaxed");
        if known.constant_str(2) == Some("regex") {
            let regex = compile(&pattern, known.constant_str(3).unwrap_or(""))?;
            return Ok(Box::new(move |arguments| result(by_regex(&regex, arguments[0].as_str().unwrap_or("")), &pattern, true)));
        }
        Ok(Box::new(move |arguments| result(by_scan(&pattern, arguments[0].as_str().unwrap_or("")), &pattern, relaxed)))
    }),
    ..Function::NEW
};

enum Part {
    Text(String),
    Skip,
    Column(Type),
}

fn parts(pattern: &Dynamic<'_>) -> Vec<Part> {
    let Json::Array(items) = pattern.json() else { return Vec::new() };
    let part = |item: Json| match item {
        Json::Object(members) => members.into_iter().next().map(|(key, value)| match (key.as_str(), value) {
            ("text", Json::String(text)) => Part::Text(text),
            ("column", Json::String(ty)) => Part::Column(Type::parse(&ty).unwrap_or(Type::String)),
            _ => Part::Skip,
        }),
        _ => None,
    };
    items.into_iter().filter_map(part).collect()
}

/// The captured texts as values of their types. Where one does not convert, a strict match fails as a whole.
fn result(captured: Option<Vec<&str>>, pattern: &[Part], lenient: bool) -> Value<'static> {
    let Some(captured) = captured else { return Value::Null };
    let types = pattern.iter().filter_map(|p| if let Part::Column(ty) = p { Some(*ty) } else { None });
    let mut values = Vec::new();
    for (text, ty) in captured.into_iter().zip(types) {
        let text = if ty == Type::String { text } else { text.trim() };
        let value = Value::string(text).convert(ty);
        if value.is_null() && !lenient {
            return Value::Null;
        }
        values.push(Json::from_value(&value));
    }
    Json::Array(values).into_dynamic()
}

/// Finds each constant at its first place behind the one before; columns take what lies between.
fn by_scan<'t>(pattern: &[Part], text: &'t str) -> Option<Vec<&'t str>> {
    let mut captured = Vec::new();
    let mut rest = text;
    let mut skipping = false;
    let mut open: Option<Type> = None;
    for part in pattern {
        match part {
            Part::Text(constant) => {
                let at = if skipping || open.is_some() {
                    rest.find(constant.as_str())?
                } else {
                    rest.starts_with(constant.as_str()).then_some(0)?
                };
                if open.take().is_some() {
                    captured.push(&rest[..at]);
                }
                skipping = false;
                rest = &rest[at + constant.len()..];
            }
            Part::Skip => {
                // Without a constant between, the column's type says where its value ends.
                if let Some(ty) = open.take() {
                    let (value, after) = typed_prefix(rest, ty);
                    captured.push(value);
                    rest = after;
                }
                skipping = true;
            }
            Part::Column(ty) => {
                if let Some(before) = open.take() {
                    let (value, after) = typed_prefix(rest, before);
                    captured.push(value);
                    rest = after;
                }
                open = Some(*ty);
                skipping = false;
            }
        }
    }
    if open.is_some() {
        captured.push(rest);
    }
    Some(captured)
}

fn typed_prefix(text: &str, ty: Type) -> (&str, &str) {
    let body = text.trim_start_matches(' ');
    let lead = text.len() - body.len();
    let length = match ty {
        Type::String => text.len(),
        Type::Int | Type::Long => number_length(body, false),
        Type::Real | Type::Decimal => number_length(body, true),
        _ => body.find([' ', ',', ';', ')', ']']).unwrap_or(body.len()),
    };
    text.split_at((lead + length).min(text.len()))
}

fn number_length(text: &str, real: bool) -> usize {
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text[sign..].bytes().take_while(|b| b.is_ascii_digit() || real && (*b == b'.' || *b == b'e' || *b == b'E')).count();
    sign + digits
}

fn compile(pattern: &[Part], flags: &str) -> Result<Regex, String> {
    let mut source = String::new();
    // Named groups, for the constants may hold groups of their own.
    let mut columns = 0;
    let mut group = |inner: &str| {
        columns += 1;
        format!("(?P<column{columns}>{inner})")
    };
    for part in pattern {
        source.push_str(&match part {
            Part::Text(constant) => format!("(?:{constant})"),
            Part::Skip => ".*".to_owned(),
            Part::Column(Type::Int | Type::Long) => group(r"-?\d+"),
            Part::Column(Type::Real | Type::Decimal) => group(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"),
            Part::Column(_) => group(".*"),
        });
    }
    let flags: String = flags.chars().filter(|c| "imsU".contains(*c)).collect();
    let source = if flags.is_empty() { format!("^{source}") } else { format!("(?{flags})^{source}") };
    regex_dialect::compile(&source)
}

fn by_regex<'t>(regex: &Regex, text: &'t str) -> Option<Vec<&'t str>> {
    let found = regex.captures(text)?;
    let columns = regex.capture_names().flatten().filter(|name| name.starts_with("column"));
    Some(columns.map(|name| found.name(name).map_or("", |g| g.as_str())).collect())
}
