//! The filters of all rules as a tree: rules whose first filters are the same pass them together, and only what is left is looked at by
//! those below.

use std::collections::HashMap;

use crate::diagnostic::Result;
use crate::execute::conjuncts;
use crate::plan::{Context, Expr, Relation, RelationKind};

use super::terms::{Meanings, Term, Terms};

/// What a branch wants: the rows where all of `filters` are true, with these columns.
pub struct Wish {
    pub filters: Vec<Term>,
    pub outputs: Vec<Term>,
}

impl Wish {
    /// Reads the filters and projections above a scan whose columns have `meanings`.
    pub fn of(head: &Relation, meanings: Meanings, terms: &mut Terms, context: &Context) -> Result<Wish> {
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
    /// Further filters.
    pub below: Vec<(Term, Node)>,
    /// All branches that take some of these rows.
    pub all: Vec<Taker>,
    /// The only task among them, if there is only one.
    pub owner: Option<usize>,
}

/// The tree of all wishes. What most of them filter by comes first.
pub fn plant<'w>(wishes: impl Iterator<Item = (Taker, &'w Wish)> + Clone) -> Node {
    let mut counts: HashMap<Term, usize> = HashMap::new();
    wishes.clone().flat_map(|(_, wish)| &wish.filters).for_each(|term| *counts.entry(*term).or_default() += 1);
    let mut root = Node::default();
    for (taker, wish) in wishes {
        let mut filters = wish.filters.clone();
        filters.sort_by_key(|term| std::cmp::Reverse(counts.get(term).copied().unwrap_or(0)));
        let mut node = &mut root;
        node.all.push(taker);
        for term in filters {
            let at = node.below.iter().position(|(known, _)| *known == term).unwrap_or_else(|| {
                node.below.push((term, Node::default()));
                node.below.len() - 1
            });
            node = &mut node.below[at].1;
            node.all.push(taker);
        }
        node.takers.push(taker);
        let new: Vec<Term> = wish.outputs.iter().filter(|term| !node.outputs.contains(term)).copied().collect();
        node.outputs.extend(new);
    }
    root.settle();
    root
}

impl Node {
    /// Calls `visit` with every filter of the tree.
    pub fn filters(&self, visit: &mut impl FnMut(Term)) {
        for (filter, below) in &self.below {
            visit(*filter);
            below.filters(visit);
        }
    }

    fn settle(&mut self) {
        let first = self.all.first().map(|(task, _)| *task);
        self.owner = first.filter(|first| self.all.iter().all(|(task, _)| task == first));
        self.below.iter_mut().for_each(|(_, node)| node.settle());
    }
}
