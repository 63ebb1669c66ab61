//! Kusto's regular expressions, RE2 grown into the syntax of the `regex` crate: compiles both.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use regex::{Regex, RegexBuilder};

/// Compiles a pattern. The error is a message for the query's author.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    compile_with(pattern, false)
}

/// The same, with a choice of ignoring case.
pub fn compile_with(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    let build = |text: &str| RegexBuilder::new(text).case_insensitive(ignore_case).size_limit(64 << 20).build();
    build(pattern).or_else(|error| build(&translate(pattern)).map_err(|_| error)).map_err(|error| describe(pattern, &error))
}

/// For patterns that come from rows: the last ones used on this thread are kept compiled. `None` when it is no pattern.
pub fn cached(pattern: &str) -> Option<Regex> {
    const KEPT: usize = 128;
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::new(HashMap::new());
    }
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(pattern) {
            return known.clone();
        }
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        let regex = compile(pattern).ok();
        compiled.insert(pattern.to_owned(), regex.clone());
        regex
    })
}

fn describe(pattern: &str, error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => format!("the regular expression '{pattern}' is too big"),
        other => {
            let text = other.to_string();
            let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the regular expression '{pattern}' is invalid: {reason}")
        }
    }
}

/// From RE2 to the crate's syntax, for patterns that the crate refuses as they stand: a `[` inside a class, a `{` that starts
/// no repetition, `\0`, `\Q…\E`, `\Z` and needless escapes.
fn translate(pattern: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let mut used = first.len_utf8();
        match first {
            '\\' => used = translate_escape(rest, in_class, &mut out),
            '[' if in_class => match posix_class(rest) {
                Some(class) => {
                    out.push_str(class);
                    used = class.len();
                }
                None => out.push_str("\\["),
            },
            '[' => {
                in_class = true;
                let head = class_head(rest);
                // A `]` that comes first is a member.
                out.push_str(&head.replace(']', "\\]"));
                used = head.len();
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '{' if !in_class && (out.is_empty() || !is_repetition(rest)) => out.push_str("\\{"),
            '&' | '~' | '-' if in_class && rest[1..].starts_with(first) => {
                out.push('\\');
                out.push(first);
            }
            other => out.push(other),
        }
        rest = &rest[used..];
    }
    Cow::Owned(out)
}

/// `[`, `[^`, and a `]` right behind.
fn class_head(rest: &str) -> &str {
    ["[^]", "[]", "[^"].into_iter().find(|head| rest.starts_with(head)).unwrap_or("[")
}

/// `[:alpha:]` at the front.
fn posix_class(rest: &str) -> Option<&str> {
    let end = rest.strip_prefix("[:")?.find(":]")? + 4;
    let class = rest.get(..end)?;
    class[2..end - 2].trim_start_matches('^').bytes().all(|b| b.is_ascii_lowercase()).then_some(class)
}

/// `{2}`, `{2,}`, `{2,3}` at the front.
fn is_repetition(rest: &str) -> bool {
    let Some((inside, _)) = rest[1..].split_once('}') else {
        return false;
    };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    !least.is_empty() && [least, most].iter().all(|n| n.bytes().all(|b| b.is_ascii_digit()))
}

/// Writes the escape at the front; gives the bytes it took.
fn translate_escape(rest: &str, in_class: bool, out: &mut String) -> usize {
    let Some(escaped) = rest[1..].chars().next() else {
        out.push_str("\\\\");
        return 1;
    };
    match escaped {
        '0' => out.push_str("\\x00"),
        'Z' => out.push_str("\\z"),
        'Q' => {
            let inside = &rest[2..];
            let end = inside.find("\\E").unwrap_or(inside.len());
            out.push_str(&regex::escape(&inside[..end]));
            return (2 + end + 2).min(rest.len());
        }
        '_' | '\'' | '"' | ',' | ';' | ':' | '=' | '!' | '@' | '%' | '`' | '/' | ' ' => out.push(escaped),
        // Outside of a class these two are the crate's word boundaries.
        '<' | '>' if in_class => out.push(escaped),
        other if !other.is_ascii() => out.push(other),
        other => out.extend(['\\', other]),
    }
    1 + escaped.len_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_re2_takes() {
        let cases = [
            (r"[[]", "a[b"),
            (r#"{"Name":"(.*)"}"#, r#"{"Name":"x"}"#),
            (r"{(.*)}", "{a}"),
            (r"[0-9]{1-3}+", "5{1-3}"),
            (r"a\0b", "a\0b"),
            (r"[\<\>]", "<"),
            (r"[[][]]", "[]"),
            (r"\Q[a\E{", "[a{"),
            (r"[[[:alpha:]]+x{2}", "[axx"),
        ];
        for (pattern, text) in cases {
            assert!(compile(pattern).is_ok_and(|r| r.is_match(text)), "{pattern} became {}", translate(pattern));
        }
        assert!(compile("(").is_err_and(|message| message.contains("'('")));
    }
}
