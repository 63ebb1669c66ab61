//! Records that are lines. A line feed cannot stand inside JSON text.

use memchr::memchr;

/// Calls `visit` with the offset and the text of every line that is not blank, without its end and surrounding blanks.
pub fn lines<'a>(bytes: &'a [u8], mut visit: impl FnMut(usize, &'a [u8])) {
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n);
        let (skipped, line) = trim(&bytes[at..end]);
        if !line.is_empty() {
            visit(at + skipped, line);
        }
        at = end + 1;
    }
}

/// Without blanks, NUL padding and a byte order mark in front, and how much was cut off in front.
fn trim(line: &[u8]) -> (usize, &[u8]) {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | 0 | 0xEF | 0xBB | 0xBF);
    // DOS ends a text with Control-Z.
    let end = line.iter().rposition(|b| !matches!(b, b' ' | b'\t' | b'\r' | 0 | 0x1A)).map_or(0, |at| at + 1);
    let line = &line[..end];
    // A record starts with a brace or a bracket, so a mark's bytes cannot be its own.
    let start = line.iter().position(|b| !blank(b)).unwrap_or(end);
    (start, &line[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_marks_and_padding() {
        let mut seen = Vec::new();
        lines("\u{feff}{1}\r\n\n  \r\n{2}\n{3}\0\0\0\u{1a}".as_bytes(), |at, line| {
            seen.push((at, String::from_utf8_lossy(line).into_owned()))
        });
        assert_eq!(seen, [(3, "{1}".to_owned()), (13, "{2}".to_owned()), (17, "{3}".to_owned())]);
    }
}
