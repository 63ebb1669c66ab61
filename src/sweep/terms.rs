//! The expressions of all rules over one scan, each distinct one once: rules over the same table compute its columns together.

use std::collections::HashMap;

use crate::diagnostic::Result;
use crate::execute::{Compiled, Layout};
use crate::plan::{ColumnId, Context, Expr};
use crate::value::{Batch, Column, Type};

/// An expression of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term(u32);

/// What each column of a plan means.
pub type Meanings = HashMap<ColumnId, Term>;

/// All distinct expressions. Arguments stand before what uses them.
#[derive(Default)]
pub struct Terms {
    all: Vec<Entry>,
    known: HashMap<String, Term>,
}

struct Entry {
    what: What,
    ty: Type,
    reads: Reads,
    /// Expressions, filters and results that use it.
    uses: u32,
}

/// How a term comes to its value.
pub enum What {
    /// A column of the scan.
    Column(usize),
    /// Of the columns that its arguments are.
    Computed { compiled: Compiled, arguments: Vec<Term> },
}

/// The columns of the scan that a term depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    Nothing,
    One(usize),
    /// Several, or its value is another in every row.
    Many,
}

impl Terms {
    /// The term of a column of the scan.
    pub fn column(&mut self, slot: usize, ty: Type) -> Term {
        self.add(format!("column {slot}"), || Ok((What::Column(slot), ty, Reads::One(slot)))).unwrap_or(Term(0))
    }

    /// The term of an expression over columns with meanings.
    pub fn intern(&mut self, expr: &Expr, meanings: &Meanings, context: &Context) -> Result<Term> {
        if let Expr::Column { id, .. } = expr
            && let Some(term) = meanings.get(id)
        {
            return Ok(*term);
        }
        let mut volatile = false;
        let (mut key, arguments): (String, Vec<&Expr>) = match expr {
            Expr::Call { function, arguments, ty, .. } => {
                volatile = function.volatile;
                (format!("{:p} {} {ty:?}", *function, function.name), arguments.iter().collect())
            }
            Expr::Path { base, steps } => (format!("path {steps:?}"), vec![base]),
            Expr::Constant { value, ty } => (format!("constant {ty:?} {value:?}"), Vec::new()),
            Expr::Column { id, .. } => (format!("lost {id:?}"), Vec::new()),
        };
        if volatile {
            key.push_str(&format!(" {}", self.all.len()));
        }
        let mut terms = Vec::new();
        for argument in arguments {
            key.push(' ');
            match argument {
                Expr::Constant { value, ty } => key.push_str(&format!("({ty:?} {value:?})")),
                argument => {
                    let term = self.intern(argument, meanings, context)?;
                    key.push_str(&format!("#{}", term.0));
                    terms.push(term);
                }
            }
        }
        let reads = if volatile { Reads::Many } else { self.reads(&terms) };
        let flat = self.flat(expr, &terms);
        let layout = Layout::new((0..terms.len()).map(|at| ColumnId(at as u32)));
        self.add(key, || Ok((What::Computed { compiled: Compiled::new(&flat, &layout, context)?, arguments: terms }, expr.ty(), reads)))
    }

    fn add(&mut self, key: String, make: impl FnOnce() -> Result<(What, Type, Reads)>) -> Result<Term> {
        if let Some(term) = self.known.get(&key) {
            return Ok(*term);
        }
        let (what, ty, reads) = make()?;
        if let What::Computed { arguments, .. } = &what {
            arguments.iter().for_each(|argument| self.used(*argument));
        }
        let term = Term(self.all.len() as u32);
        self.all.push(Entry { what, ty, reads, uses: 0 });
        self.known.insert(key, term);
        Ok(term)
    }

    /// The same expression with its arguments as columns 0, 1, 2 …; constants stay, since functions prepare themselves for them.
    fn flat(&self, expr: &Expr, terms: &[Term]) -> Expr {
        let mut next = 0;
        let mut column = |argument: &Expr| match argument {
            Expr::Constant { .. } => argument.clone(),
            argument => {
                next += 1;
                let ty = terms.get(next - 1).and_then(|term| self.all.get(term.0 as usize)).map_or(argument.ty(), |entry| entry.ty);
                Expr::Column { id: ColumnId(next as u32 - 1), ty }
            }
        };
        match expr {
            Expr::Call { function, arguments, ty, span } => {
                Expr::Call { function, arguments: arguments.iter().map(column).collect(), ty: *ty, span: *span }
            }
            Expr::Path { base, steps } => Expr::Path { base: Box::new(column(base)), steps: steps.clone() },
            other => other.clone(),
        }
    }

    fn reads(&self, terms: &[Term]) -> Reads {
        let each = terms.iter().filter_map(|term| self.all.get(term.0 as usize)).map(|entry| entry.reads);
        each.fold(Reads::Nothing, |all, one| match (all, one) {
            (Reads::Nothing, other) | (other, Reads::Nothing) => other,
            (Reads::One(a), Reads::One(b)) if a == b => all,
            _ => Reads::Many,
        })
    }

    /// Notes that something uses a term.
    pub fn used(&mut self, term: Term) {
        if let Some(entry) = self.all.get_mut(term.0 as usize) {
            entry.uses += 1;
        }
    }

    pub fn what(&self, term: Term) -> &What {
        &self.all[term.0 as usize].what
    }

    /// Several uses: worth being remembered.
    pub fn is_shared(&self, term: Term) -> bool {
        let entry = &self.all[term.0 as usize];
        entry.uses > 1 || matches!(entry.what, What::Column(_))
    }

    /// The only column of the scan, of text, that a computed term depends on.
    pub fn only_column(&self, term: Term) -> Option<usize> {
        let entry = &self.all[term.0 as usize];
        match (entry.reads, &entry.what) {
            (Reads::One(slot), What::Computed { .. }) => Some(slot),
            _ => None,
        }
    }
}

/// Computes a term whose arguments are given.
pub fn compute(compiled: &Compiled, arguments: Vec<Column>, rows: usize) -> Column {
    compiled.column(&Batch { columns: arguments, rows })
}
