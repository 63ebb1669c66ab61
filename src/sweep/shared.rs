//! One scan for all: the union of the columns that branches want, and what each of them takes of it.

use crate::input::ScanRequest;
use crate::plan::{ColumnId, Expr, ScanColumn};
use crate::value::Batch;

/// The union of what was asked for.
#[derive(Default)]
pub struct Shared {
    columns: Vec<ScanColumn>,
    predicates: Vec<Option<Expr>>,
}

/// Where the columns of one branch stand in the shared batch.
pub struct Projection(Vec<usize>);

impl Projection {
    /// The branch's own batch. Costs no copy of values.
    pub fn of(&self, batch: &Batch) -> Batch {
        Batch { columns: self.0.iter().filter_map(|at| batch.columns.get(*at).cloned()).collect(), rows: batch.rows }
    }

    /// Where each of the branch's columns stands.
    pub fn places(&self) -> &[usize] {
        &self.0
    }
}

impl Shared {
    /// Adds what a branch wants.
    pub fn add(&mut self, columns: &[ScanColumn], predicate: Option<&Expr>) -> Projection {
        let places: Vec<usize> = columns.iter().map(|column| self.place(column)).collect();
        let predicate = predicate.cloned().map(|mut predicate| {
            predicate.renumber(&mut |id| {
                let at = columns.iter().position(|c| c.id == id).and_then(|at| places.get(at));
                at.map_or(ColumnId(u32::MAX), |at| ColumnId(*at as u32))
            });
            predicate
        });
        self.predicates.push(predicate);
        Projection(places)
    }

    fn place(&mut self, wanted: &ScanColumn) -> usize {
        let same = |c: &ScanColumn| c.column == wanted.column && c.steps == wanted.steps && c.ty == wanted.ty;
        self.columns.iter().position(same).unwrap_or_else(|| {
            let id = ColumnId(self.columns.len() as u32);
            self.columns.push(ScanColumn { id, ..wanted.clone() });
            self.columns.len() - 1
        })
    }

    pub fn columns(&self) -> &[ScanColumn] {
        &self.columns
    }

    /// The request for the shared scan. Records are left out unparsed only where no branch can want them.
    pub fn request(self) -> ScanRequest {
        let any_of: Option<Vec<Expr>> = self.predicates.into_iter().collect();
        ScanRequest { columns: self.columns, any_of: any_of.unwrap_or_default(), ..ScanRequest::default() }
    }
}
