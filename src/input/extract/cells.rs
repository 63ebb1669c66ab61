//! Finds the wanted places of a row of cells.

use super::super::framing::csv::Cell;
use super::{Extractor, Node, rank};

impl<'p> Extractor<'p> {
    /// Starts a row of cells.
    pub fn start_row(&mut self, missing: Option<u64>) {
        self.reset();
        self.missing = missing;
    }

    /// A cell of a column that `node` wants. `write` puts its text.
    pub fn cell(&mut self, node: &'p Node, exact: bool, write: impl FnOnce(&mut String)) {
        let number = self.next_number();
        let mut text = self.take();
        write(&mut text);
        let rank = if exact { rank::OUTER } else { rank::OUTER_ANY_CASE };
        self.plain(node, number, 0, text.len(), rank);
        if node.has_children() {
            self.inside(node, &text, number, rank);
        }
        self.give(number, text);
    }

    /// Finds the wanted members in the cell of the inner record as it stands in the file. `false` where it has to be opened.
    pub fn search_cell(&mut self, cell: &Cell<'_>) -> bool {
        let paths = self.paths;
        let (Some(search), Some(mut missing), true) = (&paths.cell_search, self.missing, self.luck > 0 && cell.quoted) else {
            return false;
        };
        let raw = cell.raw.trim_ascii();
        if !(raw.starts_with(b"{") && raw.ends_with(b"}")) {
            return false;
        }
        let used = self.used;
        let mut readable = true;
        let whole = search.members(raw, 0, None, |index, from, to| {
            let Some((_, node)) = paths.columns.keys.get(index) else { return };
            let number = self.next_number();
            let mut text = self.take();
            readable &= Cell { raw: &raw[from..to], quoted: true }.write_valid(&mut text);
            self.place(node, &text, number, 0, text.len(), rank::INNER);
            self.give(number, text);
            missing &= !(1 << index);
        });
        let all = whole && readable && missing == 0;
        self.judge(all, used);
        all
    }

    /// The cell of the inner record.
    pub fn inner_cell(&mut self, write: impl FnOnce(&mut String)) {
        let number = self.next_number();
        let mut text = self.take();
        write(&mut text);
        self.opened(&text, number);
        self.give(number, text);
    }

    /// The whole row as one object that the caller wrote.
    pub fn whole_row(&mut self, write: impl FnOnce(&mut String)) {
        let number = self.next_number();
        let mut text = self.take();
        write(&mut text);
        let node = &self.paths.whole;
        self.place(node, &text, number, 0, text.len(), rank::OUTER);
        self.give(number, text);
    }
}
