//! Scalar expressions: names, members, operators.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions;
use crate::functions::operators::types::result_type;
use crate::plan::{Expr, Output};
use crate::syntax::ast::{self, BinaryOp, ExprKind, InOp, UnaryOp};
use crate::syntax::operator_word;
use crate::tables;
use crate::value::{PathStep, Type, Value};

use super::view::{RECORD, UNIFIED};
use super::{Binder, Binding, Bound};

/// The operators that may be asked of a whole record, and not of its columns alone.
const ANYWHERE: [&str; 8] = ["has", "has_cs", "contains", "contains_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs"];

impl Binder<'_> {
    /// Binds an expression that must be a scalar.
    pub fn scalar(&mut self, expr: &ast::Expr) -> Result<Expr> {
        if self.depth > self.most_levels {
            return Err(Diagnostic::error(Code::TOO_DEEP, expr.span, "the expression nests too deep"));
        }
        self.depth += 1;
        let bound = self.scalar_inner(expr);
        self.depth -= 1;
        if let Ok(bound) = &bound {
            self.observe(expr, bound);
        }
        bound
    }

    fn scalar_inner(&mut self, expr: &ast::Expr) -> Result<Expr> {
        match &expr.kind {
            ExprKind::Literal { value, ty } => Ok(Expr::constant(*ty, value.clone())),
            ExprKind::Malformed { error, .. } => Err(error.clone()),
            ExprKind::TypeOf(ty) => Ok(Expr::constant(Type::String, Value::string(ty.name()))),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Member { object, name } => self.member(object, &name.name, name.span),
            ExprKind::Element { object, index } => self.element(object, index),
            ExprKind::Call { name, arguments } => self.call(name, arguments, expr.span),
            ExprKind::Unary { op, operand } => self.unary(*op, operand, expr.span),
            ExprKind::Binary { op, op_span, left, right } => self.binary(*op, *op_span, left, right),
            ExprKind::In { op, op_span, left, items } => self.is_in(*op, *op_span, left, items),
            ExprKind::Between { negated, value, low, high } => self.between(*negated, [value, low, high], expr.span),
            ExprKind::MethodCall { .. } | ExprKind::Pipe { .. } | ExprKind::EntityGroup(_) => {
                Err(Diagnostic::error(Code::NOT_SCALAR, expr.span, "a scalar is expected here, not a table")
                    .help("`toscalar(…)` takes the first value of a table"))
            }
            ExprKind::Wildcard(_) => Err(Diagnostic::error(Code::NOT_SCALAR, expr.span, "`*` cannot stand here")),
            ExprKind::Schema { .. } | ExprKind::Function { .. } => {
                Err(Diagnostic::error(Code::NOT_SCALAR, expr.span, "a scalar is expected here"))
            }
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Expr> {
        if let Some(column) = find(&self.row.columns, name) {
            return Ok(column);
        }
        match self.env.find(name).cloned() {
            Some(Binding::Scalar(expr)) => return Ok(expr),
            Some(Binding::Failed(error)) => return Err(error),
            Some(Binding::Tabular(_)) => {
                return Err(Diagnostic::error(Code::NOT_SCALAR, span, format!("`{name}` is a table, a scalar is expected here"))
                    .help(format!("`toscalar({name})` takes its first value")));
            }
            Some(Binding::Function(closure)) if closure.parameters.is_empty() => {
                self.permitted(name, None, span)?;
                return self.call_closure_scalar(&closure, &[], span);
            }
            Some(Binding::Function(_)) => {
                return Err(Diagnostic::error(
                    Code::ARGUMENT_COUNT,
                    span,
                    format!("the function `{name}` needs its arguments in parentheses"),
                ));
            }
            Some(Binding::Pattern(_) | Binding::Database(_) | Binding::Databases(_) | Binding::Restricted(_)) => {
                return Err(Diagnostic::error(Code::NOT_SCALAR, span, format!("`{name}` is no scalar")));
            }
            None => {}
        }
        if let Some(column) = tables::time_alias(name).and_then(|other| find(&self.row.columns, other)) {
            return Ok(column);
        }
        // A column that Log Analytics hides: when a record came, which here is when its file was written.
        if name == "_TimeReceived" && find(&self.row.columns, "TimeGenerated").is_some() {
            return Ok(self.ingestion_time().unwrap_or_else(|| Expr::null(Type::DateTime)));
        }
        if let Some(record) = self.row.columns.iter().find(|c| c.name.is_empty() && c.ty == Type::Dynamic).cloned() {
            if let Some(property) = self.property(name, &record, span)? {
                return Ok(property);
            }
            self.warn_unshown(name, span);
            let base = Box::new(Expr::Column { id: record.id, ty: Type::Dynamic });
            let path = Expr::Path { base, steps: vec![PathStep::Key(name.to_owned())] };
            let is_text = self.row.columns.iter().any(|c| c.name.is_empty() && c.ty == Type::String);
            return Ok(if is_text { super::conversion::convert(path, Type::String) } else { path });
        }
        Err(self.unknown_name(name, span))
    }

    /// Where an export writes a record's type as its name, a number is equal to none of its records.
    fn warn_named_type(&mut self, left: &ast::Expr, value: &Expr, number: &Expr) {
        let is_type = matches!(&left.kind, ExprKind::Name(name) if name == "RecordType");
        let is_raw = || self.row.columns.iter().any(|c| c.name.is_empty() && c.ty == Type::Dynamic);
        if is_type && value.ty() == Type::String && number.ty().is_numeric() && is_raw() {
            let message = "`RecordType` is the name of a type where the inputs name it: a number is not equal to it";
            let warning = Diagnostic::warning(Code::NAMED_TYPE, left.span, message);
            self.warn(warning.help("`AuditData.RecordType` is the number in every export"));
        }
    }

    fn warn_unshown(&mut self, name: &str, span: Span) {
        // Where nothing wraps a record, it is this itself.
        if name.eq_ignore_ascii_case(RECORD) && self.catalog.families().contains(&UNIFIED) {
            return;
        }
        let names: Vec<String> = self.row.columns.iter().map(|c| c.name.clone()).collect();
        let warning = Diagnostic::warning(Code::UNSHOWN_COLUMN, span, format!("no sampled record has `{name}`: it is read as dynamic"));
        let time = self.row.columns.iter().find(|column| column.ty == Type::DateTime && !column.name.is_empty());
        if let Some(time) = time.filter(|_| tables::time_alias(name).is_some()) {
            let help = format!("`{}` is a time of these records", time.name);
            return self.warn(warning.help(help));
        }
        let warning = warning.did_you_mean(name, names.iter().map(String::as_str).chain(self.catalog.properties()));
        self.warn(if warning.help.is_empty() { warning.help(quote_it(name)) } else { warning });
    }

    fn unknown_name(&self, name: &str, span: Span) -> Box<Diagnostic> {
        let names = self.row.columns.iter().map(|c| c.name.as_str()).chain(self.env.iter().map(|(n, _)| n)).filter(|n| !n.is_empty());
        let error = Diagnostic::error(Code::UNKNOWN_COLUMN, span, format!("no column or variable is named `{name}`"));
        let error = error.did_you_mean(name, names);
        if functions::find(name).is_some() {
            return error.help(format!("`{name}` is a function: call it with parentheses"));
        }
        if error.help.is_empty() { error.help(quote_it(name)) } else { error }
    }

    fn member(&mut self, object: &ast::Expr, name: &str, span: Span) -> Result<Expr> {
        if let ExprKind::Name(side) = &object.kind
            && (side == "$left" || side == "$right")
        {
            return self.side(side, name, span);
        }
        if let Some(property) = self.database_property(object, name) {
            return Ok(property);
        }
        let base = self.scalar(object)?;
        self.step(base, PathStep::Key(name.to_owned()), object.span)
    }

    fn side(&self, side: &str, name: &str, span: Span) -> Result<Expr> {
        let columns = match (&self.row.right, side) {
            (Some(right), "$right") => right,
            (Some(_), _) => &self.row.columns,
            (None, _) => {
                return Err(Diagnostic::error(Code::JOIN_CONDITION, span, format!("`{side}` has a meaning in join conditions only")));
            }
        };
        find(columns, name).ok_or_else(|| {
            Diagnostic::error(Code::UNKNOWN_COLUMN, span, format!("the {} side of the join has no column `{name}`", &side[1..]))
                .did_you_mean(name, columns.iter().map(|c| c.name.as_str()))
        })
    }

    /// Looks one step into a dynamic.
    fn step(&mut self, base: Expr, step: PathStep, span: Span) -> Result<Expr> {
        if base.ty() != Type::Dynamic {
            let message = format!("this is a {}: only a dynamic has members", base.ty());
            let error = Diagnostic::error(Code::OPERAND_TYPE, span, message);
            return Err(if base.ty() == Type::String { error.help("open a string that holds JSON with `parse_json(…)`") } else { error });
        }
        Ok(match base {
            Expr::Path { base, mut steps } => {
                steps.push(step);
                Expr::Path { base, steps }
            }
            base => self.folded(Expr::Path { base: Box::new(base), steps: vec![step] }),
        })
    }

    fn element(&mut self, object: &ast::Expr, index: &ast::Expr) -> Result<Expr> {
        let base = self.scalar(object)?;
        let index_expr = self.scalar(index)?;
        let step = match index_expr.as_constant() {
            Some(Value::String(key)) => Some(PathStep::Key(key.to_string())),
            Some(other) => other.as_i64().map(PathStep::Index),
            None => None,
        };
        if let Some(step) = step {
            return self.step(base, step, object.span);
        }
        if base.ty() != Type::Dynamic {
            return self.step(base, PathStep::Index(0), object.span);
        }
        self.internal("[]", vec![base, index_expr], Type::Dynamic, index.span)
    }

    /// A call of a function that stands for an operator.
    pub fn internal(&mut self, name: &str, arguments: Vec<Expr>, ty: Type, span: Span) -> Result<Expr> {
        match functions::find(name) {
            Some(function) => self.fold_call(Expr::Call { function, arguments, ty, span }),
            None => Err(Diagnostic::error(Code::UNSUPPORTED, span, format!("the operator `{name}` is not supported yet"))),
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> Result<Expr> {
        let operand_expr = self.scalar(operand)?;
        let ty = operand_expr.ty();
        if !(ty.is_numeric() || ty == Type::TimeSpan || ty == Type::Dynamic) {
            return Err(Diagnostic::error(Code::OPERAND_TYPE, operand.span, format!("a sign needs a number, not a {ty}")));
        }
        match op {
            UnaryOp::Plus => Ok(operand_expr),
            UnaryOp::Minus => {
                let ty = result_type("unary-", ty, ty).unwrap_or(ty);
                self.internal("unary-", vec![operand_expr], ty, span)
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, op_span: Span, left: &ast::Expr, right: &ast::Expr) -> Result<Expr> {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            return self.logical(op, op_span, left, right);
        }
        if let ExprKind::Wildcard(pattern) = &left.kind {
            return self.any_column(pattern, op, op_span, right);
        }
        let left_expr = self.scalar(left)?;
        let right_expr = self.scalar(right)?;
        self.warn_named_type(left, &left_expr, &right_expr);
        self.operate(op, op_span, left_expr, right_expr).map_err(|error| self.bare_word(error, op, right))
    }

    /// `a and b and c …` nests to the left, thousands deep in generated queries: walk it without recursion.
    fn logical(&mut self, op: BinaryOp, op_span: Span, left: &ast::Expr, right: &ast::Expr) -> Result<Expr> {
        let mut rights = vec![(right, op_span)];
        let mut first = left;
        while let ExprKind::Binary { op: inner, op_span, left, right } = &first.kind
            && *inner == op
        {
            rights.push((right, *op_span));
            first = left;
        }
        let mut result = self.scalar(first)?;
        for (next, span) in rights.into_iter().rev() {
            let next = self.scalar(next)?;
            result = self.operate(op, span, result, next)?;
        }
        Ok(result)
    }

    fn operate(&mut self, op: BinaryOp, span: Span, left: Expr, right: Expr) -> Result<Expr> {
        let name = operator_word(op);
        match result_type(&name, left.ty(), right.ty()) {
            Some(ty) => self.internal(&name, vec![left, right], ty, span),
            None => {
                let code = match (left.ty(), right.ty()) {
                    _ if is_arithmetic(op) => Code::ARITHMETIC,
                    (Type::Dynamic, Type::Dynamic) => Code::UNTYPED,
                    _ => Code::OPERAND_TYPE,
                };
                Err(Diagnostic::error(code, span, format!("`{name}` does not apply to {} and {}", left.ty(), right.ty())))
            }
        }
    }

    fn bare_word(&self, error: Box<Diagnostic>, op: BinaryOp, right: &ast::Expr) -> Box<Diagnostic> {
        match &right.kind {
            ExprKind::Name(word) if matches!(op, BinaryOp::Equal | BinaryOp::Text { .. }) && error.help.is_empty() => {
                error.help(format!("a text is written in quotes: \"{word}\""))
            }
            _ => error,
        }
    }

    /// `* has "x"`: true where any column says so.
    fn any_column(&mut self, pattern: &str, op: BinaryOp, span: Span, right: &ast::Expr) -> Result<Expr> {
        let right = self.scalar(right)?;
        let word = operator_word(op);
        if pattern == "*" && ANYWHERE.contains(&&*word) && right.as_constant().is_some_and(|text| text.as_str().is_some()) {
            return self.any_column_has(&word, right, span);
        }
        let named = |c: &&Output| !c.name.is_empty() && super::projection::wildcard_matches(pattern, &c.name);
        let columns: Vec<Output> = self.row.columns.iter().filter(named).cloned().collect();
        let negated = matches!(op, BinaryOp::Text { negated: true, .. } | BinaryOp::NotEqual | BinaryOp::NotEqualTilde);
        let mut any: Option<Expr> = None;
        for column in columns {
            let value = super::conversion::convert(Expr::Column { id: column.id, ty: column.ty }, Type::String);
            let Ok(test) = self.operate(op, span, value, right.clone()) else { continue };
            any = Some(match any {
                None => test,
                // A negation holds where no column says so.
                Some(so_far) => self.operate(if negated { BinaryOp::And } else { BinaryOp::Or }, span, so_far, test)?,
            });
        }
        any.ok_or_else(|| Diagnostic::error(Code::UNKNOWN_COLUMN, span, "there is no column to look into"))
    }

    fn is_in(&mut self, op: InOp, span: Span, left: &ast::Expr, items: &[ast::Expr]) -> Result<Expr> {
        let mut values = Vec::new();
        for item in items {
            match self.any(item)? {
                Bound::Scalar(expr) => values.push(expr),
                Bound::Tabular(relation) => values.extend(self.first_column(&relation, span)?),
            }
        }
        let name = in_name(op);
        if let ExprKind::Wildcard(_) = &left.kind {
            return Err(Diagnostic::error(Code::UNSUPPORTED, left.span, format!("`* {name} (…)` is not supported")));
        }
        let left_expr = self.scalar(left)?;
        for value in &values {
            self.warn_named_type(left, &left_expr, value);
            let comparable = match op {
                InOp::In { .. } => value.ty() == Type::Dynamic || result_type("==", left_expr.ty(), value.ty()).is_some(),
                InOp::HasAny | InOp::HasAll => true,
            };
            if !comparable {
                let message = format!("`{name}` does not apply to {} and {}", left_expr.ty(), value.ty());
                return Err(Diagnostic::error(Code::OPERAND_TYPE, span, message));
            }
        }
        let mut arguments = vec![left_expr];
        arguments.extend(values);
        self.internal(&name, arguments, Type::Bool, span)
    }

    /// The values of a subquery's first column.
    fn first_column(&mut self, relation: &crate::plan::Relation, span: Span) -> Result<Vec<Expr>> {
        let Some(at) = relation.outputs.iter().position(|o| !o.name.is_empty()) else { return Ok(Vec::new()) };
        let ty = relation.outputs[at].ty;
        if !relation.reads_group() && self.catalog.is_deferred(relation) {
            return Ok(vec![Expr::deferred(ty)]);
        }
        let Some(batch) = self.evaluate(relation, span)? else { return Ok(Vec::new()) };
        Ok(batch.columns[at].values().map(|v| Expr::constant(ty, v.into_owned())).collect())
    }

    fn between(&mut self, negated: bool, parts: [&ast::Expr; 3], span: Span) -> Result<Expr> {
        let [value, low, mut high] = [self.scalar(parts[0])?, self.scalar(parts[1])?, self.scalar(parts[2])?];
        // `between (t .. 5d)` ends at t + 5d.
        if high.ty() == Type::TimeSpan && low.ty() == Type::DateTime {
            high = self.operate(BinaryOp::Add, span, low.clone(), high)?;
        }
        let name = if negated { "!between" } else { "between" };
        for limit in [&low, &high] {
            if result_type("<", value.ty(), limit.ty()).is_none() {
                let message = format!("`{name}` does not apply to {} and {}", value.ty(), limit.ty());
                return Err(Diagnostic::error(Code::OPERAND_TYPE, span, message));
            }
        }
        self.internal(name, vec![value, low, high], Type::Bool, span)
    }
}

fn find(columns: &[Output], name: &str) -> Option<Expr> {
    columns.iter().find(|c| c.name == name && !name.is_empty()).map(|c| Expr::Column { id: c.id, ty: c.ty })
}

fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo)
}

fn in_name(op: InOp) -> String {
    match op {
        InOp::In { case_sensitive, negated } => format!("{}in{}", if negated { "!" } else { "" }, if case_sensitive { "" } else { "~" }),
        InOp::HasAny => "has_any".to_owned(),
        InOp::HasAll => "has_all".to_owned(),
    }
}

/// What to say of a bare word that names nothing.
fn quote_it(name: &str) -> String {
    format!("if it is a text, write it in quotes: \"{name}\"")
}
