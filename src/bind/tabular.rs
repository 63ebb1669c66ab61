//! Tabular expressions: tables, pipelines, and things that may be either a table or a scalar.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::operators;
use crate::plan::{Expr, Output, Relation, RelationKind, ScanColumn};
use crate::syntax::ast::{self, ExprKind};
use crate::value::{Batch, Type, Value};

use super::{Binder, Binding, Bound, Projected, Table};

/// The error where operators in parentheses stand alone, without a table before them.
pub(super) fn operators_expected(span: Span) -> Box<Diagnostic> {
    Diagnostic::error(Code::NOT_TABULAR, span, "operators are expected here")
}

/// The rows of a part keep the identities that they have in the partition's input; a copy renames them above.
fn keep_groups(copy: &mut Relation, original: &Relation) {
    match (&mut copy.kind, &original.kind) {
        (RelationKind::Group, RelationKind::Group) => {
            let named = copy.outputs.iter().zip(&original.outputs);
            let columns = named.map(|(new, old)| (new.id, Expr::Column { id: old.id, ty: old.ty })).collect();
            copy.kind = RelationKind::Project { input: Box::new(original.clone()), columns };
        }
        // The body's groups are the partition's own.
        (RelationKind::Partition { input: copy, .. }, RelationKind::Partition { input: original, .. }) => keep_groups(copy, original),
        _ => copy.inputs_mut().into_iter().zip(original.inputs()).for_each(|(copy, original)| keep_groups(copy, original)),
    }
}

impl Binder<'_> {
    /// Binds an expression that must be a table.
    pub fn tabular(&mut self, expr: &ast::Expr) -> Result<Relation> {
        match self.any_tabular_first(expr)? {
            Bound::Tabular(relation) => Ok(relation),
            Bound::Scalar(_) => Err(Diagnostic::error(Code::NOT_TABULAR, expr.span, "a table is expected here, not a scalar")),
        }
    }

    /// Binds an expression that may be either. A name that could be both is a column.
    pub fn any(&mut self, expr: &ast::Expr) -> Result<Bound> {
        match &expr.kind {
            ExprKind::Name(name) if self.row.columns.iter().any(|c| c.name == *name) => self.scalar(expr).map(Bound::Scalar),
            _ => self.any_tabular_first(expr),
        }
    }

    fn any_tabular_first(&mut self, expr: &ast::Expr) -> Result<Bound> {
        if let Some(call) = self.pattern_call(expr) {
            return self.call_pattern(&call);
        }
        match &expr.kind {
            ExprKind::Pipe { source, operators } => {
                let source = source.as_ref().map(|s| self.tabular(s)).transpose()?;
                self.pipe(source, operators).map(Bound::Tabular)
            }
            ExprKind::Name(name) => self.named(name, expr),
            ExprKind::Call { name, arguments } => {
                let bound = self.any_call(&name.name, arguments, expr)?;
                if let Bound::Scalar(scalar) = &bound {
                    self.observe(expr, scalar);
                }
                Ok(bound)
            }
            // `database("x").T`, `workspace("x").T`: the data at hand is all there is.
            ExprKind::Member { object, name } if self.is_scope(object) && self.database_property(object, &name.name).is_none() => {
                let database = self.database_of(object)?;
                self.table_in(Some(&database), &name.name, name.span).map(Bound::Tabular)
            }
            ExprKind::MethodCall { object, name, arguments } if self.is_scope(object) => {
                let inner = ast::Expr { kind: ExprKind::Call { name: name.clone(), arguments: arguments.clone() }, span: expr.span };
                self.any_tabular_first(&inner)
            }
            _ => self.scalar(expr).map(Bound::Scalar),
        }
    }

    /// Operators after each other over a relation, or over nothing where the first one makes rows.
    pub(super) fn pipe(&mut self, source: Option<Relation>, operators: &[ast::Operator]) -> Result<Relation> {
        let mut relation = source;
        for operator in operators {
            let Some(row) = operators::find(&operator.name.name) else {
                return Err(Diagnostic::error(
                    Code::UNSUPPORTED,
                    operator.name.span,
                    format!("the operator `{}` is not supported", operator.name.name),
                ));
            };
            self.spend_operator(operator.span)?;
            relation = Some((row.bind)(&*operator.node, self, relation, operator.span)?);
            self.observe_operator(operator);
        }
        relation.ok_or_else(|| Diagnostic::error(Code::SYNTAX, Span::default(), "an empty query"))
    }

    fn named(&mut self, name: &str, expr: &ast::Expr) -> Result<Bound> {
        match self.env.find(name).cloned() {
            Some(Binding::Tabular(relation)) => {
                self.permitted(name, None, expr.span)?;
                Ok(Bound::Tabular(self.freshen(&relation)))
            }
            Some(Binding::Scalar(scalar)) => Ok(Bound::Scalar(scalar)),
            Some(Binding::Pattern(_) | Binding::Database(_) | Binding::Databases(_) | Binding::Restricted(_)) => {
                Err(Diagnostic::error(Code::NOT_TABULAR, expr.span, format!("`{name}` is no table")))
            }
            Some(Binding::Failed(error)) => Err(error),
            Some(Binding::Function(closure)) if closure.parameters.is_empty() => {
                self.permitted(name, None, expr.span)?;
                self.call_closure(&closure, &[], expr.span)
            }
            Some(Binding::Function(_)) => {
                Err(Diagnostic::error(Code::ARGUMENT_COUNT, expr.span, format!("the function `{name}` needs its arguments in parentheses")))
            }
            None if self.catalog.table(name).is_some() => self.table_named(name, expr.span).map(Bound::Tabular),
            None if !self.row.columns.is_empty() => self.scalar(expr).map(Bound::Scalar),
            None => match self.catalog.function(name) {
                Some(stored) if self.is_permitted(name, None) => self.call_stored(name, &stored, &[], expr.span),
                _ => self.table_named(name, expr.span).map(Bound::Tabular),
            },
        }
    }

    /// A relation that reads a table.
    pub fn table_named(&mut self, name: &str, span: Span) -> Result<Relation> {
        self.table_in(None, name, span)
    }

    /// The same, in a database that the query names.
    fn table_in(&mut self, database: Option<&str>, name: &str, span: Span) -> Result<Relation> {
        self.permitted(name, database, span)?;
        if let Some(Binding::Tabular(relation)) = self.env.find(name).cloned() {
            return Ok(self.freshen(&relation));
        }
        match self.catalog.table(name) {
            Some(table) => {
                let relation = self.read(&table)?;
                self.within_scope(relation, span)
            }
            None => {
                let mut names = self.catalog.table_names();
                names.extend(self.env.iter().map(|(n, _)| n.to_owned()));
                let error = Diagnostic::error(Code::UNKNOWN_TABLE, span, format!("no table is named `{name}`"));
                Err(error.did_you_mean(name, names.iter().map(String::as_str)))
            }
        }
    }

    /// Reads all of a table's columns; the optimiser drops those that are not needed.
    pub fn scan(&mut self, table: &Table) -> Relation {
        let mut outputs: Vec<Output> = Vec::new();
        let mut columns = Vec::new();
        for field in &table.fields {
            let output = self.output(field.name.clone(), field.ty);
            columns.push(ScanColumn { id: output.id, column: field.name.clone(), steps: Vec::new(), ty: field.ty });
            outputs.push(output);
        }
        if table.open {
            let record = self.output("", Type::Dynamic);
            columns.push(ScanColumn { id: record.id, column: String::new(), steps: Vec::new(), ty: Type::Dynamic });
            outputs.push(record);
            let ingested = self.output("", Type::DateTime);
            columns.push(ScanColumn { id: ingested.id, column: super::view::INGESTED.to_owned(), steps: Vec::new(), ty: Type::DateTime });
            outputs.push(ingested);
        }
        Relation { outputs, ordered: false, kind: RelationKind::Scan { table: table.name.clone(), columns, predicate: None } }
    }

    /// The same relation with column identities of its own, so that it can stand twice in one plan.
    pub fn freshen(&mut self, relation: &Relation) -> Relation {
        let mut copy = relation.clone();
        let mut known = std::collections::HashMap::new();
        let mut columns = 0;
        copy.renumber(&mut |id| {
            columns += 1;
            *known.entry(id).or_insert_with(|| self.fresh())
        });
        self.spend_copies(columns);
        for (record, shown) in self.records.clone() {
            if let Some(record) = known.get(&record) {
                let shown = shown.iter().filter_map(|id| known.get(id).copied()).collect();
                self.records.insert(*record, shown);
            }
        }
        keep_groups(&mut copy, relation);
        copy
    }

    /// The first value of a table: what `toscalar` gives. Null of the right type where there is no data.
    pub fn first_value(&mut self, relation: &Relation, span: Span) -> Result<Expr> {
        let Some(at) = relation.outputs.iter().position(|o| !o.name.is_empty()) else {
            return Err(Diagnostic::error(Code::NOT_SCALAR, span, "the table has no column"));
        };
        let ty = relation.outputs[at].ty;
        if relation.reads_group() {
            return self.value_of_part(relation, at, span);
        }
        if self.catalog.is_deferred(relation) {
            return Ok(Expr::deferred(ty));
        }
        let value = match self.catalog.evaluate(relation)? {
            Some(batch) if batch.rows > 0 => batch.columns[at].value(0).into_owned(),
            _ if ty == Type::String => Value::string(""),
            _ => Value::Null,
        };
        Ok(Expr::constant(ty, value))
    }

    /// The first value of a subquery over the rows of a part: another one in every part, so it becomes a column.
    fn value_of_part(&mut self, relation: &Relation, at: usize, span: Span) -> Result<Expr> {
        let relation = self.freshen(relation);
        let found = &relation.outputs[at];
        let (source, ty) = (Expr::Column { id: found.id, ty: found.ty }, found.ty);
        // A name that no author can write: nothing but this expression reads it.
        let value = self.output("\u{1}value", ty);
        let mut projected = Projected::default();
        projected.items.push((value.clone(), source));
        let first = Relation {
            outputs: relation.outputs.clone(),
            ordered: relation.ordered,
            kind: RelationKind::Limit { input: Box::new(relation), count: 1 },
        };
        let subquery = projected.relation(first);
        match &mut self.beside {
            Some(beside) => {
                beside.push((value.clone(), subquery));
                Ok(Expr::Column { id: value.id, ty })
            }
            None => Err(Diagnostic::error(Code::UNSUPPORTED, span, "a subquery over the rows of a part cannot stand here")
                .help("compute it in an `extend` before this operator")),
        }
    }

    /// The rows of a subquery, where there is data.
    pub fn evaluate(&mut self, relation: &Relation, span: Span) -> Result<Option<Batch>> {
        if relation.reads_group() {
            let message = "this must be known before the query runs, and depends on the rows of a part";
            return Err(Diagnostic::error(Code::UNSUPPORTED, span, message));
        }
        self.catalog.evaluate(relation)
    }
}
