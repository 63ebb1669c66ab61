//! What a filter right above a join asks of each pair of rows. Asked while the pairs are made, so that pairs that it refuses are never
//! built; and where it compares a value of the held side with bounds from the streamed side (`Ok between (Failed .. Failed + 10m)`), the
//! partners within the bounds are found by binary search.

use std::collections::HashSet;

use arrow::array::{Array, Int64Array, UInt32Array};

use crate::diagnostic::Result;
use crate::plan::{ColumnId, Context, Expr};
use crate::value::{Batch, Column, Type, Value};

use super::expression::{Compiled, Layout};
use super::pipeline::Step;
use super::steps::{FilterStep, conjuncts};

/// So many pairs are made before the predicate is asked.
const SLICE: usize = 32 * 1024;

/// The predicate over pairs, and the columns that it reads.
pub struct Residual {
    filter: FilterStep,
    left: Vec<usize>,
    right: Vec<usize>,
    band: Option<Band>,
}

/// Bounds from the streamed side on a column of the held side.
struct Band {
    /// The column's values; a null matches no bounds.
    values: Int64Array,
    low: Vec<Sum>,
    high: Vec<Sum>,
}

/// A bound: a sum of values of the streamed side, and a constant.
struct Sum {
    terms: Vec<(i128, Compiled)>,
    constant: i128,
}

/// The rows of both sides that make pairs.
#[derive(Default)]
pub struct Pairs {
    pub left: Vec<u32>,
    pub right: Vec<u32>,
}

impl Residual {
    /// `sides`: the columns of the streamed side, then of the held side.
    pub fn new(predicate: &Expr, sides: [&[ColumnId]; 2], held: &Batch, context: &Context) -> Result<Residual> {
        let mut read = HashSet::new();
        predicate.walk(&mut |e| {
            if let Expr::Column { id, .. } = e {
                read.insert(*id);
            }
        });
        let [left, right] = sides.map(|ids| (0..ids.len()).filter(|at| read.contains(&ids[*at])).collect::<Vec<_>>());
        let ids = left.iter().map(|at| sides[0][*at]).chain(right.iter().map(|at| sides[1][*at]));
        let filter = FilterStep::new(predicate, &Layout::new(ids), context)?;
        Ok(Residual { filter, left, right, band: Band::find(predicate, sides, held, context)? })
    }

    /// Orders a group's rows so that `pairs` can search them.
    pub fn order(&self, rows: &mut Vec<u32>) {
        if let Some(band) = &self.band {
            rows.retain(|row| band.values.is_valid(*row as usize));
            rows.sort_by_key(|row| band.values.value(*row as usize));
        }
    }

    /// The pairs of each left row with those of its partners that the predicate admits, in the order of both sides.
    pub fn pairs(&self, left: &Batch, held: &Batch, partners: &[&[u32]]) -> Result<Pairs> {
        let bounds = self.band.as_ref().map(|band| band.bounds(left));
        let (mut kept, mut made) = (Pairs::default(), Pairs::default());
        for (row, mut partners) in partners.iter().copied().enumerate() {
            let from = made.right.len();
            if let (Some(band), Some(bounds)) = (&self.band, &bounds) {
                partners = bounds.get(row).copied().flatten().map_or(&[], |bounds| band.within(partners, bounds));
            }
            made.right.extend_from_slice(partners);
            if self.band.is_some() {
                made.right[from..].sort_unstable();
            }
            made.left.resize(made.right.len(), row as u32);
            if made.right.len() >= SLICE {
                self.admit(&mut made, left, held, &mut kept)?;
            }
        }
        self.admit(&mut made, left, held, &mut kept)?;
        Ok(kept)
    }

    /// Moves the pairs for which the predicate holds.
    fn admit(&self, made: &mut Pairs, left: &Batch, held: &Batch, kept: &mut Pairs) -> Result<()> {
        for (lefts, rights) in made.left.chunks(SLICE).zip(made.right.chunks(SLICE)) {
            let sides = [(left, &self.left, lefts), (held, &self.right, rights)].map(|(batch, columns, rows)| {
                let rows = UInt32Array::from(rows.to_vec());
                columns.iter().map(|at| batch.columns[*at].take(&rows)).collect::<Vec<_>>()
            });
            let numbers = Column::new(Type::Long, std::sync::Arc::new(Int64Array::from_iter_values(0..rights.len() as i64)));
            let columns = sides.into_iter().flatten().chain([numbers]).collect();
            let admitted = self.filter.apply(Batch::new(columns, rights.len()))?;
            for number in admitted.columns.last().map(|c| c.longs().values().as_ref()).unwrap_or_default() {
                kept.left.push(lefts[*number as usize]);
                kept.right.push(rights[*number as usize]);
            }
        }
        made.left.clear();
        made.right.clear();
        Ok(())
    }
}

impl Band {
    fn find(predicate: &Expr, sides: [&[ColumnId]; 2], held: &Batch, context: &Context) -> Result<Option<Band>> {
        let mut parts = Vec::new();
        conjuncts(predicate, &mut parts);
        let found: Vec<(ColumnId, Bound, Linear<'_>)> = parts.into_iter().flat_map(|part| bounds(part, sides)).collect();
        let sets = |id: ColumnId, side: Bound| found.iter().any(|(i, b, _)| *i == id && *b == side);
        let columns = found.iter().map(|(id, ..)| *id);
        let best = columns.max_by_key(|id| u8::from(sets(*id, Bound::Low)) + u8::from(sets(*id, Bound::High)));
        let Some((id, position)) = best.and_then(|id| Some((id, sides[1].iter().position(|i| *i == id)?))) else { return Ok(None) };
        let left = Layout::new(sides[0].iter().copied());
        let (mut low, mut high) = (Vec::new(), Vec::new());
        for (_, bound, linear) in found.iter().filter(|(i, ..)| *i == id) {
            let terms = linear.terms.iter().map(|(sign, e)| Ok((*sign, Compiled::new(e, &left, context)?))).collect::<Result<_>>()?;
            let sum = Sum { terms, constant: linear.constant };
            if *bound == Bound::Low { low.push(sum) } else { high.push(sum) }
        }
        Ok(Some(Band { values: held.columns[position].longs().clone(), low, high }))
    }

    /// The bounds that each left row sets, both included; `None` where one of them is null and so nothing matches.
    fn bounds(&self, left: &Batch) -> Vec<Option<(i128, i128)>> {
        let columns = |sums: &[Sum]| sums.iter().map(|sum| sum.columns(left)).collect::<Vec<_>>();
        let (low, high) = (columns(&self.low), columns(&self.high));
        let bounds = |row: usize| {
            let low = low.iter().zip(&self.low).try_fold(i128::MIN, |most, (terms, sum)| Some(most.max(sum.value(terms, row)?)))?;
            let high = high.iter().zip(&self.high).try_fold(i128::MAX, |least, (terms, sum)| Some(least.min(sum.value(terms, row)?)))?;
            Some((low, high))
        };
        (0..left.rows).map(bounds).collect()
    }

    fn within<'r>(&self, rows: &'r [u32], (low, high): (i128, i128)) -> &'r [u32] {
        let value = |row: &u32| i128::from(self.values.value(*row as usize));
        let from = rows.partition_point(|row| value(row) < low);
        let to = from + rows[from..].partition_point(|row| value(row) <= high);
        &rows[from..to]
    }
}

impl Sum {
    fn columns(&self, left: &Batch) -> Vec<Column> {
        self.terms.iter().map(|(_, term)| term.column(left)).collect()
    }

    fn value(&self, columns: &[Column], row: usize) -> Option<i128> {
        let terms = self.terms.iter().zip(columns);
        terms
            .map(|((sign, _), column)| (!column.is_null(row)).then(|| sign * i128::from(column.longs().value(row))))
            .try_fold(self.constant, |sum, term| Some(sum + term?))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Low,
    High,
}

/// The bounds that a conjunct sets on columns of the held side; wider than what it says (`<` as `<=`), as it is asked again.
fn bounds<'e>(conjunct: &'e Expr, sides: [&[ColumnId]; 2]) -> Vec<(ColumnId, Bound, Linear<'e>)> {
    let Expr::Call { function, arguments, .. } = conjunct else { return Vec::new() };
    let at_most: &[(&Expr, &Expr)] = match (function.name, arguments.as_slice()) {
        (">" | ">=", [a, b]) => &[(b, a)],
        ("<" | "<=", [a, b]) => &[(a, b)],
        ("between", [value, low, high]) => &[(low, value), (value, high)],
        _ => &[],
    };
    at_most.iter().filter_map(|(a, b)| bound(a, b, sides)).collect()
}

/// What `a <= b` says of a column of the held side.
fn bound<'e>(a: &'e Expr, b: &'e Expr, sides: [&[ColumnId]; 2]) -> Option<(ColumnId, Bound, Linear<'e>)> {
    // a - b <= 0
    let mut linear = Linear::default();
    let known = a.ty() == b.ty() && linear.add(a, 1, sides) && linear.add(b, -1, sides);
    let (sign, id) = linear.held.filter(|_| known)?;
    // sign * column <= -(the rest)
    linear.constant *= -sign;
    linear.terms.iter_mut().for_each(|(s, _)| *s *= -sign);
    Some((id, if sign > 0 { Bound::High } else { Bound::Low }, linear))
}

/// A sum of a column of the held side, values of the streamed side, and a constant.
#[derive(Default)]
struct Linear<'e> {
    held: Option<(i128, ColumnId)>,
    terms: Vec<(i128, &'e Expr)>,
    constant: i128,
}

impl<'e> Linear<'e> {
    /// `false` where the expression is no such sum. Sums of longs are not taken apart, because they wrap around.
    fn add(&mut self, expr: &'e Expr, sign: i128, sides: [&[ColumnId]; 2]) -> bool {
        // The types whose columns are 64-bit integers in the order of their values.
        if !matches!(expr.ty(), Type::DateTime | Type::TimeSpan | Type::Long) {
            return false;
        }
        match expr {
            Expr::Column { id, .. } if sides[1].contains(id) => self.held.replace((sign, *id)).is_none(),
            Expr::Constant { value: Value::DateTime(at), .. } => self.shift(sign, at.ticks()),
            Expr::Constant { value: Value::TimeSpan(span), .. } => self.shift(sign, span.ticks()),
            Expr::Call { function, arguments, ty: Type::DateTime | Type::TimeSpan, .. } if matches!(function.name, "+" | "-") => {
                let [a, b] = arguments.as_slice() else { return false };
                self.add(a, sign, sides) && self.add(b, if function.name == "-" { -sign } else { sign }, sides)
            }
            other => {
                self.terms.push((sign, other));
                reads_only(other, sides[0])
            }
        }
    }

    fn shift(&mut self, sign: i128, ticks: i64) -> bool {
        self.constant += sign * i128::from(ticks);
        true
    }
}

fn reads_only(expr: &Expr, ids: &[ColumnId]) -> bool {
    let mut only = true;
    expr.walk(&mut |e| only &= !matches!(e, Expr::Column { id, .. } if !ids.contains(id)));
    only
}
