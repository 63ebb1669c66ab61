//! Code points and alphabets: unicode_codepoints_*(), isascii(), isutf8(), regex_quote(), punycode_*().

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

pub static FROM_STRING: Function = Function {
    name: "unicode_codepoints_from_string",
    aliases: &["to_utf8"],
    category: "String functions",
    signatures: &["(value:scalar) -> dynamic"],
    summary: "An array of the text's code points.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let points = arguments[0].to_text().chars().map(|c| Json::Long(i64::from(u32::from(c)))).collect();
        Json::Array(points).into_dynamic()
    }),
    examples: &[("unicode_codepoints_from_string('⒦⒰')", "[9382,9392]")],
    ..Function::NEW
};

pub static TO_STRING: Function = Function {
    name: "unicode_codepoints_to_string",
    aliases: &["make_string"],
    category: "String functions",
    signatures: &["(value:integerorarray, ...) -> string"],
    summary: "The text of code points, which may be numbers and arrays of them.",
    kernel: Kernel::Row(|arguments| {
        let mut text = String::new();
        arguments.iter().for_each(|a| push(&mut text, &Json::from_value(a)));
        Value::string(text)
    }),
    examples: &[("unicode_codepoints_to_string(75, 117, dynamic([115, 116, 111]))", "Kusto")],
    ..Function::NEW
};

fn push(text: &mut String, item: &Json) {
    match item {
        Json::Long(point) => text.extend(u32::try_from(*point).ok().and_then(char::from_u32)),
        Json::Array(items) => items.iter().for_each(|i| push(text, i)),
        _ => {}
    }
}

pub static ISASCII: Function = Function {
    name: "isascii",
    category: "String functions",
    signatures: &["(value:scalar) -> bool"],
    summary: "Whether the text has ASCII characters only.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| Value::Bool(arguments[0].to_text().is_ascii())),
    examples: &[("isascii('some string')", "True")],
    ..Function::NEW
};

pub static ISUTF8: Function = Function {
    name: "isutf8",
    category: "String functions",
    signatures: &["(value:scalar) -> bool"],
    summary: "Whether the text is valid UTF-8.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| Value::Bool(!arguments[0].to_text().contains('\u{fffd}'))),
    examples: &[("isutf8('some string')", "True")],
    ..Function::NEW
};

pub static REGEX_QUOTE: Function = Function {
    name: "regex_quote",
    category: "String functions",
    signatures: &["(string:scalar) -> string"],
    summary: "The text with every character escaped that means something in a regular expression.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let mut quoted = String::new();
        for c in arguments[0].to_text().chars() {
            if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_' {
                quoted.push('\\');
            }
            quoted.push(c);
        }
        Value::string(quoted)
    }),
    examples: &[("regex_quote('(so$me.Te^xt)')", r"\(so\$me\.Te\^xt\)")],
    ..Function::NEW
};

const PUNYCODE: Function = Function { category: "String functions", signatures: &["(string:string) -> string"], ..Function::NEW };

pub static PUNYCODE_FROM_STRING: Function = Function {
    name: "punycode_from_string",
    summary: "The text in punycode (RFC 3492), without the prefix of domain names.",
    kernel: Kernel::Row(|arguments| encode(arguments[0].as_str().unwrap_or("")).map_or(Value::Null, Value::string)),
    examples: &[("punycode_from_string('académie-française')", "acadmie-franaise-npb1a")],
    ..PUNYCODE
};

pub static PUNYCODE_TO_STRING: Function = Function {
    name: "punycode_to_string",
    summary: "The text that punycode stands for.",
    kernel: Kernel::Row(|arguments| decode(arguments[0].as_str().unwrap_or("")).map_or(Value::Null, Value::string)),
    examples: &[("punycode_to_string('acadmie-franaise-npb1a')", "académie-française")],
    ..PUNYCODE
};

pub static PUNYCODE_DOMAIN_FROM_STRING: Function = Function {
    name: "punycode_domain_from_string",
    summary: "A domain name with its parts in punycode (`xn--…`) as the text they stand for.",
    kernel: Kernel::Row(|arguments| {
        let part = |part: &str| match part.get(..4) {
            Some(prefix) if prefix.eq_ignore_ascii_case("xn--") => decode(&part[4..]),
            _ => Some(part.to_owned()),
        };
        let parts: Option<Vec<String>> = arguments[0].as_str().unwrap_or("").split('.').map(part).collect();
        parts.map_or(Value::Null, |parts| Value::string(parts.join(".")))
    }),
    examples: &[("punycode_domain_from_string('xn--Ge-mia.Bulg.edu')", "Gáe.Bulg.edu")],
    ..PUNYCODE
};

pub static PUNYCODE_DOMAIN_TO_STRING: Function = Function {
    name: "punycode_domain_to_string",
    summary: "A domain name with its parts beyond ASCII in punycode (`xn--…`).",
    kernel: Kernel::Row(|arguments| {
        let part = |part: &str| if part.is_ascii() { Some(part.to_owned()) } else { encode(part).map(|p| format!("xn--{p}")) };
        let parts: Option<Vec<String>> = arguments[0].as_str().unwrap_or("").split('.').map(part).collect();
        parts.map_or(Value::Null, |parts| Value::string(parts.join(".")))
    }),
    examples: &[("punycode_domain_to_string('艺术.com')", "xn--cqv902d.com")],
    ..PUNYCODE
};

const BASE: u32 = 36;

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += BASE;
    }
    k + 36 * delta / (delta + 38)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(1, 26)
}

/// RFC 3492, section 6.3.
fn encode(text: &str) -> Option<String> {
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    let mut handled = basic;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias) = (128u32, 0u32, 72u32);
    let count = text.chars().count() as u32;
    while handled < count {
        let next = text.chars().map(u32::from).filter(|c| *c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for c in text.chars().map(u32::from) {
            if c < n {
                delta = delta.checked_add(1)?;
            }
            if c == n {
                let mut q = delta;
                let mut k = BASE;
                loop {
                    let t = threshold(k, bias);
                    if q < t {
                        break;
                    }
                    out.push(digit(t + (q - t) % (BASE - t)));
                    q = (q - t) / (BASE - t);
                    k += BASE;
                }
                out.push(digit(q));
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        n += 1;
    }
    Some(out)
}

fn digit(value: u32) -> char {
    char::from(if value < 26 { b'a' + value as u8 } else { b'0' + (value - 26) as u8 })
}

/// RFC 3492, section 6.2.
fn decode(text: &str) -> Option<String> {
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = extended.bytes().peekable();
    while digits.peek().is_some() {
        let (before, mut weight, mut k) = (i, 1u32, BASE);
        loop {
            let value = match digits.next()? {
                b @ b'a'..=b'z' => u32::from(b - b'a'),
                b @ b'A'..=b'Z' => u32::from(b - b'A'),
                b @ b'0'..=b'9' => u32::from(b - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(value.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if value < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
        }
        let count = out.len() as u32 + 1;
        bias = adapt(i - before, count, before == 0);
        n = n.checked_add(i / count)?;
        i %= count;
        out.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}
