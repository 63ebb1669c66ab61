//! The one pass over the input: every chunk's records are counted by the table whose rows they are or become.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::diagnostic::Result;
use crate::engine::{Planned, Session};
use crate::execute::{Fragment, FragmentPartial, FragmentState, Projection, Shared, in_order, is_fragment};
use crate::input::Account;
use crate::plan::{Relation, RelationKind};
use crate::sweep::request;
use crate::tables;
use crate::value::Value;

use super::Rows;

/// What was read.
pub struct Read {
    pub account: Account,
    /// By file, then by table.
    pub tables: BTreeMap<String, BTreeMap<String, Rows>>,
}

/// A table's question: how many of the records are its rows.
struct Count<'p> {
    table: &'p str,
    inferred: bool,
    fragment: Fragment<'p>,
    branches: Vec<Option<Projection>>,
}

/// Goes through the inputs; again where a file holds records of other families than the sampled ones, so that they count for their tables.
pub fn read(session: &Session) -> Result<Read> {
    loop {
        session.dataset().watch();
        let read = pass(session)?;
        if !session.has_grown() {
            return Ok(read);
        }
    }
}

fn pass(session: &Session) -> Result<Read> {
    let planned = plans(session)?;
    let mut shared = Shared::default();
    let mut counts = Vec::new();
    for (table, inferred, plan) in &planned {
        let Some(relation) = plan.results.first().and_then(fragment_of) else { continue };
        let fragment = Fragment::new(relation, session.context())?;
        let share = |(table, columns, predicate): (&str, &[_], Option<&_>)| table.is_empty().then(|| shared.add(columns, predicate));
        let branches = fragment.branches().map(share).collect();
        counts.push(Count { table, inferred: *inferred, fragment, branches });
    }
    let scan = session.dataset().scan(request(shared));
    let mut states: BTreeMap<Arc<str>, Vec<FragmentState>> = BTreeMap::new();
    session.inside(|| {
        in_order(
            session.threads(),
            || scan.next_chunk(),
            |chunk| {
                let file = scan.file(&chunk);
                let decoded = scan.decode_apart(chunk);
                session.advance(&scan);
                let partials = counts.iter().map(|count| count.of(&decoded.batch)).collect::<Result<Vec<_>>>()?;
                Ok((file, decoded.account, decoded.strangers, partials))
            },
            |(file, account, strangers, partials)| {
                scan.note(account);
                if !strangers.is_empty() {
                    session.dataset().admit(&strangers);
                }
                let states = states.entry(file).or_insert_with(|| counts.iter().map(|count| count.fragment.start()).collect());
                for ((count, state), partials) in counts.iter().zip(states).zip(partials) {
                    partials.into_iter().for_each(|(branch, partial)| count.fragment.merge(state, branch, partial));
                }
                Ok(ControlFlow::Continue(()))
            },
        )
    })?;
    let mut found = BTreeMap::new();
    for (file, states) in states {
        found.insert(file.to_string(), rows(&counts, states)?);
    }
    Ok(Read { account: scan.account(), tables: found })
}

/// The fragment that a counting plan is, below the projection that orders its columns.
fn fragment_of(relation: &Relation) -> Option<&Relation> {
    match &relation.kind {
        _ if is_fragment(relation) && matches!(relation.kind, RelationKind::Aggregate { .. }) => Some(relation),
        RelationKind::Project { input, .. } => fragment_of(input),
        _ => None,
    }
}

/// Records that are rows of tables already, by the table that they name.
const ROWS: &str = "where ['$family'] == 'rows' | summarize count() by tostring(['$table'])";

/// Rows whose table nothing tells.
const UNNAMED: &str = "(rows of a table without a name)";

/// The tables that the inputs may have rows of, each with its question and whether the rows are only like its own. The one without a
/// name stands for all tables that records name.
fn plans(session: &Session) -> Result<Vec<(String, bool, Planned)>> {
    let families = session.dataset().families();
    let mut planned = Vec::new();
    if families.contains(&"unified") {
        planned.push(("UnifiedAuditLog".to_owned(), false, session.plan("UnifiedAuditLog | count", &[])?));
    }
    for table in session.made_tables(true) {
        let sections = tables::sections(&table);
        let made = sections.iter().filter(|section| section.families.iter().any(|family| families.contains(family)));
        let inferred = made.clone().next().is_some() && made.into_iter().all(|section| section.inferred);
        let plan = session.plan(&format!("['{table}'] | count"), &[])?;
        planned.push((table, inferred, plan));
    }
    if families.contains(&"rows") {
        planned.push((String::new(), false, session.plan(ROWS, &[])?));
    }
    Ok(planned)
}

impl Count<'_> {
    fn of(&self, batch: &crate::value::Batch) -> Result<Vec<(usize, FragmentPartial)>> {
        let mut partials = Vec::new();
        for (branch, projection) in self.branches.iter().enumerate() {
            if let Some(projection) = projection {
                let rows = self.fragment.rows(branch, projection.of(batch))?;
                partials.push((branch, self.fragment.partial(&rows)?));
            }
        }
        Ok(partials)
    }
}

fn rows(counts: &[Count<'_>], states: Vec<FragmentState>) -> Result<BTreeMap<String, Rows>> {
    let mut rows = BTreeMap::new();
    for (count, state) in counts.iter().zip(states) {
        for batch in count.fragment.finish(state)?.rows()? {
            for row in 0..batch.rows {
                let values: Vec<Value<'_>> = batch.columns.iter().map(|column| column.value(row)).collect();
                let records = values.iter().find_map(Value::as_i64).unwrap_or(0).unsigned_abs();
                let named = values.iter().find_map(Value::as_str).unwrap_or(count.table);
                let table = if named.is_empty() { UNNAMED } else { named };
                if records > 0 {
                    rows.entry(table.to_owned()).or_insert(Rows { records, inferred: count.inferred });
                }
            }
        }
    }
    Ok(rows)
}
