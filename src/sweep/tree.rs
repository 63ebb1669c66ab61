//! The filters of all rules as a tree: rules whose first filters are the same pass them together, and only what is left is looked at by
//! those below.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::diagnostic::Result;
use crate::execute::{Projection, conjuncts};
use crate::plan::{Context, Expr, Relation, RelationKind, ScanColumn};

use super::gate::Told;
use super::terms::{Meanings, Term, Terms};

/// What a branch wants: the rows where all of `filters` are true, with these columns.
pub struct Wish {
    pub filters: Vec<Term>,
    pub outputs: Vec<Term>,
}

impl Wish {
    /// Reads the filters and projections above a scan of these columns, which stand in these places of the shared scan.
    pub fn over(columns: &[ScanColumn], places: &Projection, head: &Relation, terms: &mut Terms, context: &Context) -> Result<Wish> {
        let meanings = columns.iter().zip(places.places()).map(|(column, at)| (column.id, terms.column(*at, column.ty))).collect();
        Wish::of(head, meanings, terms, context)
    }

    fn of(head: &Relation, meanings: Meanings, terms: &mut Terms, context: &Context) -> Result<Wish> {
        let mut filters = Vec::new();
        let meanings = read(head, meanings, &mut filters, terms, context)?;
        let outputs: Vec<Term> =
            head.outputs.iter().map(|o| terms.intern(&Expr::Column { id: o.id, ty: o.ty }, &meanings, context)).collect::<Result<_>>()?;
        filters.iter().chain(&outputs).for_each(|term| terms.used(*term));
        Ok(Wish { filters, outputs })
    }
}

/// Adds the filters from the scan upwards; gives what the columns above mean.
fn read(relation: &Relation, scan: Meanings, filters: &mut Vec<Term>, terms: &mut Terms, context: &Context) -> Result<Meanings> {
    match &relation.kind {
        RelationKind::Filter { input, predicate } => {
            let meanings = read(input, scan, filters, terms, context)?;
            let mut parts = Vec::new();
            conjuncts(predicate, &mut parts);
            for part in parts {
                let term = terms.intern(part, &meanings, context)?;
                if !filters.contains(&term) {
                    filters.push(term);
                }
            }
            Ok(meanings)
        }
        RelationKind::Project { input, columns } => {
            let below = read(input, scan, filters, terms, context)?;
            columns.iter().map(|(id, expr)| Ok((*id, terms.intern(expr, &below, context)?))).collect()
        }
        _ => Ok(scan),
    }
}

/// A branch of a task, by their numbers.
pub type Taker = (usize, usize);

/// Rows that passed the same filters.
#[derive(Default)]
pub struct Node {
    /// Branches that take these rows.
    pub takers: Vec<Taker>,
    /// What they want of them.
    pub outputs: Vec<Term>,
    /// Further filters, and the nodes below them.
    pub below: Vec<(Term, usize)>,
    /// All branches that take some of these rows.
    pub all: Vec<Taker>,
    /// The only task among them, if there is only one.
    pub owner: Option<usize>,
}

/// The filters of all wishes: nodes by their numbers, the first of which has all rows. A node stands before those below it.
pub struct Tree(Vec<Node>);

/// The node that has all rows.
pub const ROOT: usize = 0;

impl Tree {
    /// Plants all wishes. What is told by the kind of record comes first, then what most of them filter by.
    pub fn of<'w>(wishes: impl Iterator<Item = (Taker, &'w Wish)> + Clone, told: &Told) -> Tree {
        let mut counts: HashMap<Term, usize> = HashMap::new();
        wishes.clone().flat_map(|(_, wish)| &wish.filters).for_each(|term| *counts.entry(*term).or_default() += 1);
        let mut nodes = vec![Node::default()];
        for (taker, wish) in wishes {
            let mut filters = wish.filters.clone();
            filters.sort_by_key(|term| (!told.holds(*term), Reverse(counts.get(term).copied().unwrap_or(0))));
            let mut at = ROOT;
            nodes[at].all.push(taker);
            for term in filters {
                let known = nodes[at].below.iter().find(|(known, _)| *known == term).map(|(_, below)| *below);
                let below = known.unwrap_or(nodes.len());
                if known.is_none() {
                    nodes[at].below.push((term, below));
                    nodes.push(Node::default());
                }
                at = below;
                nodes[at].all.push(taker);
            }
            let node = &mut nodes[at];
            node.takers.push(taker);
            let new: Vec<Term> = wish.outputs.iter().filter(|term| !node.outputs.contains(term)).copied().collect();
            node.outputs.extend(new);
        }
        for node in &mut nodes {
            let first = node.all.first().map(|(task, _)| *task);
            node.owner = first.filter(|first| node.all.iter().all(|(task, _)| task == first));
        }
        Tree(nodes)
    }

    pub fn node(&self, number: usize) -> &Node {
        &self.0[number]
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}
