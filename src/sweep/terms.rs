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
    /// A function of it is volatile.
    volatile: bool,
    /// It compares a column of the scan with these points in time.
    points: Option<(usize, Vec<i64>)>,
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
        self.add(format!("column {slot}"), || Ok((What::Column(slot), ty, Reads::One(slot), false))).unwrap_or(Term(0))
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
        volatile |= terms.iter().any(|term| self.is_volatile(*term));
        let flat = self.flat(expr, &terms);
        let layout = Layout::new((0..terms.len()).map(|at| ColumnId(at as u32)));
        let points = self.points_of(expr, &terms);
        let make =
            || Ok((What::Computed { compiled: Compiled::new(&flat, &layout, context)?, arguments: terms }, expr.ty(), reads, volatile));
        let term = self.add(key, make)?;
        self.all[term.0 as usize].points = points;
        Ok(term)
    }

    fn add(&mut self, key: String, make: impl FnOnce() -> Result<(What, Type, Reads, bool)>) -> Result<Term> {
        if let Some(term) = self.known.get(&key) {
            return Ok(*term);
        }
        let (what, ty, reads, volatile) = make()?;
        if let What::Computed { arguments, .. } = &what {
            arguments.iter().for_each(|argument| self.used(*argument));
        }
        let term = Term(self.all.len() as u32);
        self.all.push(Entry { what, ty, reads, volatile, points: None, uses: 0 });
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

    /// What a comparison of a column of datetimes with constants compares it with.
    fn points_of(&self, expr: &Expr, terms: &[Term]) -> Option<(usize, Vec<i64>)> {
        const COMPARISONS: [&str; 8] = ["<", "<=", ">", ">=", "==", "!=", "between", "!between"];
        let Expr::Call { function, arguments, .. } = expr else { return None };
        let [term] = terms else { return None };
        let What::Column(slot) = self.what(*term) else { return None };
        if !COMPARISONS.contains(&function.name) || self.all[term.0 as usize].ty != Type::DateTime {
            return None;
        }
        let constants = arguments.iter().filter_map(Expr::as_constant).map(|value| value.as_datetime().map(|time| time.ticks()));
        Some((*slot, constants.collect::<Option<Vec<i64>>>()?))
    }

    /// The column that a term compares with points in time, and these.
    pub fn points(&self, term: Term) -> Option<(usize, &[i64])> {
        self.all[term.0 as usize].points.as_ref().map(|(slot, points)| (*slot, points.as_slice()))
    }

    /// Calls `visit` with those of a term and all that it is computed from.
    pub fn all_points(&self, term: Term, visit: &mut impl FnMut(usize, &[i64])) {
        if let Some((slot, points)) = self.points(term) {
            visit(slot, points);
        }
        if let What::Computed { arguments, .. } = self.what(term) {
            arguments.iter().for_each(|argument| self.all_points(*argument, visit));
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

    /// Calls `visit` with the columns of the scan that a term is computed from.
    pub fn columns(&self, term: Term, visit: &mut impl FnMut(usize)) {
        match self.what(term) {
            What::Column(slot) => visit(*slot),
            What::Computed { arguments, .. } => arguments.iter().for_each(|argument| self.columns(*argument, visit)),
        }
    }

    /// Its value is another in every row.
    pub fn is_volatile(&self, term: Term) -> bool {
        self.all[term.0 as usize].volatile
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
