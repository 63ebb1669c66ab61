//! guid: 128 bits, printed in lower case with dashes.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(pub u128);

impl Guid {
    /// Accepts 32 hex digits, with or without each of the dashes, with or without surrounding braces or parentheses.
    pub fn parse(text: &str) -> Option<Guid> {
        let text = text.trim();
        let inner = match (text.as_bytes().first(), text.as_bytes().last()) {
            (Some(b'{'), Some(b'}')) | (Some(b'('), Some(b')')) => &text[1..text.len() - 1],
            _ => text,
        };
        let mut digits = 0usize;
        for byte in inner.bytes() {
            match byte {
                b'-' if matches!(digits, 8 | 12 | 16 | 20) => {}
                b'-' => return None,
                _ => digits += 1,
            }
        }
        let hex: String = inner.chars().filter(|c| *c != '-').collect();
        (hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())).then(|| u128::from_str_radix(&hex, 16).ok()).flatten().map(Guid)
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            (v >> 96) as u32,
            (v >> 80) as u16,
            (v >> 64) as u16,
            (v >> 48) as u16,
            v & 0xffff_ffff_ffff
        )
    }
}
