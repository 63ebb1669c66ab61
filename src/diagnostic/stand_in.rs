//! Characters that must not reach a terminal, and what is shown in their place.

/// What stands for a character that must not reach a terminal; `None` for harmless ones.
pub fn stand_in(c: char) -> Option<String> {
    let code = c as u32;
    Some(match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + code)?.to_string(),
        '\u{7f}' => '␡'.to_string(),
        // C1 controls; marks and overrides of the writing direction; separators and spaces of no width; tags.
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => format!("\\u{{{code:x}}}"),
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => format!("\\u{{{code:x}}}"),
        '\u{e0000}'..='\u{e0fff}' => format!("\\u{{{code:x}}}"),
        _ => return None,
    })
}
