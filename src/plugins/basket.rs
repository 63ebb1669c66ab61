//! `basket` and `autocluster`: combinations of values that many rows have.

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::{Relation, Transform};
use crate::syntax::ast;
use crate::value::{Batch, Type, Value};

use super::call::{apply, column_at, columns_of, constant_or, failed, invalid, shown};
use super::patterns::{Pattern, Table, longs, reals};
use super::{Call, Lowering, Plugin};

pub static BASKET: Plugin = Plugin {
    name: "basket",
    syntax: "T | evaluate basket([Threshold, WeightColumn, MaxDimensions, CustomWildcard, …])",
    summary: "Finds the combinations of values that at least a share of the rows have.",
    lowering: Lowering::Bind(|binder, call| bind(binder, call, Style::Basket)),
    examples: &[(
        "datatable(a:string, b:string)['x','1', 'x','1', 'x','2', 'y','2'] | evaluate basket(0.5)",
        "0 | 3 | 75.0 | x | \n1 | 2 | 50.0 | x | 1\n2 | 2 | 50.0 |  | 2",
    )],
    differs: "Combinations that differ from a longer one by no row are left out; the order is by count.",
};

pub static AUTOCLUSTER: Plugin = Plugin {
    name: "autocluster",
    syntax: "T | evaluate autocluster([SizeWeight, WeightColumn, NumSeeds, CustomWildcard, …])",
    summary: "Finds a few combinations of values that together describe many of the rows.",
    lowering: Lowering::Bind(|binder, call| bind(binder, call, Style::Autocluster)),
    examples: &[(
        "datatable(a:string, b:string)['x','1', 'x','1', 'x','1', 'y','2'] | evaluate autocluster() | take 1",
        "0 | 3 | 75.0 | x | 1",
    )],
    differs: "Microsoft's algorithm is not published: here patterns are chosen greedily by the rows they explain and the values they name.",
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Basket,
    Autocluster,
}

fn bind(binder: &mut Binder, mut call: Call<'_>, style: Style) -> Result<Relation> {
    let input = shown(call.table(binder)?);
    let at = |i: usize| call.arguments.get(i).map(|a| &a.value);
    let (low, high, default) = if style == Style::Basket { (0.015, 1.0, 0.05) } else { (0.0, 1.0, 0.5) };
    let share = constant_or(binder, at(0), Value::Real(default))?.as_f64();
    let share = match (share.filter(|s| (low..=high).contains(s)), at(0)) {
        (Some(share), _) => share,
        (None, Some(expr)) => return Err(invalid(expr, format!("a number between {low} and {high} is expected here"))),
        (None, None) => default,
    };
    let weight = weight(binder, &input, at(1))?;
    let count = constant_or(binder, at(2), Value::Long(if style == Style::Basket { 5 } else { 25 }))?.as_i64();
    let count = count.filter(|c| *c > 0).map_or(25, |c| c as usize);
    let wildcards = wildcards(binder, &call, 3)?;
    let mut columns = vec![("SegmentId".to_owned(), Type::Long), ("Count".to_owned(), Type::Long), ("Percent".to_owned(), Type::Real)];
    columns.extend(columns_of(&input));
    Ok(apply(binder, vec![input], columns, Segments { style, share, weight, count, wildcards }))
}

/// The place of the column with the rows' weights; none for `'~'`.
pub fn weight(binder: &mut Binder, input: &Relation, expr: Option<&ast::Expr>) -> Result<Option<usize>> {
    match expr {
        None => Ok(None),
        Some(expr) if matches!(&expr.kind, ast::ExprKind::Literal { value: Value::String(text), .. } if text == "~") => Ok(None),
        Some(expr) => column_at(binder, input, expr).map(Some),
    }
}

/// What stands in a column that a pattern says nothing of: per type, null where not given.
pub fn wildcards(binder: &mut Binder, call: &Call<'_>, from: usize) -> Result<Vec<(Type, Value<'static>)>> {
    let mut wildcards = Vec::new();
    for argument in call.arguments.iter().skip(from) {
        let value = constant_or(binder, Some(&argument.value), Value::Null)?;
        wildcards.extend(value.ty().map(|ty| (ty, value)));
    }
    Ok(wildcards)
}

/// The wildcard of a type.
pub fn wildcard(wildcards: &[(Type, Value<'static>)], ty: Type) -> Value<'static> {
    let given = wildcards.iter().find(|(t, _)| *t == ty || t.is_integer() && ty.is_integer());
    given.map_or(Value::Null, |(_, value)| value.clone().convert(ty))
}

#[derive(Debug)]
struct Segments {
    style: Style,
    /// The threshold of a basket; how much size counts against detail for clusters.
    share: f64,
    weight: Option<usize>,
    /// The dimensions of a basket; the seeds of clusters.
    count: usize,
    wildcards: Vec<(Type, Value<'static>)>,
}

impl Transform for Segments {
    fn name(&self) -> &str {
        match self.style {
            Style::Basket => "basket",
            Style::Autocluster => "autocluster",
        }
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let table = Table::new(batch, self.weight, &[]);
        let total: i64 = table.weights.iter().sum();
        let (threshold, dimensions) = match self.style {
            Style::Basket => (self.share, self.count),
            Style::Autocluster => (0.05, batch.columns.len().min(8)),
        };
        let enough = |rows: &[u32]| table.weight(rows) as f64 >= threshold * total as f64 && !rows.is_empty();
        let mut patterns = table.frequent(self.name(), dimensions, &enough)?;
        patterns.sort_by(|a, b| table.weight(&b.rows).cmp(&table.weight(&a.rows)).then_with(|| a.items.cmp(&b.items)));
        let chosen = match self.style {
            Style::Basket => patterns.iter().collect(),
            Style::Autocluster => self.clusters(&table, &patterns),
        };
        let share = |pattern: &&Pattern| table.weight(&pattern.rows) as f64 * 100.0 / total.max(1) as f64;
        let mut columns =
            vec![longs(0..chosen.len() as i64), longs(chosen.iter().map(|p| table.weight(&p.rows))), reals(chosen.iter().map(share))];
        for (at, source) in batch.columns.iter().enumerate() {
            columns.push(table.column(source, at, &chosen, &wildcard(&self.wildcards, source.ty())));
        }
        Ok(Batch { columns, rows: chosen.len() })
    }
}

impl Segments {
    /// Takes again and again the pattern that scores best on the rows that no chosen one has.
    fn clusters<'p>(&self, table: &Table, patterns: &'p [Pattern]) -> Vec<&'p Pattern> {
        let mut covered = vec![false; table.weights.len()];
        let mut chosen: Vec<&Pattern> = Vec::new();
        let total = table.weights.iter().sum::<i64>().max(1) as f64;
        let columns = table.columns.iter().filter(|c| !c.is_empty()).count().max(1) as f64;
        while chosen.len() < self.count {
            let fresh =
                |p: &Pattern| p.rows.iter().filter(|r| !covered[**r as usize]).map(|r| table.weights[*r as usize]).sum::<i64>() as f64;
            let score = |p: &Pattern| (fresh(p) / total).powf(self.share) * (p.items.len() as f64 / columns).powf(1.0 - self.share);
            let scored = patterns.iter().filter(|p| fresh(p) >= 0.05 * total).map(|p| (score(p), p));
            // Of equal scores the first counts.
            let Some((_, best)) = scored.fold(None, |best: Option<(f64, &Pattern)>, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            }) else {
                break;
            };
            best.rows.iter().for_each(|row| covered[*row as usize] = true);
            chosen.push(best);
        }
        chosen.sort_by_key(|p| std::cmp::Reverse(table.weight(&p.rows)));
        chosen
    }
}
