//! Makes control characters visible: strings from logs are an attacker's to write, and a terminal obeys them.

use std::io::{self, Write};

use crate::diagnostic::stand_in;

/// Appends text with its control characters made visible.
pub fn push_visible(out: &mut String, text: &str) {
    push_visible_except(out, text, "");
}

fn push_visible_except(out: &mut String, text: &str, kept: &str) {
    // Printable ASCII is by far the most of what comes by.
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        out.push_str(text);
        return;
    }
    for c in text.chars() {
        match stand_in(c) {
            Some(stand_in) if !kept.contains(c) => out.push_str(&stand_in),
            _ => out.push(c),
        }
    }
}

/// The text with its control characters made visible.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_visible(&mut out, text);
    out
}

/// Lets text through to a terminal, control characters made visible but for line feeds and tabs. Each write must be whole characters.
pub struct VisibleWriter<W>(pub W);

impl<W: Write> Write for VisibleWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut out = String::with_capacity(bytes.len());
        push_visible_except(&mut out, &String::from_utf8_lossy(bytes), "\n\t");
        self.0.write_all(out.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_passes() {
        assert_eq!(visible("a\u{1b}[31m\r\n\u{9b}\u{202e}é"), "a␛[31m␍␊\\u{9b}\\u{202e}é");
        let mut out = Vec::new();
        VisibleWriter(&mut out).write_all("a\tb\u{7}\n".as_bytes()).unwrap();
        assert_eq!(out, "a\tb␇\n".as_bytes());
    }
}
