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
        let mode = known.constant_str(2).unwrap_or("simple");
        let lenient = mode != "simple";
        let regex = match mode {
            "regex" => Some(regular(&pattern, known.constant_str(3).unwrap_or(""))?),
            _ if pattern.windows(2).any(|two| matches!(two, [Part::Column(_), Part::Skip])) => {
                Some(regex_dialect::compile(&plain(&pattern))?)
            }
            _ => None,
        };
        Ok(Box::new(move |arguments| {
            let text = arguments[0].as_str().unwrap_or("");
            let captured = match &regex {
                Some(regex) => by_regex(regex, text),
                None => by_scan(&pattern, text),
            };
            result(captured, &pattern, lenient)
        }))
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
    // Constants side by side are one.
    let mut parts: Vec<Part> = Vec::new();
    for part in items.into_iter().filter_map(part) {
        match (parts.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => parts.push(part),
        }
    }
    parts
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

/// Finds each constant at its first place behind the one before, and the last one at the text's end, unless `*` follows; columns take
/// what lies between. What stands in front of a constant that comes first is skipped.
fn by_scan<'t>(pattern: &[Part], text: &'t str) -> Option<Vec<&'t str>> {
    let mut captured = Vec::new();
    let mut rest = text;
    let mut open = false;
    for (i, part) in pattern.iter().enumerate() {
        match part {
            Part::Text(constant) => {
                let last = i + 1 == pattern.len();
                let at = if last { rest.strip_suffix(constant.as_str())?.len() } else { rest.find(constant.as_str())? };
                if std::mem::take(&mut open) {
                    captured.push(&rest[..at]);
                }
                rest = &rest[at + constant.len()..];
            }
            Part::Skip => {}
            Part::Column(_) => open = true,
        }
    }
    if open {
        captured.push(rest);
    }
    Some(captured)
}

/// What a value of a type looks like, as a regular expression; none for a text, which looks like anything. Patterns of constants take
/// a bit more for a bool and a real than patterns of regular expressions.
fn shape(ty: Type, regex: bool) -> Option<&'static str> {
    Some(match ty {
        Type::String | Type::Dynamic => return None,
        Type::Int | Type::Long => r"\s*[-+]?\d+",
        Type::Real | Type::Decimal if regex => r"\s*[-+]?\d+(?:\.\d+)?",
        Type::Real | Type::Decimal => r"\s*[-+]?(?:\d+\.?\d*|\.\d+)",
        Type::Bool if regex => r"\s*(?i:true|false)",
        Type::Bool => r"\s*(?i:true|false|[-+]?\d+)",
        Type::Guid => concat!(
            r"\s*(?:\{[[:xdigit:]]{8}(?:-?[[:xdigit:]]{4}){3}-?[[:xdigit:]]{12}\}",
            r"|[[:xdigit:]]{8}(?:-?[[:xdigit:]]{4}){3}-?[[:xdigit:]]{12})"
        ),
        Type::DateTime => concat!(
            r"\s*(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{1,4})",
            r"(?:[Tt ]\s*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d*)?)?)?(?:[Zz]|[-+]\d{1,2}(?::\d{1,2})?)?"
        ),
        Type::TimeSpan => r"\s*-?(?:\d+\.\d{1,2}:\d{1,2}:\d{1,2}|\d{1,2}:\d{1,2}(?::\d{1,2})?)(?:\.\d*)?",
    })
}

/// A pattern of constants as a regular expression. In front of a `*` nothing says where a column ends: there it takes what has the shape
/// of its type, or nothing where the `*` is the pattern's end.
fn plain(pattern: &[Part]) -> String {
    let mut source = "(?s)".to_owned();
    for (i, part) in pattern.iter().enumerate() {
        let column = |inner: &str| format!("(?P<column{i}>{inner})");
        source.push_str(&match (part, pattern.get(i + 1)) {
            (Part::Text(text), _) => regex::escape(text),
            (Part::Skip, _) => ".*?".to_owned(),
            (Part::Column(ty), Some(Part::Skip)) => {
                let optional = if i + 2 == pattern.len() { "?" } else { "" };
                column(&format!("(?:{}){optional}", shape(*ty, false).unwrap_or(".*?")))
            }
            (Part::Column(_), _) => column(".*?"),
        });
    }
    source + r"\z"
}

/// A pattern of regular expressions as one: `*` takes as little as it can, a column as much.
fn regular(pattern: &[Part], flags: &str) -> Result<Regex, String> {
    let source = |constant: fn(&str) -> String| {
        let mut source = if flags.is_empty() { String::new() } else { format!("(?{flags})") };
        for (i, part) in pattern.iter().enumerate() {
            source.push_str(&match part {
                Part::Text(text) => format!("(?:{})", constant(text)),
                Part::Skip => ".*?".to_owned(),
                // Named groups, for the constants may hold groups of their own. A time at the very end takes all that is left.
                Part::Column(Type::DateTime | Type::TimeSpan) if i + 1 == pattern.len() => format!("(?P<column{i}>.*)"),
                Part::Column(ty) => format!("(?P<column{i}>{})", shape(*ty, true).unwrap_or(".*")),
            });
        }
        source
    };
    regex_dialect::compile(&source(str::to_owned)).or_else(|error| regex_dialect::compile(&source(pair)).map_err(|_| error))
}

/// A regular expression in which a parenthesis without its other half is plain text, as it is to Kusto.
fn pair(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len() + 2);
    let mut open = Vec::new();
    let (mut escaped, mut in_class) = (false, false);
    for c in regex.chars() {
        let plain = !escaped && !in_class;
        if plain && c == '(' {
            open.push(out.len());
        } else if plain && c == ')' && open.pop().is_none() {
            out.push('\\');
        }
        in_class = !escaped && (c == '[' || in_class && c != ']') || escaped && in_class;
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    for at in open.into_iter().rev() {
        out.insert(at, '\\');
    }
    out
}

fn by_regex<'t>(regex: &Regex, text: &'t str) -> Option<Vec<&'t str>> {
    let found = regex.captures(text)?;
    let columns = regex.capture_names().flatten().filter(|name| name.starts_with("column"));
    Some(columns.map(|name| found.name(name).map_or("", |g| g.as_str())).collect())
}
