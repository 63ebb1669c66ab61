//! What tells a plan from all others.

use std::collections::HashMap;
use std::fmt::Write;

use xxhash_rust::xxh3::Xxh3Default;

use crate::plan::{ColumnId, Relation, RelationKind};

/// What tells a plan from all others: all of it, with every value of the tables that stand in it.
pub fn key(plan: &Relation) -> u128 {
    let mut hash = Xxh3Default::new();
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(text, "{plan:?}");
    hash.update(text.as_bytes());
    values(plan, &mut hash);
    hash.digest128()
}

/// The same whatever numbers its columns have.
pub fn canonical(plan: &Relation) -> u128 {
    if applies(plan) {
        return key(plan);
    }
    let mut numbers = HashMap::new();
    let mut plan = plan.clone();
    plan.renumber(&mut |id| {
        let next = ColumnId(numbers.len() as u32);
        *numbers.entry(id).or_insert(next)
    });
    key(&plan)
}

/// Whether it holds a function over whole tables, which may know columns by their numbers.
fn applies(plan: &Relation) -> bool {
    matches!(plan.kind, RelationKind::Apply { .. }) || plan.inputs().into_iter().any(applies)
}

/// Arrays print shortened, so their values are told one by one.
fn values(plan: &Relation, hash: &mut Xxh3Default) {
    if let RelationKind::Values(batches) = &plan.kind {
        for value in batches.iter().flat_map(|batch| &batch.columns).flat_map(|column| column.values()) {
            hash.update(format!("{value:?}\0").as_bytes());
        }
    }
    plan.inputs().into_iter().for_each(|input| values(input, hash));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Expr, Output, ScanColumn};
    use crate::value::Type;

    fn scan(ids: [u32; 2], read: u32) -> Relation {
        let column = |(id, name): (u32, &str)| ScanColumn { id: ColumnId(id), column: name.into(), steps: Vec::new(), ty: Type::Bool };
        let columns: Vec<ScanColumn> = [(ids[0], "a"), (ids[1], "b")].into_iter().map(column).collect();
        let outputs = columns.iter().map(|c| Output { id: c.id, name: c.column.clone(), ty: c.ty }).collect();
        let predicate = Some(Expr::Column { id: ColumnId(read), ty: Type::Bool });
        Relation { kind: RelationKind::Scan { table: String::new(), columns, predicate }, outputs, ordered: false }
    }

    #[test]
    fn numbers_do_not_tell_plans_apart_and_what_they_stand_for_does() {
        assert_ne!(key(&scan([1, 2], 1)), key(&scan([7, 3], 7)));
        assert_eq!(canonical(&scan([1, 2], 1)), canonical(&scan([7, 3], 7)));
        assert_ne!(canonical(&scan([1, 2], 1)), canonical(&scan([1, 2], 2)));
    }
}
