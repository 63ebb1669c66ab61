//! One expression on one row. Functions are called through the registry, on this row alone; they are tested elsewhere.

use kalypso::plan::{Arguments, ColumnId, Context, Expr, Kernel, Nulls, Operand};
use kalypso::value::{Column, Type, Value};

pub struct Row<'a> {
    pub ids: &'a [ColumnId],
    pub cells: &'a [Value<'static>],
    pub context: &'a Context,
}

/// As a cell of a column of that type holds it: a string is never null.
pub fn settled(value: Value<'static>, ty: Type) -> Value<'static> {
    match value {
        Value::Null if ty == Type::String => Value::string(""),
        Value::Int(v) if ty == Type::Long => Value::Long(v.into()),
        value => value,
    }
}

impl Row<'_> {
    pub fn value(&self, expr: &Expr) -> Result<Value<'static>, String> {
        let value = match expr {
            Expr::Column { id, .. } => {
                let at = self.ids.iter().position(|i| i == id).ok_or_else(|| format!("column #{} is not in its input", id.0))?;
                self.cells[at].clone()
            }
            Expr::Constant { value, .. } => value.clone(),
            Expr::Path { base, steps } => match self.value(base)? {
                Value::Dynamic(dynamic) => steps.iter().fold(Value::Dynamic(dynamic), |value, step| match value {
                    Value::Dynamic(inner) => inner.get(step),
                    _ => Value::Null,
                }),
                _ => Value::Null,
            },
            Expr::Call { .. } => self.call(expr)?,
        };
        Ok(settled(value, expr.ty()))
    }

    fn call(&self, expr: &Expr) -> Result<Value<'static>, String> {
        let Expr::Call { function, arguments, ty, .. } = expr else { return Ok(Value::Null) };
        let known = Arguments {
            types: arguments.iter().map(Expr::ty).collect(),
            constants: arguments.iter().map(|a| a.as_constant().cloned()).collect(),
        };
        let values = arguments.iter().map(|a| self.value(a)).collect::<Result<Vec<_>, _>>()?;
        let null = function.nulls == Nulls::Propagate && values.iter().any(Value::is_null);
        let operand = |(value, known): (&Value<'static>, &Expr)| match known {
            Expr::Constant { value, ty } => Operand::Constant(value.clone(), *ty),
            _ => Operand::Column(Column::constant(known.ty(), value, 1)),
        };
        let operands: Vec<Operand> = values.iter().zip(arguments).map(operand).collect();
        let of_type = |value: Value<'_>| Column::from_values(*ty, [value]).value(0).into_owned();
        Ok(match function.kernel {
            Kernel::Row(_) | Kernel::Prepare(_) if null => Value::Null,
            Kernel::Row(f) => of_type(f(&values)),
            Kernel::Prepare(prepare) => of_type(prepare(self.context, &known)?(&values)),
            Kernel::Columns(f) => f(self.context, &operands, 1).value(0).into_owned(),
            Kernel::PrepareColumns(prepare) => prepare(self.context, &known)?(&operands, 1).value(0).into_owned(),
            Kernel::Binder | Kernel::Refused(_) => return Err(format!("{} cannot be called", function.name)),
        })
    }
}
