//! Text made safe for HTML, and numbers made readable.

use crate::output::figures;
use crate::output::visible;
use crate::value::DateTime;

/// Text from anywhere, inert in an element or a quoted attribute. Control characters become visible.
pub fn escape(text: &str) -> String {
    markup(&visible(text))
}

/// The same for text of several lines.
pub fn escape_lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            c => out.push(c),
        }
    }
    out
}

/// Text cut to so many characters, then escaped.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => escape(&text[..end]) + "…",
        None => escape(text),
    }
}

/// With commas between thousands.
pub fn count(n: usize) -> String {
    figures::count(n as u64)
}

/// A count and its noun.
pub fn plural(n: usize, noun: &str) -> String {
    figures::plural(n as u64, noun)
}

pub use figures::size;

/// To the second.
pub fn time(time: DateTime) -> String {
    time.to_string().get(..19).unwrap_or_default().replace('T', " ")
}

/// A name like `InitialAccess` or `Initial access` as words, the first with a capital.
pub fn words(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && out.ends_with(|p: char| p.is_lowercase()) {
            out.push(' ');
        }
        if out.is_empty() { out.extend(c.to_uppercase()) } else { out.extend(c.to_lowercase()) }
    }
    out
}
