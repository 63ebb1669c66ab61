//! Binds a rule and cuts its plan: into fragments, which share the pass over the input, and the rest, which runs on what they give.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Ask, Defer, Planned, Session};
use crate::input::Account;
use crate::library::Rule;
use crate::optimize::without;
use crate::plan::{Expr, Relation, RelationKind};
use crate::value::{Field, Schema};

use super::control::Seed;
use super::deferred::{self, Deferred};
use super::key::canonical;
use super::outcome::Status;
use super::present::Present;

/// A rule that can run.
pub struct Prepared {
    pub schema: Schema,
    /// Of what is random in it.
    pub seed: Seed,
    /// The parts that read the input.
    pub leaves: Vec<Relation>,
    /// What runs on them: its scans name them (`leaf_name`).
    pub rest: Relation,
    /// The tables that are read, for the timeline.
    pub tables: Vec<String>,
    /// Subqueries that had to be run while binding.
    pub subqueries: usize,
    /// Its subqueries run in the same pass: the leaves are what it may want to know then, and nothing runs on them.
    pub deferred: Option<Deferred>,
}

impl Prepared {
    /// Cuts a plan.
    pub fn of(plan: Relation, seed: Seed, session: &Session) -> Prepared {
        let plan = without(plan, &|scan| has_no_records(scan, session));
        let schema = plan.outputs.iter().map(|o| Field::new(o.name.clone(), o.ty)).collect();
        let (mut rest, mut leaves) = (plan, Vec::new());
        cut(&mut rest, &mut leaves, &mut HashMap::new());
        Prepared { schema, seed, leaves, rest, tables: Vec::new(), subqueries: 0, deferred: None }
    }

    /// What of a plan with values that are not known yet can take part in the pass; `None` where they must be known before.
    pub fn deferring(plan: Relation, seed: Seed, session: &Session) -> Option<Prepared> {
        let (leaves, deferred) = deferred::parts(&without(plan, &|scan| has_no_records(scan, session)))?;
        let rest = Relation { kind: RelationKind::Values(Arc::default()), outputs: Vec::new(), ordered: false };
        Some(Prepared { schema: Vec::new().into(), seed, leaves, rest, tables: Vec::new(), subqueries: 0, deferred: Some(deferred) })
    }

    /// Whether the whole plan is one leaf: nothing runs after the pass.
    pub fn is_one_leaf(&self) -> bool {
        matches!(&self.rest.kind, RelationKind::Scan { table, .. } if table.starts_with('\0'))
    }

    /// The columns that it reads of which some values did not fit their type: it saw null instead.
    pub fn unfit(&self, account: &Account) -> Vec<String> {
        let mut found = BTreeSet::new();
        self.leaves.iter().for_each(|leaf| columns(leaf, &mut found));
        found.into_iter().filter(|column| account.unfit.contains_key(*column)).map(str::to_owned).collect()
    }

    /// Whether the rows of the leaf are matches already while the pass runs.
    pub fn shows_matches(&self) -> bool {
        self.is_one_leaf()
            && !self.leaves.iter().any(|leaf| matches!(leaf.kind, RelationKind::Aggregate { .. } | RelationKind::Sort { .. }))
    }
}

/// Adds the columns that a plan's scans read whole.
fn columns<'r>(relation: &'r Relation, found: &mut BTreeSet<&'r str>) {
    if let RelationKind::Scan { columns, .. } = &relation.kind {
        found.extend(columns.iter().filter(|column| column.steps.is_empty()).map(|column| column.column.as_str()));
    }
    relation.inputs().into_iter().for_each(|input| self::columns(input, found));
}

/// Why a rule does not run.
pub type Refusal = (Status, String);

/// The name under which the rest of a plan scans the result of a leaf.
pub fn leaf_name(index: usize) -> String {
    format!("\0{index}")
}

/// Whether a scan is of a table without data, or of a kind of records that no file holds.
fn has_no_records(scan: &Relation, session: &Session) -> bool {
    let RelationKind::Scan { table, columns, predicate } = &scan.kind else { return false };
    !table.is_empty() || predicate.as_ref().is_some_and(|predicate| !session.dataset().may_hold(predicate, columns))
}

/// A rule's plan.
pub struct Bound {
    plan: Relation,
    planned: Planned,
    seed: Seed,
}

impl Bound {
    /// Binds a rule over the inputs; `ask` runs its subqueries, but for those that `defer` puts off.
    pub fn of(rule: &Rule, session: &Session, present: &Present, ask: Ask<'_>, defer: Option<Defer<'_>>) -> Result<Bound, Refusal> {
        // Without running subqueries first: a rule that has no data should not cost a pass.
        let (tables, draft) = session.tables_of(&rule.query, &[]);
        if let Err(error) = draft
            && error.code == Code::UNKNOWN_TABLE
        {
            return Err(refusal(&error));
        }
        if !tables.is_empty() && !tables.iter().any(|table| present.holds(table)) {
            return Err((Status::NotApplicable, format!("the inputs hold no records of {}", tables.join(", "))));
        }
        let mut planned = session.plan_asking(&rule.query, &[], ask, defer).map_err(|error| refusal(&error))?;
        match (planned.results.pop(), planned.results.is_empty()) {
            (Some(plan), true) => Ok(Bound { plan, planned, seed: Seed::of(&rule.query) }),
            _ => Err((Status::Refused, "it gives several tables; a rule must give one".to_owned())),
        }
    }

    /// Makes it ready to run.
    pub fn whole(self, session: &Session) -> Prepared {
        let Bound { plan, planned, seed } = self;
        Prepared { tables: planned.tables, subqueries: planned.subqueries, ..Prepared::of(plan, seed, session) }
    }

    /// What of it can run before its subqueries have.
    pub fn part(self, session: &Session) -> Option<Prepared> {
        Prepared::deferring(self.plan, self.seed, session)
    }
}

/// An error as one line.
fn refusal(error: &Diagnostic) -> Refusal {
    let status = match error.code {
        Code::UNKNOWN_TABLE => Status::NotApplicable,
        Code::MEMORY => Status::Cut,
        _ => Status::Refused,
    };
    let help = error.help.first().map(|h| format!(" ({h})")).unwrap_or_default();
    (status, format!("{} {}{help}", error.code, error.message))
}

/// Takes the greatest fragments out of a plan. Those that are the same are one leaf, but for those that draw random numbers of their own.
fn cut(relation: &mut Relation, leaves: &mut Vec<Relation>, known: &mut HashMap<u128, usize>) {
    if !crate::execute::is_fragment(relation) {
        relation.inputs_mut().into_iter().for_each(|input| cut(input, leaves, known));
        return;
    }
    let next = leaves.len();
    let number = if relation.any_expression(&Expr::is_volatile) { next } else { *known.entry(canonical(relation)).or_insert(next) };
    let scan = RelationKind::Scan { table: leaf_name(number), columns: Vec::new(), predicate: None };
    let placeholder = Relation { kind: scan, outputs: relation.outputs.clone(), ordered: relation.ordered };
    let leaf = std::mem::replace(relation, placeholder);
    if number == next {
        leaves.push(leaf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions;
    use crate::plan::{ColumnId, JoinKind, Output, ScanColumn};
    use crate::value::Type;

    /// Records of which this is true.
    fn filtered(id: u32, predicate: Expr) -> Relation {
        let outputs = vec![Output { id: ColumnId(id), name: "a".to_owned(), ty: Type::Bool }];
        let columns = vec![ScanColumn { id: ColumnId(id), column: "a".to_owned(), steps: Vec::new(), ty: Type::Bool }];
        let scan = RelationKind::Scan { table: String::new(), columns, predicate: None };
        let scan = Relation { kind: scan, outputs: outputs.clone(), ordered: false };
        Relation { kind: RelationKind::Filter { input: Box::new(scan), predicate }, outputs, ordered: false }
    }

    fn leaves(left: Relation, right: Relation) -> (Vec<String>, usize) {
        let outputs = [left.outputs.clone(), right.outputs.clone()].concat();
        let kind = RelationKind::Join { left: Box::new(left), right: Box::new(right), kind: JoinKind::Inner, on: Vec::new() };
        let (mut rest, mut leaves) = (Relation { kind, outputs, ordered: false }, Vec::new());
        cut(&mut rest, &mut leaves, &mut HashMap::new());
        let name = |input: &Relation| match &input.kind {
            RelationKind::Scan { table, .. } => table.clone(),
            _ => String::new(),
        };
        (rest.inputs().into_iter().map(name).collect(), leaves.len())
    }

    #[test]
    fn what_is_read_twice_is_one_leaf() {
        let column = |id: u32| Expr::Column { id: ColumnId(id), ty: Type::Bool };
        assert_eq!(leaves(filtered(1, column(1)), filtered(2, column(2))), (vec![leaf_name(0), leaf_name(0)], 1));
        let not = |id| Expr::Call {
            function: functions::find("not").unwrap(),
            arguments: vec![column(id)],
            ty: Type::Bool,
            span: Default::default(),
        };
        assert_eq!(leaves(filtered(1, column(1)), filtered(2, not(2))), (vec![leaf_name(0), leaf_name(1)], 2));
        let random =
            || Expr::Call { function: functions::find("rand").unwrap(), arguments: Vec::new(), ty: Type::Real, span: Default::default() };
        assert_eq!(leaves(filtered(1, random()), filtered(2, random())).1, 2);
    }
}
