//! Types of columns that only a sample was seen of: where a value does not fit, the query starts again with a wider type, so that the
//! result does not depend on the luck of the sample. It starts again, too, where a record is of a family that no sampled one of its file is
//! of, and so belongs to another table.
//!
//! That is possible as long as no row was handed out. A query that reads such columns holds its first rows back; once it hands rows
//! out, a value that does not fit becomes null and is counted. So it is, too, where the query makes no sense with the wider type.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::input::{TableSchema, Unfit};
use crate::plan::{Relation, RelationKind};
use crate::value::Type;

/// The types that columns were given beyond the sample.
#[derive(Default)]
pub struct Widening {
    types: Mutex<BTreeMap<String, Type>>,
    /// What did not fit in the run at hand.
    found: Mutex<Unfit>,
    active: AtomicBool,
}

impl Widening {
    /// A column's type, where it is not the sample's.
    pub fn of(&self, column: &str) -> Option<Type> {
        lock(&self.types).get(column).copied()
    }

    /// From now on, and until `stop`, a value that does not fit ends the run.
    pub fn start(&self) {
        lock(&self.found).clear();
        self.active.store(true, Ordering::Relaxed);
    }

    /// Whether the run can still start again.
    pub fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    pub fn stop(&self) {
        self.active.store(false, Ordering::Relaxed);
    }

    /// Takes note of values that did not fit. `true` where the run must end for them.
    pub fn see(&self, unfit: &Unfit, sampled: &TableSchema) -> bool {
        if unfit.is_empty() || !self.active.load(Ordering::Relaxed) {
            return false;
        }
        let current = |column: &str| self.of(column).or_else(|| sampled.field(column).map(|field| field.ty));
        let mut found = lock(&self.found);
        let new = unfit
            .iter()
            .filter(|(column, (had, wanted))| !TableSchema::is_declared(column) && current(column) == Some(*had) && had != wanted);
        found.extend(new.map(|(column, types)| (column.clone(), *types)));
        !found.is_empty()
    }

    /// Gives the columns of the run that ended their wider types. Gives back the types before; `None` where nothing was found.
    pub fn widen(&self) -> Option<BTreeMap<String, Type>> {
        let found = std::mem::take(&mut *lock(&self.found));
        let mut types = lock(&self.types);
        let before = types.clone();
        types.extend(found.iter().map(|(column, (_, wanted))| (column.clone(), *wanted)));
        (*types != before).then_some(before)
    }

    pub fn restore(&self, types: BTreeMap<String, Type>) {
        *lock(&self.types) = types;
    }

    /// Whether a plan reads columns whose types may turn out to be too narrow.
    pub fn may_concern(&self, plan: &Relation) -> bool {
        match &plan.kind {
            RelationKind::Scan { columns, .. } => columns.iter().any(|column| {
                let narrow = !matches!(column.ty, Type::String | Type::Dynamic);
                narrow && column.steps.is_empty() && !TableSchema::is_declared(&column.column)
            }),
            _ => plan.inputs().into_iter().any(|input| self.may_concern(input)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
