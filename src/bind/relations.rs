//! Relations over one input that several operators share: filter, extend, sort.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{AggregateCall, ColumnId, Expr, Output, Relation, RelationKind, SortKey, WindowCall};
use crate::syntax::ast::{self, BinaryOp, ExprKind, NamedExpr};
use crate::value::{Batch, Type, Value, may_show};
use crate::{aggregates, functions, windows};

use super::projection::{Projected, Projection};
use super::view::hidden_record;
use super::{Binder, Binding, Branch, wildcard_matches};

impl Binder<'_> {
    /// `input | where predicate`.
    pub fn filter(&mut self, input: Relation, predicate: &ast::Expr) -> Result<Relation> {
        let outputs = input.outputs.clone();
        let (input, predicate) = self.over(input, |binder| binder.predicate(predicate))?;
        Ok(filtered(input, predicate, outputs))
    }

    /// An expression that must be a bool.
    pub fn predicate(&mut self, expr: &ast::Expr) -> Result<Expr> {
        let bound = self.scalar(expr)?;
        match bound.ty() {
            Type::Bool => Ok(bound),
            // A column that no sample showed may well be one.
            Type::Dynamic if matches!(bound, Expr::Path { .. }) => Ok(super::convert(bound, Type::Bool)),
            ty => Err(Diagnostic::error(Code::ARGUMENT_TYPE, expr.span, format!("a condition must be a bool, this is a {ty}"))
                .help("compare it with something, for instance with `== \"value\"`")),
        }
    }

    /// `input | extend list`.
    pub fn extend(&mut self, input: Relation, list: &[NamedExpr]) -> Result<Relation> {
        let mut projected = Projected::keep(&input.outputs);
        let (input, ()) = self.over(input, |binder| binder.project(list, &mut projected, Projection::Extend))?;
        Ok(projected.extension(input))
    }

    /// `input | project list`.
    pub fn select(&mut self, input: Relation, list: &[NamedExpr]) -> Result<Relation> {
        let mut projected = Projected::default();
        let (input, ()) = self.over(input, |binder| binder.project(list, &mut projected, Projection::Project))?;
        Ok(projected.relation(input))
    }

    /// The columns that a list of names and patterns means, each once, in the list's order.
    pub fn columns(&mut self, columns: &[Output], list: &[ast::Expr]) -> Result<Vec<Output>> {
        let mut found: Vec<Output> = Vec::new();
        for item in list {
            let matching: Vec<Output> = match &item.kind {
                ExprKind::Wildcard(pattern) => {
                    columns.iter().filter(|c| !c.name.is_empty() && wildcard_matches(pattern, &c.name)).cloned().collect()
                }
                _ => {
                    let expr = self.with_row(columns, |binder| binder.scalar(item))?;
                    match super::referenced(&expr, &super::Row { columns: columns.to_vec(), right: None }) {
                        Some(column) => vec![column],
                        None => return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, item.span, "a column is expected here")),
                    }
                }
            };
            for column in matching {
                if !found.iter().any(|f| f.id == column.id) {
                    found.push(column);
                }
            }
        }
        Ok(found)
    }

    /// A key of `sort` or `top`: descending unless the author says otherwise, nulls at the small end.
    pub fn sort_key(&mut self, value: &ast::Expr, descending: Option<bool>, nulls_first: Option<bool>) -> Result<SortKey> {
        let expr = self.scalar(value)?;
        if expr.ty() == Type::Dynamic && !matches!(expr, Expr::Path { .. }) {
            return Err(Diagnostic::error(Code::SORT_KEY, value.span, "cannot sort by a dynamic")
                .help("convert it, for instance with `tostring(…)`"));
        }
        let descending = descending.unwrap_or(true);
        Ok(SortKey { expr, descending, nulls_first: nulls_first.unwrap_or(!descending) })
    }

    /// `input | sort by keys`, cut to the first rows where `limit` is given.
    pub fn sort(&mut self, input: Relation, keys: &[ast::SortExpr], limit: Option<usize>) -> Result<Relation> {
        let outputs = input.outputs.clone();
        let (input, keys) = self.over(input, |binder| {
            keys.iter().map(|k| binder.sort_key(&k.value, k.descending, k.nulls_first)).collect::<Result<Vec<_>>>()
        })?;
        let same = input.outputs.len() == outputs.len();
        let sorted =
            Relation { outputs: input.outputs.clone(), ordered: true, kind: RelationKind::Sort { input: Box::new(input), keys, limit } };
        Ok(if same { sorted } else { Projected::keep(&outputs).relation(sorted) })
    }

    /// `input | count`.
    pub fn count(&mut self, input: Relation, name: &str, span: Span) -> Result<Relation> {
        let Some(aggregate) = aggregates::find("count") else {
            return Err(Diagnostic::error(Code::UNSUPPORTED, span, "there is no aggregate `count`"));
        };
        let output = self.output(name, Type::Long);
        let call = AggregateCall { aggregate, arguments: Vec::new(), filter: None, outputs: vec![(output.id, Type::Long)] };
        Ok(Relation {
            outputs: vec![output],
            ordered: false,
            kind: RelationKind::Aggregate { input: Box::new(input), keys: Vec::new(), calls: vec![call] },
        })
    }

    /// A table inside an operator (`join (…)`): it does not see the row that it stands beside.
    pub fn subquery(&mut self, expr: &ast::Expr) -> Result<Relation> {
        self.without_row(|binder| binder.tabular(expr))
    }

    /// Operators in parentheses (`mv-apply … on (…)`, `partition … (…)`) over a group of rows, of whose columns they see some.
    pub fn body(&mut self, body: &ast::Expr, rows: &Relation, seen: &[Output]) -> Result<Relation> {
        let mut group = Relation { outputs: rows.outputs.clone(), ordered: rows.ordered, kind: RelationKind::Group };
        if seen.len() < group.outputs.len() {
            group = Projected::keep(seen).relation(group);
        }
        match &body.kind {
            ExprKind::Pipe { source: None, operators } => self.without_row(|binder| binder.pipe(Some(group), operators)),
            _ => Err(super::tabular::operators_expected(body.span)),
        }
    }

    /// The tables that an item of a union means: several for a name with `*`.
    pub fn branches(&mut self, table: &ast::Expr, before: usize) -> Result<Vec<Branch>> {
        if let ExprKind::Wildcard(pattern) = &table.kind {
            let fitting = |names: Vec<String>| -> Vec<String> { names.into_iter().filter(|n| wildcard_matches(pattern, n)).collect() };
            let with_data = fitting(self.catalog.wildcard_names());
            let views = self.env.iter().filter(|(_, binding)| matches!(binding, Binding::Function(f) if f.view));
            let mut names = fitting(views.map(|(name, _)| name.to_owned()).collect());
            let with_data: Vec<String> = with_data.into_iter().filter(|name| self.is_permitted(name, None)).collect();
            names.retain(|name| self.is_permitted(name, None));
            names.reverse();
            let tables = if with_data.is_empty() && names.is_empty() { fitting(self.catalog.table_names()) } else { with_data };
            names.extend(tables);
            if names.is_empty() {
                return Err(Diagnostic::error(Code::UNKNOWN_TABLE, table.span, format!("no table fits `{pattern}`")));
            }
            let one = |name: String| {
                let named = ast::Expr { kind: ExprKind::Name(name.clone()), span: table.span };
                Ok(Branch { relation: self.subquery(&named)?, source: name })
            };
            return names.into_iter().map(one).collect();
        }
        let source = match &table.kind {
            ExprKind::Name(name) if self.is_named_table(name) => name.clone(),
            _ => format!("union_arg{before}"),
        };
        Ok(vec![Branch { relation: self.subquery(table)?, source }])
    }

    /// Whether a branch of a union goes by its name: tables and views do, other names of the query's own do not.
    fn is_named_table(&self, name: &str) -> bool {
        match self.env.find(name) {
            None => true,
            Some(Binding::Function(closure)) => closure.view,
            Some(_) => false,
        }
    }

    /// `input | invoke f(…)`: a call with the input as the first argument.
    pub fn invoke(&mut self, input: Relation, call: &ast::Expr) -> Result<Relation> {
        const PIPED: &str = "$piped";
        let ExprKind::Call { name, arguments } = &call.kind else {
            return Err(Diagnostic::error(Code::SYNTAX, call.span, "invoke takes a call of a function"));
        };
        let outer = self.env.clone();
        self.env = outer.bind(PIPED, Binding::Tabular(std::sync::Arc::new(input)));
        let piped = ast::Expr { kind: ExprKind::Name(PIPED.to_owned()), span: call.span };
        let mut all = vec![ast::Argument { name: None, value: piped }];
        all.extend(arguments.iter().cloned());
        let call = ast::Expr { kind: ExprKind::Call { name: name.clone(), arguments: all }, span: call.span };
        let result = self.tabular(&call);
        self.env = outer;
        result
    }

    /// The input with the column `$table` in front, as `search` gives it.
    pub fn with_table_name(&mut self, input: Relation) -> Relation {
        let name = table_of(&input).unwrap_or_else(|| "search_arg0".to_owned());
        let mut projected = Projected::default();
        let output = self.output("$table", Type::String);
        projected.items.push((output, Expr::constant(Type::String, Value::string(name))));
        projected.items.extend(Projected::keep(&input.outputs).items);
        projected.relation(input)
    }

    /// The tables that a `search` at the head of a query reads: those it names, else all records.
    pub fn searched(&mut self, tables: &[ast::Expr], span: Span) -> Result<Relation> {
        if tables.is_empty() && self.catalog.table("").is_some() {
            let input = self.require_input(None, span)?;
            return Ok(self.with_table_name(input));
        }
        let all = [ast::Expr { kind: ExprKind::Wildcard("*".to_owned()), span }];
        let tables = if tables.is_empty() { &all } else { tables };
        let mut branches = Vec::new();
        for table in tables {
            branches.extend(self.branches(table, branches.len())?);
        }
        Ok(self.union(branches, false, Some("$table")))
    }

    /// The predicate of a `search`: a bare text means that any column has it.
    pub fn search_predicate(&mut self, expr: &ast::Expr, sensitive: bool) -> Result<Expr> {
        match &expr.kind {
            ExprKind::Wildcard(all) if all == "*" => Ok(Expr::constant(Type::Bool, Value::Bool(true))),
            ExprKind::Literal { value: Value::String(text), .. } => self.search_text(text, sensitive, expr.span),
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), op_span, left, right } => {
                let parts = vec![self.search_predicate(left, sensitive)?, self.search_predicate(right, sensitive)?];
                self.internal(if *op == BinaryOp::And { "and" } else { "or" }, parts, Type::Bool, *op_span)
            }
            ExprKind::Call { name, arguments } if name.name == "not" && arguments.len() == 1 => {
                let inner = self.search_predicate(&arguments[0].value, sensitive)?;
                self.built_in_call("not", vec![inner], expr.span)
            }
            _ => self.predicate(expr),
        }
    }

    /// A text with `*`: `a*` means a term that begins so, `*a*` any place, `a*b` a term, anything, and a term that ends so.
    fn search_text(&mut self, text: &str, sensitive: bool, span: Span) -> Result<Expr> {
        let inner = text.trim_matches('*');
        let word = match (text.starts_with('*'), text.ends_with('*') && text.len() > 1) {
            (false, false) => "has",
            (false, true) => "hasprefix",
            (true, false) => "hassuffix",
            (true, true) => "contains",
        };
        if inner.is_empty() {
            return Ok(Expr::constant(Type::Bool, Value::Bool(true)));
        }
        if inner.contains('*') {
            let edge = |open: bool| if open { "" } else { r"\b" };
            let parts: Vec<String> = inner.split('*').map(regex::escape).collect();
            let flags = if sensitive { "" } else { "(?i)" };
            let regex = format!("{flags}{}{}{}", edge(text.starts_with('*')), parts.join(".*"), edge(text.ends_with('*')));
            return self.any_column_has("matches regex", Expr::constant(Type::String, Value::string(regex)), span);
        }
        let operator = if sensitive { format!("{word}_cs") } else { word.to_owned() };
        self.any_column_has(&operator, Expr::constant(Type::String, Value::string(inner.to_owned())), span)
    }

    /// Whether a value of the row has a text, by an operator that `search_values` knows.
    pub(super) fn any_column_has(&mut self, operator: &str, wanted: Expr, span: Span) -> Result<Expr> {
        let columns: Vec<Output> = self.row.columns.iter().filter(|c| c.name != "$table" && !c.name.is_empty()).cloned().collect();
        let has = |id: &ColumnId| self.row.columns.iter().any(|column| column.id == *id);
        let record = hidden_record(&self.row.columns).cloned();
        // Where the whole record is at hand, all its values are searched at once, and what is no column of it.
        let (mut tests, columns) = match record.map(|record| (self.records.get(&record.id).cloned().unwrap_or_default(), record)) {
            Some((shown, record)) if shown.iter().all(has) => {
                let record = Expr::Column { id: record.id, ty: Type::Dynamic };
                let word = operator;
                let operator = Expr::constant(Type::String, Value::string(operator.to_owned()));
                // What is shown in another way than it stands in the record may be asked for as it is shown.
                let text = wanted.as_constant().and_then(|text| text.as_str()).filter(|_| word != "matches regex");
                let is_shown = |ty| match ty {
                    Type::DateTime | Type::TimeSpan | Type::Decimal | Type::Guid => true,
                    Type::Bool => word.ends_with("_cs"),
                    _ => false,
                };
                let asked = |ty: Type| is_shown(ty) && text.is_some_and(|text| may_show(ty, text, word == "has" || word == "has_cs"));
                let others = |column: &Output| !shown.contains(&column.id) || asked(column.ty);
                let test = self.internal("search_values", vec![record, wanted.clone(), operator], Type::Bool, span)?;
                (vec![test], columns.into_iter().filter(others).collect())
            }
            _ => (Vec::new(), columns),
        };
        for column in columns {
            let text = super::convert(Expr::Column { id: column.id, ty: column.ty }, Type::String);
            tests.push(self.internal(operator, vec![text, wanted.clone()], Type::Bool, span)?);
        }
        self.any_of(tests, span)
    }

    /// Whether one of many conditions holds: a balanced tree, for a union of tables has thousands of columns.
    fn any_of(&mut self, mut tests: Vec<Expr>, span: Span) -> Result<Expr> {
        let Some(last) = tests.pop() else { return Ok(Expr::constant(Type::Bool, Value::Bool(false))) };
        if tests.is_empty() {
            return Ok(last);
        }
        tests.push(last);
        let right = tests.split_off(tests.len() / 2);
        let sides = vec![self.any_of(tests, span)?, self.any_of(right, span)?];
        self.internal("or", sides, Type::Bool, span)
    }

    /// A constant table.
    pub fn values(&mut self, columns: Vec<(String, Type)>, batch: Batch) -> Relation {
        let outputs = columns.into_iter().map(|(name, ty)| self.output(name, ty)).collect();
        Relation { outputs, ordered: false, kind: RelationKind::Values(std::sync::Arc::new(vec![batch])) }
    }

    /// The input with a number per row, 1 for the first; the number's column is hidden.
    pub fn numbered(&mut self, input: Relation) -> (Relation, ColumnId) {
        let output = self.fresh();
        let Some(function) = windows::find("row_number") else { return (input, output) };
        let call = WindowCall { function, arguments: Vec::new(), output, ty: Type::Long };
        let mut outputs = input.outputs.clone();
        outputs.push(Output { id: output, name: String::new(), ty: Type::Long });
        (Relation { outputs, ordered: true, kind: RelationKind::Window { input: Box::new(input), calls: vec![call] } }, output)
    }

    /// A call of a built-in function with arguments that are bound already.
    pub fn built_in_call(&mut self, name: &str, arguments: Vec<Expr>, span: Span) -> Result<Expr> {
        match functions::find(name) {
            Some(function) => self.resolve(function, arguments, &[], span),
            None => Err(Diagnostic::error(Code::UNKNOWN_FUNCTION, span, format!("no function is named `{name}`"))),
        }
    }
}

/// A `Filter` that gives exactly `outputs`: what its input has beside them was for the predicate.
pub fn filtered(input: Relation, predicate: Expr, outputs: Vec<Output>) -> Relation {
    let same = input.outputs.len() == outputs.len();
    let filter = Relation {
        outputs: input.outputs.clone(),
        ordered: input.ordered,
        kind: RelationKind::Filter { input: Box::new(input), predicate },
    };
    if same { filter } else { Projected::keep(&outputs).relation(filter) }
}

/// The table that a relation reads, where it is a single one.
fn table_of(relation: &Relation) -> Option<String> {
    match (&relation.kind, relation.inputs().as_slice()) {
        (RelationKind::Scan { table, .. }, _) => Some(table.clone()),
        (_, [input]) => table_of(input),
        _ => None,
    }
}
