//! The records of a CSV file: its rows, with the inner record in one of the cells.

use std::borrow::Cow;

use memchr::memchr;

use super::super::family::{Family, REPEATED_HEADER};
use super::super::framing::Header;
use super::super::framing::csv::{self, Cell};
use super::super::framing::splitter::Piece;
use super::super::inspect;
use super::super::json::quote;
use super::super::kernels::Parts;
use super::super::paths::Node;
use super::{BROKEN_ROW, CUT_OFF, Decoder, ROW_WIDTH, RUN_TOGETHER};

impl<'s> Decoder<'s> {
    pub(super) fn csv(&mut self, header: &Header, piece: &Piece) {
        let uses = self.uses(header);
        let mut hits = self.hits(&piece.bytes);
        let delimiter = Some(header.delimiter).filter(|_| self.prefilter.is_none() && self.paths.slots > 0);
        let parts = piece.parts.as_deref().map_or_else(|| Cow::Owned(Parts::of(&piece.bytes, delimiter)), Cow::Borrowed);
        csv::rows_by(&parts, &piece.bytes, header, |at, row, complete, delimiters| {
            let offset = piece.offset + at as u64;
            let together = || csv::count_cells(row, header.delimiter) == 2 * header.names.len() - 1;
            let is_end = at + row.len() == piece.bytes.len();
            // Where the first of two rows that run together ends, and the second starts.
            let two = match header.names.len() {
                1 => csv::next_lone(row, complete, header.delimiter).map(|next| (next, next)),
                _ if !complete && !together() => csv::quote_between(row, header, !is_end).map(|quote| (quote, quote + 1)),
                _ => None,
            };
            if let Some((end, next)) = two {
                self.skip(RUN_TOGETHER, offset + next as u64);
                for part in [0..csv::trim_end(&row[..end]).len(), next..row.len()] {
                    if self.may_match(&mut hits, at + part.start, at + part.end) {
                        self.row(header, &uses, &row[part.clone()], offset + part.start as u64, None);
                    }
                }
            } else if !complete && !together() {
                self.skip(CUT_OFF, offset);
            } else if row == header.line {
                self.skip(REPEATED_HEADER, offset);
            } else if header.names.len() > 1 && memchr(header.delimiter, row).is_none() {
                self.skip(BROKEN_ROW, offset);
            } else if self.may_match(&mut hits, at, at + row.len()) {
                let cells = self.row(header, &uses, row, offset, delimiters.map(|delimiters| (at, delimiters)));
                // Some tools leave empty cells at the end away, but not the line feed behind the last row.
                if is_end && cells < header.names.len() && self.source.sniffed.family != Family::UnifiedExport {
                    self.skip(ROW_WIDTH, offset);
                }
            }
        });
        self.uses = Some(uses);
    }

    /// Looks for cells that a tool cut.
    fn inspect_cells(&mut self, header: &Header, row: &[u8], offset: u64) {
        let Some(seen) = &mut self.inspection else { return };
        let mut cut = false;
        csv::cells(row, header.delimiter, |index, cell| {
            let raw = header.names.get(index).is_some_and(|name| name == "_raw");
            cut |= raw && cell.raw.len() >= inspect::SPLUNK_LIMIT && cell.text().chars().count() == inspect::SPLUNK_LIMIT;
        });
        if cut {
            seen.mark(inspect::SPLUNK_CUT, &self.source.name, offset);
        }
    }

    /// What each column of the file is wanted for; `self.uses` is where that is to go back to.
    pub(super) fn uses(&mut self, header: &Header) -> Uses<'s> {
        if let Some(uses) = self.uses.take() {
            return uses;
        }
        let all_exact = self.paths.columns.keys.iter().all(|(name, _)| header.names.iter().any(|h| h == name));
        let open = !all_exact || self.paths.wants_inner();
        let columns = header.names.iter().enumerate().map(|(index, name)| {
            let keys = &self.paths.columns.keys;
            let exact = keys.iter().find(|(key, _)| key == name);
            let found = exact.or_else(|| keys.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)));
            Use { column: found.map(|(key, node)| (node, key == name)), inner: open && header.inner == Some(index) }
        });
        Uses { columns: columns.collect(), missing: self.paths.all_but(&header.names) }
    }

    /// Reads a row, and others that run into it; returns the number of its cells. `known` is where it starts among its delimiters.
    fn row(&mut self, header: &Header, uses: &Uses<'s>, row: &[u8], offset: u64, known: Option<(usize, &[usize])>) -> usize {
        let cells = self.cells(header, uses, row, offset, known);
        self.width(header, uses, row, offset, cells);
        cells
    }

    /// Reads the cells of a row; returns their number.
    pub(super) fn cells(&mut self, header: &Header, uses: &Uses<'s>, row: &[u8], offset: u64, known: Option<(usize, &[usize])>) -> usize {
        let extractor = &mut self.extractor;
        extractor.start_row(uses.missing);
        let mut cells = header.names.len();
        // Where no column is asked for, a carriage return is the sign of a row that may have lost its line feed.
        if self.paths.to_the_end || uses.columns.iter().any(Use::is_any) || memchr(b'\r', row).is_some() {
            let mut see = |index: usize, cell: Cell<'_>| {
                let Some(wanted) = uses.columns.get(index) else { return };
                if let Some((node, exact)) = wanted.column {
                    extractor.cell(node, exact, |out| cell.write(out));
                }
                if wanted.inner && !extractor.search_cell(&cell) {
                    extractor.inner_cell(|out| cell.write(out));
                }
            };
            cells = match known.and_then(|(at, delimiters)| csv::known_cells(row, at, delimiters)) {
                Some(known) => known.enumerate().map(|(index, cell)| see(index, cell)).count(),
                None => csv::cells(row, header.delimiter, see),
            };
        }
        if self.paths.wants_whole() {
            extractor.whole_row(|out| whole(header, row, out));
        }
        self.inspect(row, offset);
        self.inspect_cells(header, row, offset);
        self.carry(row);
        self.push("", offset, row.len());
        cells
    }

    /// A row that has too many cells, or too few in an export whose tool always writes all.
    fn width(&mut self, header: &Header, uses: &Uses<'s>, row: &[u8], offset: u64, cells: usize) {
        let wanted = header.names.len();
        if cells == wanted || (cells < wanted && self.source.sniffed.family != Family::UnifiedExport) {
            return;
        }
        let next = (cells == 2 * wanted - 1).then(|| csv::cell_start(row, header.delimiter, wanted - 1)).flatten();
        match next {
            // The line feed between two rows was lost: the last cell of one and the first of the other are one.
            Some(next) => {
                self.skip(RUN_TOGETHER, offset + next as u64);
                self.row(header, uses, &row[next..], offset + next as u64, None);
            }
            None => self.skip(ROW_WIDTH, offset),
        }
    }
}

/// What the columns of a CSV file are wanted for.
pub(super) struct Uses<'s> {
    columns: Vec<Use<'s>>,
    /// The columns that only the inner record can have, where it need not be read to its end.
    missing: Option<u64>,
}

struct Use<'s> {
    /// The wanted column, and whether its name is exactly this.
    column: Option<(&'s Node, bool)>,
    /// Its cells hold the inner record.
    inner: bool,
}

impl Use<'_> {
    fn is_any(&self) -> bool {
        self.column.is_some() || self.inner
    }
}

/// A row as a JSON object; cells that hold arrays or objects are opened.
fn whole(header: &Header, row: &[u8], out: &mut String) {
    out.push('{');
    csv::cells(row, header.delimiter, |index, cell: Cell<'_>| {
        let Some(name) = header.names.get(index) else { return };
        if index > 0 {
            out.push(',');
        }
        quote(name, out);
        out.push(':');
        let text = cell.text();
        if matches!(text.as_bytes().first(), Some(b'{' | b'[')) && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() {
            out.push_str(&text);
        } else {
            quote(&text, out);
        }
    });
    out.push('}');
}
