//! From the syntax tree to the plan: resolves names, gives types, lowers operators.

mod access;
mod aggregate_call;
mod budget;
mod call;
mod closure;
mod combine;
mod conversion;
mod entity;
mod env;
mod fold;
mod names;
mod observe;
mod options;
mod overload;
pub mod parameters;
mod pattern;
mod projection;
mod relations;
mod results;
mod scalar;
mod statement;
mod summarize;
mod tabular;
mod view;
mod watchlist;

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{AggregateCall, ColumnId, Context, Expr, JoinKind, Output, Relation, RelationKind, WindowCall};
use crate::syntax::ast;
use crate::value::{Batch, DateTime, Field, Type, Value};

pub use combine::{Branch, make_unique};
pub use conversion::{common_type, convert};
pub use entity::Database;
pub use env::{Binding, Env};
pub use names::result_name;
pub use observe::Observer;
pub use options::query_now;
pub use projection::{Projected, Projection, referenced, wildcard_matches};
pub use relations::filtered;
pub use results::ResultTable;
pub use statement::BoundQuery;
pub use summarize::{Keys, aggregate, bare};
pub use view::{RAW, coalesced};

/// What the binder asks of the world: which tables there are, and the rows of subqueries that must be known before the rest can bind.
pub trait Catalog {
    fn table(&self, name: &str) -> Option<Table>;
    /// For wildcards and for "did you mean".
    fn table_names(&self) -> Vec<String>;
    /// The tables that a name with `*` may mean: those with data, if there is data.
    fn wildcard_names(&self) -> Vec<String> {
        self.table_names()
    }
    /// Whether records in the input may be rows of this table already.
    fn has_rows(&self, _table: &str) -> bool {
        true
    }
    /// Whether a scan of this table by its name can give no rows: a declared table that no input holds.
    fn is_empty(&self, _table: &str) -> bool {
        false
    }
    /// Whether the query will run; if not (`kalypso check`), functions that are not available need only be warned of.
    fn runs(&self) -> bool {
        true
    }
    /// The rows of a relation; `None` when there is no data (`kalypso check`).
    fn evaluate(&self, relation: &Relation) -> Result<Option<Batch>>;
    /// Whether the rows of a relation come later: then its values bind as such (`Expr::deferred`).
    fn is_deferred(&self, _relation: &Relation) -> bool {
        false
    }
    /// The families of records in the input, as `tables::Section` names them; `rows` for records that are rows of tables already.
    fn families(&self) -> Vec<&str> {
        Vec::new()
    }
    /// From now on it matters which family each record is of.
    fn watch(&self) {}
    /// The names of the columns that a sample of the records shows.
    fn shown(&self) -> Vec<&str> {
        Vec::new()
    }
    /// The names of the properties that sampled records have in arrays of names and values.
    fn properties(&self) -> Vec<&str> {
        Vec::new()
    }
    /// A name that the sample does not show was asked for.
    fn miss(&self) {}
    /// What tables are cut to; `None` for all there is.
    fn time_range(&self) -> Option<TimeRange> {
        None
    }
    /// The watchlist of that name.
    fn watchlist(&self, _name: &str) -> Result<Option<(Vec<Field>, Batch)>> {
        Ok(None)
    }
    fn watchlist_names(&self) -> Vec<String> {
        Vec::new()
    }
    /// Whether subqueries see rows; `kalypso check` binds without.
    fn has_data(&self) -> bool {
        true
    }
    /// The text of a stored function, and of a view: `let`-like text `(parameters) { body }`.
    fn function(&self, _name: &str) -> Option<Arc<ast::Expr>> {
        None
    }
    /// The value that the caller gave for a declared query parameter.
    fn parameter(&self, _name: &str) -> Option<String> {
        None
    }
}

/// A table's columns. An open table may have more than it says: names that it lacks are looked up in the whole record.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub fields: Vec<Field>,
    pub open: bool,
}

/// A span of time that tables are cut to.
#[derive(Clone, Copy, Debug)]
pub struct TimeRange {
    pub start: DateTime,
    /// Not in it.
    pub end: DateTime,
    /// The columns of raw records that may hold their time; the first of these that a record has counts.
    pub columns: &'static [&'static str],
}

/// Either kind of thing that an expression can be.
#[derive(Clone, Debug)]
pub enum Bound {
    Scalar(Expr),
    Tabular(Relation),
}

/// The columns that a scalar expression can see.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub columns: Vec<Output>,
    /// Inside `join on`: `$left` is `columns`, `$right` is this.
    pub right: Option<Vec<Output>>,
}

/// Binds one query.
pub struct Binder<'a> {
    pub catalog: &'a dyn Catalog,
    pub context: &'a Context,
    pub warnings: Vec<Diagnostic>,
    /// `let` bindings in force.
    pub env: Env,
    /// The rows in scope; empty outside of operators.
    pub row: Row,
    next_id: u32,
    /// Of each hidden record in scope the columns that its table shows of it.
    records: HashMap<ColumnId, Vec<ColumnId>>,
    /// Where calls of window functions collect while an operator's expressions bind; `None` where they may not stand.
    windows: Option<Vec<WindowCall>>,
    /// Where calls of aggregates collect; `None` where they may not stand.
    aggregates: Option<Vec<AggregateCall>>,
    /// Functions being called, against recursion.
    calling: Vec<String>,
    /// Where subqueries over the rows of a part collect, each a column beside the operator's input; `None` where they may not stand.
    beside: Option<Vec<(Output, Relation)>>,
    depth: usize,
    /// Expressions that nest deeper than this are refused, to protect the stack.
    pub most_levels: usize,
    /// What `set` says, later options last.
    options: Vec<(&'static str, Expr)>,
    budget: budget::Budget,
    /// Sees what is bound; `None` where nobody asks for lints.
    pub observer: Option<&'a mut dyn Observer>,
    /// How the result asks to be shown (`render`): kept as metadata.
    pub render: Option<String>,
}

impl<'a> Binder<'a> {
    pub fn new(catalog: &'a dyn Catalog, context: &'a Context) -> Binder<'a> {
        Binder {
            catalog,
            context,
            warnings: Vec::new(),
            env: Env::default(),
            row: Row::default(),
            next_id: 0,
            records: HashMap::new(),
            windows: None,
            aggregates: None,
            calling: Vec::new(),
            beside: None,
            depth: 0,
            most_levels: 600,
            options: Vec::new(),
            budget: budget::Budget::default(),
            observer: None,
            render: None,
        }
    }

    pub fn fresh(&mut self) -> ColumnId {
        self.next_id += 1;
        ColumnId(self.next_id)
    }

    /// A new column.
    pub fn output(&mut self, name: impl Into<String>, ty: Type) -> Output {
        Output { id: self.fresh(), name: name.into(), ty }
    }

    /// The input of an operator that needs one. At the head of a query, where no table is named, all records of the inputs.
    pub fn require_input(&mut self, input: Option<Relation>, span: Span) -> Result<Relation> {
        match input {
            Some(input) => Ok(input),
            None => match self.catalog.table("") {
                Some(table) => {
                    self.permitted("", None, span)?;
                    let relation = self.read(&table)?;
                    self.within_scope(relation, span)
                }
                None => Err(Diagnostic::error(Code::NOT_TABULAR, span, "this operator needs a table before it")),
            },
        }
    }

    /// Binds something with `row` as the columns in scope.
    pub fn with_row<T>(&mut self, columns: &[Output], bind: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = std::mem::replace(&mut self.row, Row { columns: columns.to_vec(), right: None });
        let result = bind(self);
        self.row = outer;
        result
    }

    /// Binds an operator's expressions over its input. Calls of window functions are allowed where the input is ordered;
    /// they become a `Window` under the operator, which is returned as the new input.
    pub fn over<T>(&mut self, input: Relation, bind: impl FnOnce(&mut Self) -> Result<T>) -> Result<(Relation, T)> {
        let columns = input.outputs.clone();
        let outer_windows = std::mem::replace(&mut self.windows, input.ordered.then(Vec::new));
        let outer_aggregates = self.aggregates.take();
        let outer_beside = self.beside.replace(Vec::new());
        let result = self.with_row(&columns, bind);
        let beside = std::mem::replace(&mut self.beside, outer_beside).unwrap_or_default();
        let input = beside.into_iter().fold(input, with_value);
        let calls = std::mem::replace(&mut self.windows, outer_windows).unwrap_or_default();
        self.aggregates = outer_aggregates;
        Ok((window(input, calls), result?))
    }

    /// Binds the expressions of a `summarize`: calls of aggregates collect and stand for their result columns.
    pub fn aggregating<T>(&mut self, bind: impl FnOnce(&mut Self) -> Result<T>) -> Result<(Vec<AggregateCall>, T)> {
        let outer = self.aggregates.replace(Vec::new());
        let result = bind(self);
        let calls = std::mem::replace(&mut self.aggregates, outer).unwrap_or_default();
        Ok((calls, result?))
    }

    /// A constant that counts something (`take 10`).
    pub fn constant_usize(&mut self, expr: &ast::Expr) -> Result<usize> {
        let value = self.constant(expr)?;
        match value.as_i64().and_then(|n| usize::try_from(n).ok()) {
            Some(count) => Ok(count),
            None => Err(Diagnostic::error(Code::INVALID_ARGUMENT, expr.span, "a number that is not negative is expected here")),
        }
    }

    /// The value of an expression that must be constant.
    pub fn constant(&mut self, expr: &ast::Expr) -> Result<Value<'static>> {
        let constant = || Diagnostic::error(Code::NOT_CONSTANT, expr.span, "a constant is expected here");
        match self.with_row(&[], |binder| binder.scalar(expr)) {
            Ok(Expr::Constant { value, .. }) => Ok(value),
            Ok(other) => self.fold(&other).ok_or_else(constant),
            // A name that would be a column is no mistake in the name.
            Err(error) if error.code == Code::UNKNOWN_COLUMN && self.scalar(expr).is_ok() => Err(constant()),
            Err(error) => Err(error),
        }
    }

    /// The value of an expression without columns, where it can be had now.
    pub fn fold(&self, expr: &Expr) -> Option<Value<'static>> {
        crate::execute::constant(expr, self.context).ok()
    }

    // Diagnostics travel in boxes: they are large, and rare.
    #[allow(clippy::boxed_local)]
    pub fn warn(&mut self, diagnostic: Box<Diagnostic>) {
        if !self.warnings.iter().any(|w| w.message == diagnostic.message) {
            self.warnings.push(*diagnostic);
        }
    }
}

/// Puts window calls between an operator and its input.
/// The input with the one value of a subquery in every row.
fn with_value(input: Relation, (value, subquery): (Output, Relation)) -> Relation {
    let one = || Expr::constant(Type::Long, Value::Long(1));
    let mut outputs = input.outputs.clone();
    outputs.push(value);
    let ordered = input.ordered;
    let (left, right) = (Box::new(input), Box::new(subquery));
    Relation { outputs, ordered, kind: RelationKind::Join { left, right, kind: JoinKind::LeftOuter, on: vec![(one(), one())] } }
}

fn window(input: Relation, calls: Vec<WindowCall>) -> Relation {
    if calls.is_empty() {
        return input;
    }
    let mut outputs = input.outputs.clone();
    // The results are for the operator's expressions alone: it projects, so they need no name that could be seen.
    outputs.extend(calls.iter().map(|c| Output { id: c.output, name: String::new(), ty: c.ty }));
    Relation { outputs, ordered: input.ordered, kind: RelationKind::Window { input: Box::new(input), calls } }
}
