//! The first row of a CSV file: the names of its columns, whatever stands before it and whatever byte of it is damaged.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::input::family::Family;
use crate::input::paths::INNER;

use super::csv::{cell_start, cells, count_cells, row_end, trim_end};
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
        let holds_record = |end: &usize| memchr(b'{', &text[first..*end]).is_some();
        let end = if fits(&first) || splits(&text[start..first], text, first + 1, delimiter) {
            first
        } else {
            second.filter(fits).filter(|end| !holds_record(end)).unwrap_or(first)
        };
        let parted = second.and_then(|second| Some((second, parted(text, start..first, second, delimiter)?)));
        let (end, line) = parted.unwrap_or_else(|| (end, text[start..end].to_vec()));
        let line = trim_end(&line);
        let mut names = names(line, delimiter, text.get(end + 1..).unwrap_or(b""));
        let mut rows = (end + 1).min(text.len());
        let half = names.len().div_ceil(2);
        // The only row may stand in it.
        let shows_row = || cell_start(line, delimiter, half - 1).is_some_and(|at| holds_time(&line[at..]));
        let only = || (shows_row() && is_known(&distinct(names[..half].to_vec()))).then_some(half);
        let wanted = first_row_cells(text, end + 1, delimiter).or_else(only).unwrap_or(0);
        let doubled = || names.len() == 2 * wanted && all_rows_have(text, end + 1, delimiter, wanted);
        if wanted > 1 && (names.len() == 2 * wanted - 1 || doubled()) {
            // The line feed after it was lost, or became a delimiter: the last name and the first cell are one, or neighbours.
            rows = start + cell_start(line, delimiter, names.len() - wanted)?;
            names.truncate(wanted);
        }
        let holds_records = |names: &[String]| inner_column(&distinct(names.to_vec()), delimiter, &text[rows..]).is_some();
        if names.len() == 1 && wanted > 1 && !holds_records(&names) {
            // Where the only delimiter is damaged, the cells of records show that there is a second column.
            let more: Vec<String> = names.iter().cloned().chain(vec![String::new(); wanted - 1]).collect();
            names = if holds_records(&more) { more } else { names };
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
    if is_known(names) {
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

/// A header of a known family whose first name ends in a line feed, where its delimiter or its quote was: its line as it was.
fn parted(text: &[u8], first: Range<usize>, second: usize, delimiter: u8) -> Option<Vec<u8>> {
    let parts = [&text[first.clone()], trim_end(&text[first.end + 1..second])];
    let fits = |line: &Vec<u8>| {
        let mut names = Vec::new();
        cells(line, delimiter, |_, cell| names.push(cell.text()));
        let names = distinct(names);
        let known = || is_known(&names) || inner_column(&names, delimiter, &text[second + 1..]).is_some();
        // A name that has a record in it is the first row's.
        let named = !names.iter().any(|name| name.contains('{'));
        named && first_row_cells(text, second + 1, delimiter) == Some(names.len()) && known()
    };
    let lost = [delimiter, b'"'].into_iter().filter(|_| count_cells(parts[0], delimiter) == 1);
    lost.map(|lost| parts.join(&lost)).find(fits)
}

/// The names of a known family, or of several columns, as many as the rows have cells from `rows` on: a quote that does not belong there
/// joins some.
fn splits(line: &[u8], text: &[u8], rows: usize, delimiter: u8) -> bool {
    let names = split(trim_end(line), delimiter);
    let fits = first_row_cells(text, rows, delimiter) == Some(names.len());
    let lone = || memchr_iter(b'"', line).count() == 1 && names.len() > 2 && all_rows_have(text, rows, delimiter, names.len());
    fits && (lone() || is_known(&distinct(names.clone())))
}

/// No name of a column has an hour and a minute in it.
fn holds_time(line: &[u8]) -> bool {
    line.windows(5).any(|part| part[2] == b':' && [0, 1, 3, 4].iter().all(|at| part[*at].is_ascii_digit()))
}

fn is_known(names: &[String]) -> bool {
    Family::of_names(&names.iter().map(String::as_str).collect::<Vec<_>>()) != Family::Other
}

/// The names between delimiters, wherever quotes stand.
fn split(line: &[u8], delimiter: u8) -> Vec<String> {
    line.split(|b| *b == delimiter).map(bare).collect()
}

fn bare(name: &[u8]) -> String {
    String::from_utf8_lossy(name).trim_matches(['"', ' ']).to_owned()
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
    let quoted: Vec<String> = line.split(|b| *b == b'"').skip(1).step_by(2).map(bare).collect();
    [split(line, delimiter), quoted].into_iter().find(|other| other.len() == wanted).unwrap_or(names)
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
        // What is left of `#TYPE` where a line feed stands in it.
        let cut = b"#TYPE".starts_with(line);
        let skip = cut || line.starts_with(b"#TYPE") || (line.len() == 5 && line[..4].eq_ignore_ascii_case(b"sep="));
        if !skip || end == rest.len() {
            break;
        }
        at += end + 1;
    }
    at + text[at..].iter().take_while(|b| **b == b' ').count()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let (header, rows) = Header::parse(b"\xEF\xBB\xBF#TYPE X\r\n\"A\";\"A\";\"T [UTC]\";\r\n1;2;3;4").unwrap();
        assert_eq!(header.names, ["A", "A1", "T", "Column4"]);
        assert_eq!((header.delimiter, rows), (b';', 32));
        assert!(Header::parse(b"one line").is_none());
        assert!(Header::parse(b"  The licence\n  Version 2.0, January 2004\n  and more\n").is_none());
        assert!(Header::parse(b"a title\r\n\"text\"\r\n").is_none());
        let (header, _) = Header::parse(b"\"AuditData\"\r\n\"{\"\"Id\"\":1}\"\r\n").unwrap();
        assert_eq!((header.names.len(), header.inner), (1, Some(0)));
        let (header, _) = Header::parse(b"Datum,Details\r\n1,\"{\"\"CreationTime\"\":1,\"\"Operation\"\":2}\"\r\n").unwrap();
        assert_eq!(header.inner, Some(1));
        let (header, rows) = Header::parse(b"\"a,b,c\n1,2,\"3\"\n4,5,\"6\"\n").unwrap();
        assert_eq!((header.names, rows), (vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], 7));
        let (header, rows) = Header::parse(b"TimeGenerated,Typex2024-06-03T07:58:11Z,a\n").unwrap();
        assert_eq!((header.names.len(), rows), (2, 14));
        assert_eq!(Header::parse(b"TimeGenerated,Type,c\n").unwrap().0.names.len(), 3);
        assert_eq!(Header::parse(b"TimeGenerated [Lokale Zeit],a[0]\r\n1,2").unwrap().0.names, ["TimeGenerated", "a[0]"]);
    }
}
