//! Calls of built-in functions, with their overloads; what the binder turns into something else.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr, Function, Kernel, Returns, Signature};
use crate::syntax::ast::{self, Argument, ExprKind, Ident};
use crate::value::{Json, PathStep, Type, Value};
use crate::{aggregates, functions, windows};

use super::conversion::convert;
use super::names::result_name;
use super::overload::{adapt, common_of, fits, fits_loosely, mismatch, order_named, result_of};
use super::{Binder, Binding, Bound};

impl Binder<'_> {
    /// A call where a scalar is expected.
    pub(super) fn call(&mut self, name: &Ident, arguments: &[Argument], span: Span) -> Result<Expr> {
        match self.any_call(
            &name.name,
            arguments,
            &ast::Expr { kind: ExprKind::Call { name: name.clone(), arguments: arguments.to_vec() }, span },
        )? {
            Bound::Scalar(expr) => Ok(expr),
            Bound::Tabular(_) => {
                Err(Diagnostic::error(Code::NOT_SCALAR, span, format!("`{}` gives a table, a scalar is expected here", name.name))
                    .help("`toscalar(…)` takes the first value of a table"))
            }
        }
    }

    /// A call that may give a table or a scalar.
    pub(super) fn any_call(&mut self, name: &str, arguments: &[Argument], expr: &ast::Expr) -> Result<Bound> {
        let span = expr.span;
        match self.env.find(name).cloned() {
            Some(Binding::Function(closure)) => {
                self.permitted(name, None, span)?;
                return self.call_closure(&closure, arguments, span);
            }
            Some(Binding::Tabular(relation)) if arguments.is_empty() => {
                self.permitted(name, None, span)?;
                return Ok(Bound::Tabular(self.freshen(&relation)));
            }
            Some(Binding::Failed(error)) => return Err(error),
            _ => {}
        }
        match name {
            "materialize" | "cached" => {
                let relation = self.tabular(argument(arguments, 0, name, span)?)?;
                return self.fixed(relation).map(Bound::Tabular);
            }
            "table" => {
                let named = self.constant(argument(arguments, 0, name, span)?)?;
                return self.table_named(named.as_str().unwrap_or_default(), span).map(Bound::Tabular);
            }
            "toscalar" => {
                let inner = self.without_row(|binder| binder.any(argument(arguments, 0, name, span)?))?;
                return match inner {
                    Bound::Tabular(relation) => self.first_value(&relation, span).map(Bound::Scalar),
                    scalar => Ok(scalar),
                };
            }
            "_GetWatchlist" | "_GetWatchlistAlias" => {
                if let Some(relation) = self.watchlist_call(name, arguments, span)? {
                    return Ok(Bound::Tabular(relation));
                }
            }
            "external_table" | "materialized_view" | "stored_query_result" | "graph" | "entity_group" => {
                if let Some(Function { kernel: Kernel::Refused(why), .. }) = functions::find(name) {
                    return Err(Diagnostic::error(Code::NEEDS_SERVICE, span, format!("{name}() is not available: {why}")));
                }
            }
            "totable" => return self.tabular(argument(arguments, 0, name, span)?).map(Bound::Tabular),
            _ => {}
        }
        if functions::find(name).is_none()
            && aggregates::find(name).is_none()
            && windows::find(name).is_none()
            && let Some(stored) = self.catalog.function(name)
        {
            self.permitted(name, None, span)?;
            return self.call_stored(name, &stored, arguments, span);
        }
        self.built_in(name, arguments, span).map(Bound::Scalar)
    }

    fn built_in(&mut self, name: &str, arguments: &[Argument], span: Span) -> Result<Expr> {
        if self.aggregates.is_some()
            && let Some(aggregate) = aggregates::find(name)
        {
            return self.aggregate(aggregate, name, arguments, span);
        }
        if let Some(function) = windows::find(name) {
            return self.window_call(function, arguments, span);
        }
        if let Some(expr) = self.rewritten(name, arguments, span)? {
            return Ok(expr);
        }
        let Some(function) = functions::find(name).filter(|f| callable(f)) else {
            return Err(self.unknown_function(name, span));
        };
        if function.category == "Scalar operators" {
            return Err(Diagnostic::error(Code::UNKNOWN_FUNCTION, span, format!("`{name}` is an operator, not a function"))
                .help(format!("it stands between its operands: `a {name} b`")));
        }
        let bound = arguments.iter().map(|a| self.scalar(&a.value)).collect::<Result<Vec<_>>>()?;
        let bound = order_named(function, arguments, bound, span)?;
        self.resolve(function, bound, arguments, span)
    }

    fn unknown_function(&self, name: &str, span: Span) -> Box<Diagnostic> {
        if aggregates::find(name).is_some() {
            return Diagnostic::error(
                Code::AGGREGATE_CONTEXT,
                span,
                format!("the aggregate `{name}` can only stand in `summarize` and its kin"),
            );
        }
        if self.calling.iter().any(|c| c == name) {
            return Diagnostic::error(Code::RECURSION, span, format!("the function `{name}` calls itself"));
        }
        let names = functions::all()
            .filter(|f| callable(f))
            .map(|f| f.name)
            .chain(aggregates::all().map(|a| a.name))
            .chain(self.env.iter().map(|(n, _)| n));
        let error = Diagnostic::error(Code::UNKNOWN_FUNCTION, span, format!("no function is named `{name}`"));
        match elsewhere(name) {
            Some(here) => error.help(format!("in KQL it is `{here}`")),
            None => error.did_you_mean(name, names),
        }
    }

    /// Functions whose calls mean something else: the names of columns matter, or the schema.
    fn rewritten(&mut self, name: &str, arguments: &[Argument], span: Span) -> Result<Option<Expr>> {
        match name {
            "column_ifexists" | "columnifexists" => {
                let wanted = self.constant(argument(arguments, 0, name, span)?)?;
                let wanted = wanted.as_str().unwrap_or_default().to_owned();
                if self.row.columns.iter().any(|c| c.name == wanted && !wanted.is_empty()) {
                    let found = ast::Expr { kind: ExprKind::Name(wanted), span };
                    return self.scalar(&found).map(Some);
                }
                let default = self.scalar(argument(arguments, 1, name, span)?)?;
                if let Some(record) = self.row.columns.iter().find(|c| c.name.is_empty() && c.ty == Type::Dynamic) {
                    // Any record may still have it.
                    let path = Expr::Path {
                        base: Box::new(Expr::Column { id: record.id, ty: Type::Dynamic }),
                        steps: vec![PathStep::Key(wanted)],
                    };
                    let ty = default.ty();
                    let found = convert(path, ty);
                    return self.internal("coalesce", vec![found, default], ty, span).map(Some);
                }
                Ok(Some(default))
            }
            "pack_all" => {
                let skip_nulls = match arguments.first() {
                    Some(a) => self.constant(&a.value)?.as_bool().unwrap_or(false),
                    None => false,
                };
                let columns: Vec<_> = self.row.columns.iter().filter(|c| !c.name.is_empty()).cloned().collect();
                let pairs = columns.into_iter().map(|c| (c.name, Expr::Column { id: c.id, ty: c.ty })).collect();
                self.packed(pairs, if skip_nulls { "bag_pack_not_null" } else { "bag_pack" }, span).map(Some)
            }
            "bag_pack_columns" => {
                let mut pairs = Vec::new();
                for a in arguments {
                    let label = result_name(&a.value).unwrap_or_default();
                    pairs.push((label, self.scalar(&a.value)?));
                }
                self.packed(pairs, "bag_pack", span).map(Some)
            }
            "column_names_of" => {
                let relation = self.without_row(|binder| binder.tabular(argument(arguments, 0, name, span)?))?;
                let names = relation.outputs.into_iter().filter(|o| !o.name.is_empty()).map(|o| Json::String(o.name));
                Ok(Some(Expr::constant(Type::Dynamic, Json::Array(names.collect()).into_dynamic())))
            }
            "estimate_data_size" if matches!(arguments, [Argument { value: ast::Expr { kind: ExprKind::Wildcard(_), .. }, .. }]) => {
                let columns = self.row.columns.iter().filter(|c| !c.name.is_empty());
                let all = columns.map(|c| Expr::Column { id: c.id, ty: c.ty }).collect();
                self.internal(name, all, Type::Long, span).map(Some)
            }
            "iscolumnexists" => {
                let wanted = self.constant(argument(arguments, 0, name, span)?)?;
                let there = self.row.columns.iter().any(|c| Some(c.name.as_str()) == wanted.as_str());
                Ok(Some(Expr::constant(Type::Bool, Value::Bool(there))))
            }
            "ingestion_time" => Ok(Some(self.ingestion_time().unwrap_or_else(|| Expr::null(Type::DateTime)))),
            "case" => self.case(arguments, span).map(Some),
            "bin_auto" => self.bin_auto(argument(arguments, 0, name, span)?, span).map(Some),
            _ => Ok(None),
        }
    }

    /// The hidden datetime of a table that is read from files.
    pub(super) fn ingestion_time(&self) -> Option<Expr> {
        let column = self.row.columns.iter().find(|c| c.name.is_empty() && c.ty == Type::DateTime)?;
        Some(Expr::Column { id: column.id, ty: Type::DateTime })
    }

    fn packed(&mut self, pairs: Vec<(String, Expr)>, function: &str, span: Span) -> Result<Expr> {
        let arguments = pairs.into_iter().flat_map(|(name, value)| [Expr::constant(Type::String, Value::string(name)), value]).collect();
        self.internal(function, arguments, Type::Dynamic, span)
    }

    /// `bin_auto(value)` is `bin_at` with the size and the point that the query sets.
    fn bin_auto(&mut self, value: &ast::Expr, span: Span) -> Result<Expr> {
        let value = self.scalar(value)?;
        let (size, at) = (self.option("query_bin_auto_size"), self.option("query_bin_auto_at"));
        let Some(size) = size else {
            return Err(Diagnostic::error(Code::INVALID_ARGUMENT, span, "bin_auto() needs a size")
                .help("begin the query with `set query_bin_auto_size = 1h;`"));
        };
        let ty = if value.ty().is_numeric() { value.ty().widest(size.ty()).unwrap_or(value.ty()) } else { value.ty() };
        let arguments = [value, size].into_iter().chain(at).collect::<Vec<_>>();
        self.internal(if arguments.len() == 3 { "bin_at" } else { "bin" }, arguments, ty, span)
    }

    /// `case(predicate, then, predicate, then, …, else)`.
    fn case(&mut self, arguments: &[Argument], span: Span) -> Result<Expr> {
        if arguments.len() < 3 || arguments.len().is_multiple_of(2) {
            return Err(Diagnostic::error(
                Code::ARGUMENT_COUNT,
                span,
                "case() takes pairs of condition and value, and a last value for all other rows",
            ));
        }
        let mut bound = arguments.iter().map(|a| self.scalar(&a.value)).collect::<Result<Vec<_>>>()?;
        let last = bound.len() - 1;
        let is_value = |i: usize| i % 2 == 1 || i == last;
        let values: Vec<Type> = bound.iter().enumerate().filter(|(i, _)| is_value(*i)).map(|(_, e)| e.ty()).collect();
        let Some(ty) = common_of(&values, true) else {
            return Err(Diagnostic::error(Code::BRANCHES, span, "the values of case() have no common type"));
        };
        for (i, expr) in bound.iter_mut().enumerate() {
            let to = if is_value(i) { ty } else { Type::Bool };
            if to == Type::Bool && !is_value(i) && expr.ty() != Type::Bool {
                let message = format!("condition {} of case() is a {}, not a bool", i / 2 + 1, expr.ty());
                return Err(Diagnostic::error(Code::ARGUMENT_TYPE, arguments[i].value.span, message));
            }
            *expr = convert(std::mem::replace(expr, Expr::null(ty)), to);
        }
        self.internal("case", bound, ty, span)
    }

    /// Picks the overload and converts the arguments.
    pub fn resolve(&mut self, function: &'static Function, bound: Vec<Expr>, written: &[Argument], span: Span) -> Result<Expr> {
        if let Kernel::Refused(why) = function.kernel {
            let message = format!("{}() is not available: {why}", function.name);
            if self.catalog.runs() {
                return Err(Diagnostic::error(Code::NEEDS_SERVICE, span, message));
            }
            self.warn(Diagnostic::warning(Code::NEEDS_SERVICE, span, message));
        }
        let signatures: Vec<Signature> = function.signatures.iter().map(|s| Signature::parse(s)).collect();
        let Some(signature) = signatures.iter().find(|s| fits(s, &bound)).or_else(|| signatures.iter().find(|s| fits_loosely(s, &bound)))
        else {
            return Err(mismatch(function.name, &signatures, &bound, written, span));
        };
        let arguments = adapt(signature, bound);
        let ty = match signature.returns {
            Returns::Custom => match function.returns {
                Some(returns) => {
                    let types: Vec<Type> = arguments.iter().map(Expr::ty).collect();
                    let constants: Vec<Option<Value<'static>>> = arguments.iter().map(|a| a.as_constant().cloned()).collect();
                    returns(&types, &constants)
                }
                None => Type::Dynamic,
            },
            returns => result_of(returns, signature, &arguments),
        };
        self.fold_call(Expr::Call { function, arguments, ty, span })
    }

    /// A call whose arguments are constants becomes a constant, unless it is volatile.
    pub(super) fn fold_call(&mut self, call: Expr) -> Result<Expr> {
        let Expr::Call { function, arguments, ty, span } = &call else { return Ok(call) };
        let constant = arguments.iter().all(|a| matches!(a, Expr::Constant { .. }));
        if !constant || function.volatile || matches!(function.kernel, Kernel::Refused(_)) {
            return Ok(call);
        }
        match crate::execute::constant(&call, self.context) {
            Ok(value) => Ok(Expr::constant(*ty, value)),
            Err(mut error) => {
                if error.span == Span::default() {
                    error.span = *span;
                }
                Err(error)
            }
        }
    }

    /// Folds an expression whose parts are constants.
    pub(super) fn folded(&self, expr: Expr) -> Expr {
        let mut constant = true;
        expr.walk(&mut |e| constant &= matches!(e, Expr::Constant { .. } | Expr::Path { .. }));
        match constant.then(|| self.fold(&expr)).flatten() {
            Some(value) => Expr::constant(expr.ty(), value),
            None => expr,
        }
    }

    /// The single results of a function that has several (`series_fit_line`), with their own names.
    pub(super) fn tuple(&mut self, expr: &Expr, written: &ast::Expr) -> Option<Vec<(String, Expr)>> {
        let ExprKind::Call { name, arguments } = &written.kind else { return None };
        let function = functions::find(&name.name).filter(|f| !f.columns.is_empty())?;
        let argument = |i: usize| arguments.get(i).and_then(|a| result_name(&a.value));
        let columns: Vec<(String, Type)> = match function.columns {
            // One result per array; with a single array the result is no tuple.
            [(suffix, ty)] if suffix.starts_with('*') => {
                let flag = arguments.last().is_some_and(|a| self.scalar(&a.value).is_ok_and(|e| e.ty() == Type::Bool));
                let arrays = arguments.len() - usize::from(flag);
                if arrays < 2 {
                    return None;
                }
                let own = |i: usize| argument(i).unwrap_or_else(|| format!("array{i}"));
                (0..arrays).map(|i| (format!("{}{}", own(i), &suffix[1..]), *ty)).collect()
            }
            columns => {
                let argument = argument(0).unwrap_or_default();
                let label = |suffix: &str| match suffix.strip_prefix('=') {
                    Some(whole) => whole.to_owned(),
                    None => format!("{}_{argument}_{suffix}", function.name),
                };
                columns.iter().map(|(suffix, ty)| (label(suffix), *ty)).collect()
            }
        };
        let parts = columns.into_iter().enumerate().map(|(i, (label, ty))| {
            let element = Expr::Path { base: Box::new(expr.clone()), steps: vec![PathStep::Index(i as i64)] };
            (label, convert(self.folded(element), ty))
        });
        Some(parts.collect())
    }
}

/// What functions of SQL and Splunk are called here.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "datediff" => "datetime_diff()",
        "dateadd" => "datetime_add()",
        "getdate" | "current_timestamp" | "sysdate" => "now()",
        "len" | "length" => "strlen()",
        "lower" | "lcase" => "tolower()",
        "upper" | "ucase" => "toupper()",
        "concat" | "concat_ws" => "strcat() or strcat_delim()",
        "ifnull" | "nvl" => "coalesce()",
        "if" => "iff()",
        "charindex" | "instr" | "position" => "indexof()",
        "substr" | "mid" => "substring()",
        "cast" | "convert" | "try_cast" => "tostring(), tolong(), todatetime() and their kin",
        "countd" | "count_unique" | "dc" => "dcount()",
        "values" => "make_set()",
        _ => return None,
    })
}

fn argument<'e>(arguments: &'e [Argument], at: usize, name: &str, span: Span) -> Result<&'e ast::Expr> {
    arguments
        .get(at)
        .map(|a| &a.value)
        .ok_or_else(|| Diagnostic::error(Code::ARGUMENT_COUNT, span, format!("{name}() needs more arguments")))
}

/// Operators are in the table of functions, but no query can call them by name.
fn callable(function: &Function) -> bool {
    !matches!(function.category, "Scalar operators" | "Operators" | "Internal functions")
}

pub(super) fn is_null(expr: &Expr) -> bool {
    matches!(expr.as_constant(), Some(Value::Null))
}
