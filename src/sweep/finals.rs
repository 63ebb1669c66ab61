//! What runs after the pass: the rest of each rule's plan, over what its leaves gave.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::execute::{Bounds, Executor};
use crate::optimize::without;
use crate::plan::{ChunkTask, Context, Expr, Relation, RelationKind, ScanColumn, ScanStream, Source};
use crate::value::Held;

use super::control::{Control, Limits, out_of_rows, out_of_time};
use super::leaf::Leaf;
use super::outcome::{Outcome, Status};
use super::prepare::{Prepared, leaf_name};

/// The outcome of a rule whose leaves are `leaves`.
pub fn finish(prepared: &Prepared, leaves: Vec<Leaf>, control: &Control, limits: &Limits, context: &Context) -> Outcome {
    let outcome = |status, reason, rows| Outcome { status, reason, schema: prepared.schema.clone(), rows };
    if prepared.is_one_leaf() && control.why().is_none_or(|(status, why)| status == Status::Cut && why == out_of_rows(limits.rows)) {
        // The first matches are worth having; what `rows` says is what is there.
        let most = if control.why().is_some() { limits.rows } else { usize::MAX };
        return match (held(&leaves, most), control.why()) {
            (Err(error), _) => Outcome::without(Status::Refused, error.message),
            (Ok(rows), Some((status, why))) => outcome(status, why, rows),
            (Ok(rows), None) => found(prepared, rows),
        };
    }
    if let Some((status, why)) = control.why() {
        return Outcome { schema: prepared.schema.clone(), ..Outcome::without(status, why) };
    }
    // A leaf without rows spares the other side of a join with it.
    let is_empty = |index: usize| leaves.get(index).is_some_and(Leaf::is_empty);
    let rest = without(prepared.rest.clone(), &|scan| leaf_of(scan).is_some_and(is_empty));
    let source = Leaves(leaves);
    let deadline = control.time_left(limits).map(|left| Instant::now() + left);
    let bounds = Bounds { deadline, rows: Some(limits.rows), memory: None };
    let executor = Executor { context, source: &source, threads: 1, bounds };
    let mut over = false;
    let run = control.run(limits, prepared.seed, || executor.hold(&rest).inspect_err(|error| over = error.code == Code::MEMORY));
    let late = deadline.is_some_and(|deadline| Instant::now() > deadline);
    match run {
        _ if late => Outcome::without(Status::Cut, out_of_time(limits.time.unwrap_or_default())),
        Ok(rows) => found(prepared, rows),
        Err(_) if over => Outcome::without(Status::Cut, out_of_rows(limits.rows)),
        Err((status, why)) => Outcome::without(status, why),
    }
}

/// The number of the leaf that a scan reads.
fn leaf_of(scan: &Relation) -> Option<usize> {
    match &scan.kind {
        RelationKind::Scan { table, .. } => table.strip_prefix('\0')?.parse().ok(),
        _ => None,
    }
}

/// The rows of leaves, but no more than so many.
fn held(leaves: &[Leaf], most: usize) -> Result<Vec<Held>> {
    let (mut rows, mut left) = (Vec::new(), most);
    for (leaf, part) in leaves.iter().flat_map(|leaf| (0..leaf.parts()).map(move |part| (leaf, part))) {
        if left == 0 {
            break;
        }
        let piece = leaf.part(part)?;
        let count = piece.rows.min(left);
        if count > 0 {
            rows.push(Held::of(&piece.slice(0, count)));
        }
        left -= count;
    }
    Ok(rows)
}

fn found(prepared: &Prepared, rows: Vec<Held>) -> Outcome {
    let status = if rows.iter().any(|rows| rows.rows() > 0) { Status::Matched } else { Status::Unmatched };
    Outcome { status, reason: String::new(), schema: prepared.schema.clone(), rows }
}

/// The results of a rule's leaves as tables.
struct Leaves(Vec<Leaf>);

impl Source for Leaves {
    fn scan(&self, table: &str, _: &[ScanColumn], _: Option<&Expr>) -> Result<Box<dyn ScanStream + '_>> {
        match self.0.iter().enumerate().find(|(index, _)| leaf_name(*index) == table) {
            Some((_, leaf)) => Ok(Box::new(LeafRows { leaf, next: AtomicUsize::new(0) })),
            None => Err(Diagnostic::error(Code::UNKNOWN_TABLE, Default::default(), format!("no table is named `{table}`"))),
        }
    }
}

struct LeafRows<'l> {
    leaf: &'l Leaf,
    next: AtomicUsize,
}

impl ScanStream for LeafRows<'_> {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        let part = self.next.fetch_add(1, Ordering::Relaxed);
        (part < self.leaf.parts()).then(|| Box::new(move || self.leaf.part(part)) as ChunkTask<'_>)
    }

    fn rows_at_hand(&self) -> Option<usize> {
        Some(self.leaf.rows())
    }
}
