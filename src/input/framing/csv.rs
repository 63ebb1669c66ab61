//! CSV after RFC 4180: quoted cells with doubled quotes and line feeds in them; delimiter `,` `;` tab or `|`.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use crate::input::family::Family;
use crate::input::json::first_quote;
use crate::input::kernels::cell_end;
use crate::input::paths::INNER;

use super::translated::translate;

/// The first row of a CSV file.
#[derive(Debug)]
pub struct Header {
    pub names: Vec<String>,
    pub delimiter: u8,
    /// The column whose cells hold the inner record.
    pub inner: Option<usize>,
    /// As it stands in the file: files that were joined repeat it.
    pub line: Vec<u8>,
}

/// A cell as it stands in the file: without its outer quotes, doubled quotes still doubled.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    pub raw: &'a [u8],
    pub quoted: bool,
}

impl Header {
    /// Reads the header of a text. Returns it and where the rows start. `None` where the first row has only one cell, and no records are
    /// below it.
    pub fn parse(text: &[u8]) -> Option<(Header, usize)> {
        let start = preamble(text);
        // A name has no line feed in it: where the quotes of the first line do not pair, one of them is damaged.
        let first = start + memchr(b'\n', &text[start..]).unwrap_or(text.len() - start);
        let second = text.get(first + 1..).and_then(|rest| memchr(b'\n', rest)).map(|n| first + 1 + n);
        // Where a line feed stands in the first name, the second line has most of them.
        let cells = |d: u8| [Some(first), second].into_iter().flatten().map(|end| count_cells(trim_end(&text[start..end]), d)).max();
        let delimiter = *b",;\t|".iter().max_by_key(|d| (count_cells(trim_end(&text[start..first]), **d), cells(**d), **d == b','))?;
        let fits = |end: &usize| first_row_cells(text, end + 1, delimiter) == Some(count_cells(trim_end(&text[start..*end]), delimiter));
        // Or a line feed stands in it all the same.
        let end = if fits(&first) { first } else { second.filter(fits).unwrap_or(first) };
        let parted = second.and_then(|second| Some((second, parted(text, start..first, second, delimiter)?)));
        let (end, line) = parted.unwrap_or_else(|| (end, text[start..end].to_vec()));
        let line = trim_end(&line);
        let mut names = names(line, delimiter, text.get(end + 1..).unwrap_or(b""));
        let mut rows = (end + 1).min(text.len());
        let wanted = first_row_cells(text, end + 1, delimiter).unwrap_or(0);
        let doubled = || names.len() == 2 * wanted && all_rows_have(text, end + 1, delimiter, wanted);
        if wanted > 1 && (names.len() == 2 * wanted - 1 || doubled()) {
            // The line feed after it was lost, or became a delimiter: the last name and the first cell are one, or neighbours.
            rows = start + cell_start(line, delimiter, names.len() - wanted)?;
            names.truncate(wanted);
        }
        let names = distinct(names);
        let inner = inner_column(&names, delimiter, &text[rows..]);
        (names.len() > 1 || inner.is_some()).then(|| (Header { names, delimiter, inner, line: line.to_vec() }, rows))
    }

    /// Names for the columns of a file whose first row is data already.
    pub fn numbered(text: &[u8]) -> Option<Header> {
        let (first, _) = Header::parse(text)?;
        let names: Vec<String> = (1..=first.names.len()).map(|n| format!("Column{n}")).collect();
        let inner = inner_column(&names, first.delimiter, text);
        Some(Header { names, delimiter: first.delimiter, inner, line: Vec::new() })
    }
}

/// Rows that are looked at for inner records.
const TRIED: usize = 8;

/// The column of inner records: by its name, or, where the names tell nothing, by what the first rows have in it.
fn inner_column(names: &[String], delimiter: u8, rows: &[u8]) -> Option<usize> {
    if let Some(named) = names.iter().position(|name| name.eq_ignore_ascii_case(INNER)) {
        return Some(named);
    }
    if Family::of_names(&names.iter().map(String::as_str).collect::<Vec<_>>()) != Family::Other {
        return None;
    }
    let in_line = |line: &[u8]| {
        let mut found = None;
        cells(trim_end(line), delimiter, |index, cell| {
            let is_record = || cell.quoted && cell.raw.starts_with(b"{") && Family::of_object(&cell.text()) != Family::Other;
            found = found.or_else(|| is_record().then_some(index));
        });
        found
    };
    rows.split(|b| *b == b'\n').take(TRIED).find_map(in_line).filter(|index| *index < names.len())
}

/// A header of a known family whose first delimiter is a line feed: its line as it was.
fn parted(text: &[u8], first: Range<usize>, second: usize, delimiter: u8) -> Option<Vec<u8>> {
    let line = [&text[first.clone()], trim_end(&text[first.end + 1..second])].join(&delimiter);
    let mut names = Vec::new();
    cells(&line, delimiter, |_, cell| names.push(cell.text()));
    let known = || {
        let family = Family::of_names(&names.iter().map(String::as_str).collect::<Vec<_>>());
        family != Family::Other || inner_column(&names, delimiter, &text[second + 1..]).is_some()
    };
    (count_cells(&text[first], delimiter) == 1 && first_row_cells(text, second + 1, delimiter) == Some(names.len()) && known())
        .then_some(line)
}

/// How many cells the row has that starts at `at`.
fn first_row_cells(text: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let end = row_end(rest, 0).unwrap_or(rest.len());
    Some(count_cells(trim_end(&rest[..end]), delimiter))
}

/// Whether the first rows from `at` on have so many cells.
fn all_rows_have(text: &[u8], mut at: usize, delimiter: u8, wanted: usize) -> bool {
    (0..TRIED).all(|_| {
        let fits = first_row_cells(text, at, delimiter).is_none_or(|cells| cells == wanted);
        at = row_end(text, at).map_or(text.len(), |end| end + 1);
        fits
    })
}

/// The names in the line of a header. One that a damaged quote or delimiter joined with another is told by the rows below it.
fn names(line: &[u8], delimiter: u8, rows: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    cells(line, delimiter, |_, cell| names.push(cell.text()));
    let wanted = first_row_cells(rows, 0, delimiter).unwrap_or(0);
    if wanted <= names.len() {
        return names;
    }
    let bare = |part: &[u8]| String::from_utf8_lossy(part).trim_matches(['"', ' ']).to_owned();
    let split: Vec<String> = line.split(|b| *b == delimiter).map(bare).collect();
    let quoted: Vec<String> = line.split(|b| *b == b'"').skip(1).step_by(2).map(bare).collect();
    [split, quoted].into_iter().find(|other| other.len() == wanted).unwrap_or(names)
}

/// Skips the byte order mark, `#TYPE …`, `sep=;` and blank lines.
fn preamble(text: &[u8]) -> usize {
    let mut at = if text.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
    while let Some(rest) = text.get(at..) {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        if rest.starts_with(b"#TYPE")
            && let Some(quote) = memchr(b'"', &rest[..end])
        {
            // No type has a quote in its name: the line feed after it was lost.
            at += quote;
            break;
        }
        let line = trim_end(&rest[..end]);
        let skip = line.is_empty() || line.starts_with(b"#TYPE") || (line.len() == 5 && line[..4].eq_ignore_ascii_case(b"sep="));
        if !skip || end == rest.len() {
            break;
        }
        at += end + 1;
    }
    at
}

/// The column names of a header: Log Analytics' suffixes cut off, repeated names numbered, empty ones named.
fn distinct(mut names: Vec<String>) -> Vec<String> {
    translate(&mut names);
    let mut out: Vec<String> = Vec::with_capacity(names.len());
    for (index, name) in names.into_iter().enumerate() {
        let name = name.trim_start_matches('\u{feff}');
        let zone = name.trim_end().strip_suffix(']').and_then(|name| name.rsplit_once(" ["));
        let name = zone.map_or(name, |(name, _)| name).trim();
        let base = if name.is_empty() { format!("Column{}", index + 1) } else { name.to_owned() };
        let mut unique = base.clone();
        let mut number = 1;
        while out.contains(&unique) {
            unique = format!("{base}{number}");
            number += 1;
        }
        out.push(unique);
    }
    out
}

pub fn count_cells(line: &[u8], delimiter: u8) -> usize {
    let mut count = 0;
    cells(line, delimiter, |_, _| count += 1);
    count
}

fn trim_end(line: &[u8]) -> &[u8] {
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
    let mut at = 0;
    while at < bytes.len() {
        let end = row_end(bytes, at);
        let mut to = end.unwrap_or(bytes.len());
        let mut whole = end.is_some() || count_quotes(&bytes[at..to]).is_multiple_of(2);
        if runs_on(&bytes[at..to], whole, header)
            && let Some(line) = next_row(bytes, at, to, header)
        {
            (to, whole) = (line, false);
        }
        let row = trim_end(&bytes[at..to]);
        let padding = row.iter().all(|b| matches!(b, 0 | b' ' | b'\r' | b'\n' | 0x1A));
        if !padding {
            visit(at, row, whole);
        }
        at = to + 1;
    }
}

/// A row of several lines that does not have the header's cells: probably not one row.
fn runs_on(row: &[u8], whole: bool, header: &Header) -> bool {
    memchr(b'\n', row).is_some() && !(whole && count_cells(trim_end(row), header.delimiter) == header.names.len())
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
    fn a_quote_too_many_breaks_one_row_only() {
        let header = Header { names: vec!["x".into(), "y".into()], delimiter: b',', inner: None, line: Vec::new() };
        for text in ["\"a\",\"b\"\n\"c,\"d\"\n\"e\",\"f\"\n\"g\",\"h\"\n", "a,b\nc,\"d\ne,f\ng,h", "a,b\nc\",d\ne,\"1\n2\"\ng,h"] {
            let mut seen = Vec::new();
            rows(text.as_bytes(), &header, |_, _, whole| seen.push(whole));
            assert_eq!(seen, [true, false, true, true], "{text}");
        }
    }

    #[test]
    fn headers() {
        let (header, rows) = Header::parse(b"\xEF\xBB\xBF#TYPE X\r\n\"A\";\"A\";\"T [UTC]\";\r\n1;2;3;4").unwrap();
        assert_eq!(header.names, ["A", "A1", "T", "Column4"]);
        assert_eq!((header.delimiter, rows), (b';', 32));
        assert!(Header::parse(b"one line").is_none());
        assert!(Header::parse(b"a title\r\n\"text\"\r\n").is_none());
        let (header, _) = Header::parse(b"\"AuditData\"\r\n\"{\"\"Id\"\":1}\"\r\n").unwrap();
        assert_eq!((header.names.len(), header.inner), (1, Some(0)));
        let (header, _) = Header::parse(b"Datum,Details\r\n1,\"{\"\"CreationTime\"\":1,\"\"Operation\"\":2}\"\r\n").unwrap();
        assert_eq!(header.inner, Some(1));
        assert_eq!(Header::parse(b"TimeGenerated [Lokale Zeit],a[0]\r\n1,2").unwrap().0.names, ["TimeGenerated", "a[0]"]);
    }
}
