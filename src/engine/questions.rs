//! Questions of our own about the inputs: the tables that records may be rows of, the time that they span.

use crate::bind::coalesced;
use crate::diagnostic::{Diagnostic, Result};
use crate::input::{TIMES, TableSchema};
use crate::tables;
use crate::value::{Batch, DateTime};

use super::Session;
use super::catalog::Known;

impl Session {
    /// The tables that the records may be rows of.
    pub fn tables(&self) -> std::result::Result<Vec<TableSchema>, Vec<Diagnostic>> {
        let mut names = self.made_tables(true);
        names.extend(self.row_tables().map_err(|error| vec![*error])?);
        names.sort();
        names.dedup();
        Ok(names
            .iter()
            .filter_map(|name| tables::find(name))
            .map(|table| TableSchema { name: table.name.to_owned(), fields: table.fields, ..TableSchema::default() })
            .collect())
    }

    /// The tables that records of other shapes are made into.
    pub fn made_tables(&self, inferred: bool) -> Vec<String> {
        let families = self.dataset.families();
        let fits = |section: &tables::Section| (inferred || !section.inferred) && section.families.iter().any(|f| families.contains(f));
        tables::mapped().filter(|name| tables::sections(name).iter().any(fits)).map(str::to_owned).collect()
    }

    /// The tables of records that are rows already.
    pub(super) fn row_tables(&self) -> Result<Vec<String>> {
        if !self.dataset.families().contains(&"rows") {
            return Ok(Vec::new());
        }
        let rows = self.answer("where ['$family'] == 'rows' | distinct tostring(['$table'])")?;
        Ok(rows.columns.iter().flat_map(|c| (0..rows.rows).map(|row| c.value(row).to_text().into_owned())).collect())
    }

    /// When the records happened: the first and the last time, and how many records tell none.
    pub fn span(&self) -> Result<(Option<DateTime>, Option<DateTime>, u64)> {
        let time = coalesced(&TIMES);
        let rows = self.answer(&format!("summarize min({time}), max({time}), countif(isnull({time}))"))?;
        let value = |at: usize| rows.columns.get(at).filter(|_| rows.rows > 0).map(|column| column.value(0));
        let time = |at: usize| value(at).and_then(|value| value.as_datetime());
        Ok((time(0), time(1), value(2).and_then(|value| value.as_i64()).unwrap_or(0).unsigned_abs()))
    }

    /// The time of the newest record.
    pub(super) fn newest(&self) -> Result<Option<DateTime>> {
        let rows = self.answer(&format!("summarize max({})", coalesced(&TIMES)))?;
        Ok(rows.columns.first().filter(|_| rows.rows > 0).and_then(|column| column.value(0).as_datetime()))
    }

    /// The rows of a question of our own.
    pub(super) fn answer(&self, text: &str) -> Result<Batch> {
        let bound = self.bind(text, &Known::new(self, true))?;
        let relation = bound.results.into_iter().next().map(|table| crate::optimize::optimize(table.relation));
        relation.map_or(Ok(Batch::empty([])), |plan| self.inside(|| self.executor().collect(&plan)))
    }
}
