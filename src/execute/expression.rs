//! Evaluates expressions over batches. Lifting to columns, null propagation and constants are handled here, once.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Arguments, ColumnFunction, ColumnId, Context, Expr, Kernel, Nulls, Operand, RowFunction};
use crate::value::{Batch, Column, ColumnBuilder, PathStep, Type, Value};

use super::guard::guarded;

/// Where each column of a batch stands.
pub struct Layout(HashMap<ColumnId, usize>);

impl Layout {
    pub fn new(ids: impl IntoIterator<Item = ColumnId>) -> Layout {
        Layout(ids.into_iter().enumerate().map(|(at, id)| (id, at)).collect())
    }

    pub fn position(&self, id: ColumnId) -> Option<usize> {
        self.0.get(&id).copied()
    }
}

/// An expression made ready: positions instead of ids, constants prepared.
pub struct Compiled {
    node: Node,
    ty: Type,
}

enum Node {
    Column(usize),
    Constant(Value<'static>),
    Row { function: RowKernel, nulls: Nulls, arguments: Vec<Compiled> },
    Columns { function: ColumnKernel, arguments: Vec<Compiled> },
    Path { base: Box<Compiled>, steps: Vec<PathStep> },
}

enum RowKernel {
    Plain(for<'a> fn(&[Value<'a>]) -> Value<'a>),
    Prepared(RowFunction),
}

enum ColumnKernel {
    Plain(fn(&Context, &[Operand], usize) -> Column, Context),
    Prepared(ColumnFunction),
}

impl Compiled {
    pub fn new(expr: &Expr, layout: &Layout, context: &Context) -> Result<Compiled> {
        let node = match expr {
            Expr::Column { id, .. } => Node::Column(layout.position(*id).ok_or_else(|| lost_column(*id))?),
            Expr::Constant { value, .. } => Node::Constant(value.clone()),
            Expr::Path { base, steps } => Node::Path { base: Box::new(Compiled::new(base, layout, context)?), steps: steps.clone() },
            Expr::Call { function, arguments, span, .. } => {
                let known = Arguments {
                    types: arguments.iter().map(Expr::ty).collect(),
                    constants: arguments.iter().map(|a| a.as_constant().cloned()).collect(),
                };
                let arguments = arguments.iter().map(|a| Compiled::new(a, layout, context)).collect::<Result<Vec<_>>>()?;
                let invalid = |message: String| Diagnostic::error(Code::INVALID_ARGUMENT, *span, format!("{}(): {message}", function.name));
                match function.kernel {
                    Kernel::Row(f) => Node::Row { function: RowKernel::Plain(f), nulls: function.nulls, arguments },
                    Kernel::Prepare(prepare) => {
                        let function_ = prepare(context, &known).map_err(invalid)?;
                        Node::Row { function: RowKernel::Prepared(function_), nulls: function.nulls, arguments }
                    }
                    Kernel::Columns(f) => Node::Columns { function: ColumnKernel::Plain(f, context.clone()), arguments },
                    Kernel::PrepareColumns(prepare) => {
                        Node::Columns { function: ColumnKernel::Prepared(prepare(context, &known).map_err(invalid)?), arguments }
                    }
                    Kernel::Binder => {
                        let message = format!("{}() cannot be used here", function.name);
                        return Err(Diagnostic::error(Code::UNSUPPORTED, *span, message));
                    }
                    Kernel::Refused(why) => {
                        let message = format!("{}() is not available: {why}", function.name);
                        return Err(Diagnostic::error(Code::NEEDS_SERVICE, *span, message));
                    }
                }
            }
        };
        Ok(Compiled { node, ty: expr.ty() })
    }

    pub fn evaluate(&self, batch: &Batch) -> Operand {
        match &self.node {
            Node::Column(at) => Operand::Column(batch.columns[*at].clone()),
            Node::Constant(value) => Operand::Constant(value.clone(), self.ty),
            Node::Path { base, steps } => self.path(&base.evaluate(batch), steps, batch.rows),
            Node::Columns { function, arguments } => {
                let operands: Vec<Operand> = arguments.iter().map(|a| a.evaluate(batch)).collect();
                let column = match function {
                    ColumnKernel::Plain(f, context) => f(context, &operands, batch.rows),
                    ColumnKernel::Prepared(f) => f(&operands, batch.rows),
                };
                Operand::Column(column)
            }
            Node::Row { function, nulls, arguments } => {
                let operands: Vec<Operand> = arguments.iter().map(|a| a.evaluate(batch)).collect();
                Operand::Column(self.rows(function, *nulls, &operands, batch.rows))
            }
        }
    }

    /// The result as a column of the batch's length.
    pub fn column(&self, batch: &Batch) -> Column {
        self.evaluate(batch).column(batch.rows)
    }

    fn rows(&self, function: &RowKernel, nulls: Nulls, operands: &[Operand], rows: usize) -> Column {
        let mut builder = ColumnBuilder::new(self.ty, rows);
        let mut values: Vec<Value<'_>> = Vec::with_capacity(operands.len());
        for row in 0..rows {
            values.clear();
            values.extend(operands.iter().map(|o| o.value(row)));
            if nulls == Nulls::Propagate && values.iter().any(Value::is_null) {
                builder.push_null();
                continue;
            }
            builder.push(match function {
                RowKernel::Plain(f) => f(&values),
                RowKernel::Prepared(f) => f(&values),
            });
        }
        builder.finish()
    }

    fn path(&self, base: &Operand, steps: &[PathStep], rows: usize) -> Operand {
        let mut builder = ColumnBuilder::new(Type::Dynamic, rows);
        for row in 0..rows {
            match base.value(row) {
                Value::Dynamic(dynamic) => builder.push(dynamic.path(steps)),
                _ => builder.push_null(),
            }
        }
        Operand::Column(builder.finish())
    }
}

/// The value of an expression without columns.
pub fn constant(expr: &Expr, context: &Context) -> Result<Value<'static>> {
    let compiled = Compiled::new(expr, &Layout::new([]), context)?;
    let one_row = Batch { columns: Vec::new(), rows: 1 };
    guarded(|| Ok(compiled.evaluate(&one_row).value(0).into_owned()))
}

fn lost_column(id: ColumnId) -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), format!("column #{} is not in its input: a bug in Kalypso", id.0))
}
