//! CSV after RFC 4180: quoted cells with doubled quotes and line feeds in them; delimiter `,` `;` tab or `|`.

use memchr::{memchr, memchr_iter, memmem, memrchr};

use crate::input::kernels::{Parts, cell_end};
use crate::value::first_quote;

use super::Header;
use super::parts::{End, Ends};

/// A cell as it stands in the file: without its outer quotes, doubled quotes still doubled.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    pub raw: &'a [u8],
    pub quoted: bool,
}

pub fn count_cells(line: &[u8], delimiter: u8) -> usize {
    let mut count = 0;
    cells(line, delimiter, |_, _| count += 1);
    count
}

/// Without the line feed at its end.
pub fn trim_end(line: &[u8]) -> &[u8] {
    match line {
        [rest @ .., b'\r', b'\n'] => rest,
        [rest @ .., b'\n' | b'\r'] => rest,
        _ => line,
    }
}

fn count_quotes(bytes: &[u8]) -> usize {
    memchr_iter(b'"', bytes).count()
}

/// The index of the line feed that ends the row which starts at `at`: the first one outside of quotes.
pub fn row_end(bytes: &[u8], at: usize) -> Option<usize> {
    row_end_from(bytes, at, false)
}

/// The same from inside of a row, where a quote may be open.
pub fn row_end_from(bytes: &[u8], at: usize, open: bool) -> Option<usize> {
    let (mut from, mut quotes) = (at, usize::from(open));
    loop {
        let end = from + memchr(b'\n', bytes.get(from..)?)?;
        quotes += count_quotes(&bytes[from..end]);
        if quotes % 2 == 0 {
            return Some(end);
        }
        from = end + 1;
    }
}

/// Where the last complete row ends in bytes that start at a row: the index after its line feed.
pub fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let quotes = count_quotes(bytes);
    let (mut end, mut after) = (bytes.len(), 0);
    loop {
        let feed = memrchr(b'\n', &bytes[..end])?;
        after += count_quotes(&bytes[feed..end]);
        if (quotes - after).is_multiple_of(2) {
            return Some(feed + 1);
        }
        end = feed;
    }
}

/// Calls `visit` with offset and text of every row that is not blank, and whether it is whole. The rest after the last complete row is the
/// last one. A row that a quote too many or too few makes run on ends, broken, where a line after it is a row again.
pub fn rows<'a>(bytes: &'a [u8], header: &Header, mut visit: impl FnMut(usize, &'a [u8], bool)) {
    rows_by(&Parts::of(bytes, None), bytes, header, |at, row, whole, _| visit(at, row, whole));
}

/// The same where it is known what parts them. It also gives the delimiters of a whole row whose quotes all stand where they belong, as
/// indices of `bytes`.
pub fn rows_by<'a, 'p>(
    parts: &'p Parts,
    bytes: &'a [u8],
    header: &Header,
    mut visit: impl FnMut(usize, &'a [u8], bool, Option<&'p [usize]>),
) {
    let mut ends = Ends::of(parts);
    let mut at = 0;
    while at < bytes.len() {
        let End { feed, mut whole, lines } = ends.row();
        let mut to = feed.unwrap_or(bytes.len());
        if lines
            && !(whole && count_cells(trim_end(&bytes[at..to]), header.delimiter) == header.names.len())
            // Probably not one row.
            && let Some(line) = next_row(bytes, at, to, header)
        {
            (to, whole) = (line, false);
        }
        let delimiters = ends.delimiters(to).filter(|_| whole);
        ends.pass(to);
        let row = trim_end(&bytes[at..to]);
        // Files that were joined have the mark of each.
        let mark = if row.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
        let row = &row[mark..];
        let padding = row.iter().all(|b| matches!(b, 0 | b' ' | b'\r' | b'\n' | 0x1A));
        if !padding {
            visit(at + mark, row, whole, delimiters);
        }
        at = to + 1;
    }
}

/// The line feed in a row that runs on after which there is a whole row.
fn next_row(bytes: &[u8], at: usize, to: usize, header: &Header) -> Option<usize> {
    const LINES: usize = 4096;
    const LONGEST: usize = 1 << 20;
    memchr_iter(b'\n', &bytes[at..to]).map(|feed| at + feed).take(LINES).find(|feed| {
        let rest = &bytes[feed + 1..bytes.len().min(feed + 1 + LONGEST)];
        let end = row_end(rest, 0);
        let row = trim_end(&rest[..end.unwrap_or(rest.len())]);
        (end.is_some() || count_quotes(row).is_multiple_of(2)) && count_cells(row, header.delimiter) == header.names.len()
    })
}

/// Where the next row starts in one of a single cell that is not one: the line feed between two records was lost.
pub fn next_lone(row: &[u8], whole: bool, delimiter: u8) -> Option<usize> {
    let broken = !whole || count_cells(row, delimiter) > 1;
    memmem::find_iter(row, b"\"{\"\"").find(|at| *at > 0).filter(|_| broken)
}

/// Where the quote stands that makes one broken row of two, in place of the line feed between them. `closed` says that a line feed follows.
pub fn quote_between(row: &[u8], header: &Header, closed: bool) -> Option<usize> {
    const QUOTES: usize = 4096;
    const LONGEST: usize = 1 << 20;
    // The quote before a last cell that is cut off follows a delimiter too.
    let ends = |first: &[u8]| closed || first.last().is_some_and(|last| *last != header.delimiter);
    let parts = |at: &usize| ends(&row[..*at]) && is_sound(&row[..*at], header) && is_sound(&row[at + 1..], header);
    memchr_iter(b'"', row).take(QUOTES).filter(|_| row.len() <= LONGEST).find(parts)
}

/// A row with the header's number of cells whose quotes all stand where they belong, and whose inner record is an object.
fn is_sound(row: &[u8], header: &Header) -> bool {
    let (row, delimiter, wanted) = (trim_end(row), header.delimiter, header.names.len());
    if cell_start(row, delimiter, wanted - 1).is_none() || cell_start(row, delimiter, wanted).is_some() {
        return false;
    }
    let (mut sound, mut length) = (true, wanted - 1);
    cells(row, delimiter, |index, cell| {
        let quotes = if cell.quoted { 2 } else { 0 };
        length += cell.raw.len() + quotes;
        sound &= cell.quoted || memchr(b'"', cell.raw).is_none();
        sound &= header.inner != Some(index) || cell.raw.starts_with(b"{") && cell.raw.ends_with(b"}");
    });
    sound && length == row.len()
}

/// Where the last row ends that is followed by a line feed, in bytes with a row that runs on.
pub fn last_whole_row_end(bytes: &[u8], header: &Header) -> Option<usize> {
    let mut last = None;
    rows(bytes, header, |at, row, whole| {
        let end = at + row.len();
        let feed = bytes[end..].iter().take(2).position(|b| *b == b'\n');
        last = feed.filter(|_| whole).map(|n| end + n + 1).or(last);
    });
    last
}

/// Where the cell of this number starts in a row.
pub fn cell_start(row: &[u8], delimiter: u8, number: usize) -> Option<usize> {
    let mut at = 0;
    for _ in 0..number {
        at = cell(row, at, delimiter).1 + 1;
        if at > row.len() {
            return None;
        }
    }
    Some(at)
}

/// Calls `visit` with every cell of a row; returns their number.
pub fn cells<'a>(row: &'a [u8], delimiter: u8, mut visit: impl FnMut(usize, Cell<'a>)) -> usize {
    let (mut at, mut index) = (0, 0);
    loop {
        let (cell, end) = cell(row, at, delimiter);
        visit(index, cell);
        index += 1;
        if end >= row.len() {
            return index;
        }
        at = end + 1;
    }
}

/// The cells of a row that starts at `at` of a text, by the delimiters in it. `None` where they are not to be told by them.
pub fn known_cells<'a>(row: &'a [u8], at: usize, delimiters: &[usize]) -> Option<impl Iterator<Item = Cell<'a>>> {
    let ends = delimiters.iter().map(move |delimiter| delimiter - at).chain([row.len()]);
    let cells = ends.scan(0, move |from, end| row.get(std::mem::replace(from, end + 1)..end)).map(|cell| match cell {
        [b'"', raw @ .., b'"'] => Cell { raw, quoted: true },
        raw => Cell { raw, quoted: false },
    });
    // What stands behind a closing quote belongs to no cell.
    cells.clone().all(|cell| cell.quoted || cell.raw.first() != Some(&b'"')).then_some(cells)
}

/// The cell that starts at `at`, and the index of the delimiter after it.
fn cell(row: &[u8], at: usize, delimiter: u8) -> (Cell<'_>, usize) {
    if row.get(at) != Some(&b'"') {
        let end = memchr(delimiter, &row[at..]).map_or(row.len(), |n| at + n);
        return (Cell { raw: &row[at..end], quoted: false }, end);
    }
    match cell_end(row, at + 1) {
        Some(quote) => {
            let end = memchr(delimiter, &row[quote + 1..]).map_or(row.len(), |n| quote + 1 + n);
            (Cell { raw: &row[at + 1..quote], quoted: true }, end)
        }
        None => (Cell { raw: &row[at + 1..], quoted: true }, row.len()),
    }
}

impl Cell<'_> {
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Appends the cell's text.
    pub fn write(&self, out: &mut String) {
        if !self.write_valid(out) {
            out.push_str(&String::from_utf8_lossy(self.raw).replace("\"\"", "\""));
        }
    }

    /// The same, but leaves bytes that are no UTF-8 alone. `false` if there are some.
    pub fn write_valid(&self, out: &mut String) -> bool {
        let Ok(text) = simdutf8::basic::from_utf8(self.raw) else { return false };
        if !self.quoted {
            out.push_str(text);
            return true;
        }
        out.reserve(text.len());
        let mut at = 0;
        while at < text.len() {
            // Quotes stand close together in JSON: eight bytes at a time beats a search and a copy for each.
            let Some(eight) = text.get(at..at + 8) else {
                let Some(character) = text[at..].chars().next() else { break };
                out.push(character);
                at += character.len_utf8() + usize::from(character == '"' && text.as_bytes().get(at + 1) == Some(&b'"'));
                continue;
            };
            out.push_str(eight);
            match first_quote(eight.as_bytes()) {
                None => at += 8,
                Some(quote) => {
                    out.truncate(out.len() - 7 + quote);
                    at += quote + 1;
                    at += usize::from(text.as_bytes().get(at) == Some(&b'"'));
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        cells(text.as_bytes(), b',', |_, cell| out.push(cell.text()));
        out
    }

    #[test]
    fn cells_of_a_row() {
        assert_eq!(row(r#"a,"b,""c""",,"""""#), ["a", "b,\"c\"", "", "\""]);
        assert_eq!(row("a,"), ["a", ""]);
        assert_eq!(row("\"open, \"\"x"), ["open, \"x"]);
    }

    #[test]
    fn rows_with_line_feeds_in_cells() {
        let text = b"a,\"b\nc\"\r\n\r\nd,e\n\"f,\ng";
        let header = Header { names: vec!["x".into(), "y".into()], delimiter: b',', inner: None, line: Vec::new() };
        let mut seen = Vec::new();
        rows(text, &header, |at, row, complete| seen.push((at, row.len(), complete)));
        assert_eq!(seen, [(0, 7, true), (11, 3, true), (15, 5, false)]);
        assert_eq!(last_row_end(text), Some(15));
        assert_eq!(last_row_end(b"\"a\nb"), None);
    }

    #[test]
    fn a_mark_before_a_row() {
        let header = Header { names: vec!["x".into(), "y".into()], delimiter: b',', inner: None, line: Vec::new() };
        let mut seen = Vec::new();
        rows("a,b\n\u{feff}\"x\",\"y\"\nc,d\n".as_bytes(), &header, |at, row, _| seen.push((at, row.len())));
        assert_eq!(seen, [(0, 3), (7, 7), (15, 3)]);
    }

    #[test]
    fn a_quote_too_many_breaks_one_row_only() {
        let header = Header { names: vec!["x".into(), "y".into()], delimiter: b',', inner: None, line: Vec::new() };
        for text in ["\"a\",\"b\"\n\"c,\"d\"\n\"e\",\"f\"\n\"g\",\"h\"\n", "a,b\nc,\"d\ne,f\ng,h", "a,b\nc\",d\ne,\"1\n2\"\ng,h"] {
            let mut seen = Vec::new();
            rows(text.as_bytes(), &header, |_, _, whole| seen.push(whole));
            assert_eq!(seen, [true, false, true, true], "{text}");
        }
    }

    #[test]
    fn known_cells_are_those_that_a_walk_finds() {
        let header = Header { names: vec!["x".into(), "y".into()], delimiter: b',', inner: None, line: Vec::new() };
        let mut state = 5u64;
        let mut next = move |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        let mut known = 0;
        for _ in 0..20_000 {
            let mut text = Vec::new();
            for _ in 0..next(12) {
                match next(4) {
                    0 => text.extend(b"\"a"),
                    1 => text.extend(b"\""),
                    _ => {}
                }
                (0..next(4)).for_each(|_| text.extend([&b"\"\""[..], b"x", b",", b"\n", b"\"\",\""][next(5)]));
                text.extend([&b","[..], b"\",", b"\"\n", b"\n", b"\"\r\n", b"\r\n", b"\""][next(7)]);
            }
            rows_by(&Parts::of(&text, Some(b',')), &text, &header, |at, row, _, delimiters| {
                let Some(cells) = delimiters.and_then(|delimiters| known_cells(row, at, delimiters)) else { return };
                let told: Vec<_> = cells.map(|cell| (cell.raw, cell.quoted)).collect();
                let mut walked = Vec::new();
                super::cells(row, b',', |_, cell| walked.push((cell.raw, cell.quoted)));
                assert_eq!(told, walked, "{}", text.escape_ascii());
                known += usize::from(row.contains(&b'"'));
            });
        }
        assert!(known > 5_000, "{known}");
    }
}
