//! `top-nested`: returns the top values level within level.

use std::any::Any;

use crate::bind::{Binder, make_unique, result_name};
use crate::diagnostic::{Result, Span};
use crate::plan::{Output, Relation, RelationKind, Transform};
use crate::plugins::group_rows;
use crate::syntax::ast::{Expr, Ident, NamedExpr, Node, SortExpr};
use crate::syntax::{Parser, Printer};
use crate::value::{Batch, Column};
use arrow::array::UInt32Array;
use std::collections::HashMap;
use std::sync::Arc;

use super::Operator;
use super::top_nested_others::with_others;

#[derive(Debug)]
pub struct TopNested {
    pub levels: Vec<TopLevel>,
}

/// One level: `N of value with others = name by aggregate desc`.
#[derive(Debug)]
pub struct TopLevel {
    pub count: Option<Expr>,
    pub of: NamedExpr,
    pub others: Option<Expr>,
    pub by: SortExpr,
}

fn level(parser: &mut Parser) -> Result<TopLevel> {
    let count = if parser.at_word("of") { None } else { Some(parser.expression()?) };
    parser.expect_word("of")?;
    let of = parser.named()?;
    let others = if parser.eat_word("with") {
        parser.expect_word("others")?;
        parser.expect("=")?;
        Some(parser.expression()?)
    } else {
        None
    };
    parser.expect_word("by")?;
    Ok(TopLevel { count, of, others, by: parser.sort_key()? })
}

fn print_level(printer: &mut Printer, level: &TopLevel) {
    if let Some(count) = &level.count {
        printer.expression(count);
    }
    printer.word("of");
    printer.named(&level.of);
    if let Some(others) = &level.others {
        printer.word("with others =");
        printer.expression(others);
    }
    printer.word("by");
    printer.sort_key(&level.by);
}

impl Operator for TopNested {
    const NAMES: &'static [&'static str] = &["top-nested"];
    const SUMMARY: &'static str = "Returns the top values level within level.";
    const SYNTAX: &'static str = "T | top-nested [N] of Expression [with others = Name] by Aggregate [asc | desc], ...";
    const EXAMPLES: &'static [crate::plan::Example] = &[(
        "datatable(c:string, s:string, v:long)['a','x',1, 'a','y',5, 'b','x',9] | top-nested 1 of c by sum(v), top-nested 1 of s by max(v)",
        "b | 9 | x | 9",
    )];

    fn parse(parser: &mut Parser, _name: &Ident) -> Result<TopNested> {
        let mut levels = vec![level(parser)?];
        while parser.eat(",") {
            parser.eat_name("top-nested");
            levels.push(level(parser)?);
        }
        Ok(TopNested { levels })
    }

    fn bind(&self, binder: &mut Binder, input: Option<Relation>, span: Span) -> Result<Relation> {
        let input = binder.require_input(input, span)?;
        let mut inputs = Vec::new();
        let mut levels = Vec::new();
        let mut outputs: Vec<Output> = Vec::new();
        for (depth, level) in self.levels.iter().enumerate() {
            let of = level.of.names.first().map(|n| n.name.clone()).or_else(|| result_name(&level.of.value)).unwrap_or_default();
            let name = level.by.name.clone().unwrap_or(Ident { name: format!("aggregated_{of}"), span: level.by.value.span });
            let aggregate = NamedExpr { names: vec![name], value: level.by.value.clone() };
            let keys: Vec<NamedExpr> = self.levels[..=depth].iter().map(|l| l.of.clone()).collect();
            let source = binder.freshen(&input);
            let cells = binder.summarize(source, &[aggregate], &keys)?;
            for output in &cells.outputs[depth..] {
                outputs.push(binder.output(output.name.clone(), output.ty));
            }
            let count = level.count.as_ref().map(|c| binder.constant(c)).transpose()?.and_then(|v| v.as_i64());
            levels.push((count.map(|c| c.max(0) as usize), level.by.descending.unwrap_or(true)));
            inputs.push(cells);
        }
        make_unique(&mut outputs);
        let kind = RelationKind::Apply { inputs, transform: Arc::new(Nested { levels }) };
        let nested = Relation { outputs, ordered: false, kind };
        match self.levels.iter().any(|level| level.others.is_some()) {
            true => with_others(binder, &self.levels, &input, nested, span),
            false => Ok(nested),
        }
    }
}

/// Chooses the top groups of each level within the chosen groups of the level before. Input `i` has the first `i + 1` values
/// and the aggregate of that level.
#[derive(Debug)]
struct Nested {
    /// How many groups, and whether the largest come first.
    levels: Vec<(Option<usize>, bool)>,
}

impl Transform for Nested {
    fn name(&self) -> &str {
        "top-nested"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        // A row of each level so far.
        let mut paths: Vec<Vec<u32>> = vec![Vec::new()];
        for (depth, (batch, (count, descending))) in inputs.iter().zip(&self.levels).enumerate() {
            let children = match depth.checked_sub(1).and_then(|d| inputs.get(d)) {
                Some(parents) => children(parents, batch, depth),
                None => HashMap::from([(None, (0..batch.rows as u32).collect())]),
            };
            let aggregate = &batch.columns[depth + 1];
            let mut longer = Vec::new();
            for path in paths {
                let Some(rows) = children.get(&path.last().copied()) else { continue };
                for row in chosen(rows, aggregate, count.unwrap_or(usize::MAX), *descending) {
                    longer.push(path.iter().copied().chain([row]).collect());
                }
            }
            paths = longer;
        }
        let mut columns: Vec<Column> = Vec::new();
        for (depth, batch) in inputs.iter().enumerate() {
            let rows = UInt32Array::from_iter_values(paths.iter().filter_map(|p| p.get(depth).copied()));
            columns.extend(batch.columns[depth..].iter().map(|c| c.take(&rows)));
        }
        Ok(Batch { columns, rows: paths.len() })
    }
}

/// The rows of a level by the row of the level before that they belong to.
fn children(parents: &Batch, batch: &Batch, keys: usize) -> HashMap<Option<u32>, Vec<u32>> {
    let columns: Vec<Column> =
        (0..keys).map(|k| Column::concat(parents.columns[k].ty(), &[&parents.columns[k], &batch.columns[k]])).collect();
    let numbers = group_rows(&columns, parents.rows + batch.rows);
    let parent: HashMap<usize, u32> = numbers[..parents.rows].iter().enumerate().map(|(row, number)| (*number, row as u32)).collect();
    let mut children: HashMap<Option<u32>, Vec<u32>> = HashMap::new();
    for (row, number) in numbers[parents.rows..].iter().enumerate() {
        children.entry(parent.get(number).copied()).or_default().push(row as u32);
    }
    children
}

fn chosen(rows: &[u32], aggregate: &Column, count: usize, descending: bool) -> Vec<u32> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| {
        let order = aggregate.value(*a as usize).compare(&aggregate.value(*b as usize));
        if descending { order.reverse() } else { order }
    });
    rows.truncate(count);
    rows
}

impl Node for TopNested {
    fn print(&self, printer: &mut Printer) {
        printer.word("top-nested");
        printer.list(&self.levels, |p, level| {
            if !p.text.ends_with("top-nested") {
                p.word("top-nested");
            }
            print_level(p, level);
        });
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
