//! Functions that pass on one of their arguments: `iff`, `case`, `coalesce`, `max_of`, `min_of`.

use std::cmp::Ordering;

use crate::plan::{Context, Function, Kernel, Nulls, Operand};
use crate::value::{Column, Type, Value};

use super::cast::convert;

/// Takes each row from the operand that `choose` names, or null. The binder gave all operands one type; where it left several,
/// the widest counts.
fn pick(operands: &[&Operand], rows: usize, choose: impl Fn(usize) -> Option<usize>) -> Column {
    let ty = common_type(operands);
    let mut columns: Vec<(Column, bool)> = operands.iter().map(|operand| source(operand, ty, rows)).collect();
    let nowhere = columns.len();
    columns.push((Column::nulls(ty, 1), true));
    let places: Vec<(usize, usize)> = (0..rows)
        .map(|row| {
            let operand = choose(row).unwrap_or(nowhere);
            (operand, if columns.get(operand).is_some_and(|(_, single)| *single) { 0 } else { row })
        })
        .collect();
    let columns: Vec<&Column> = columns.iter().map(|(column, _)| column).collect();
    Column::interleave(ty, &columns, &places)
}

/// The operand's values as `ty`; a constant has one row only (true).
fn source(operand: &Operand, ty: Type, rows: usize) -> (Column, bool) {
    match operand {
        Operand::Constant(..) => (convert(operand, ty, 1), true),
        Operand::Column(_) => (convert(operand, ty, rows), false),
    }
}

/// The widest number, and a scalar type rather than dynamic.
fn common_type(operands: &[&Operand]) -> Type {
    let untyped = |operand: &&&Operand| matches!(operand, Operand::Constant(Value::Null, _));
    let mut types = operands.iter().filter(|o| !untyped(o)).map(|o| o.ty());
    let Some(first) = types.next() else {
        return operands.first().map_or(Type::Dynamic, |o| o.ty());
    };
    types.fold(first, |a, b| if a == Type::Dynamic { b } else { a.widest(b).unwrap_or(a) })
}

/// Whether a predicate holds in each row; null does not.
enum Predicate {
    Always(bool),
    Column(Column),
}

impl Predicate {
    fn new(operand: &Operand) -> Predicate {
        match operand {
            Operand::Constant(value, _) => Predicate::Always(value.as_bool() == Some(true)),
            Operand::Column(column) if column.ty() == Type::Bool => Predicate::Column(column.clone()),
            other => Predicate::Column(convert(other, Type::Bool, 0)),
        }
    }

    fn holds(&self, row: usize) -> bool {
        match self {
            Predicate::Always(holds) => *holds,
            Predicate::Column(column) => !column.is_null(row) && column.bools().value(row),
        }
    }
}

/// Pairs of predicate and value, then the value where none holds. `iff` is the case of one pair.
fn case(_: &Context, operands: &[Operand], rows: usize) -> Column {
    let pairs = operands.len() / 2;
    let predicates: Vec<Predicate> = operands.chunks_exact(2).map(|pair| Predicate::new(&pair[0])).collect();
    let mut values: Vec<&Operand> = operands.chunks_exact(2).map(|pair| &pair[1]).collect();
    values.extend(operands.get(pairs * 2));
    pick(&values, rows, |row| {
        let first = predicates.iter().position(|predicate| predicate.holds(row)).unwrap_or(pairs);
        (first < values.len()).then_some(first)
    })
}

fn coalesce(_: &Context, operands: &[Operand], rows: usize) -> Column {
    let present = |operand: &Operand, row: usize| match operand {
        Operand::Column(column) if column.ty() != Type::String => !column.is_null(row),
        other => match other.value(row) {
            Value::String(text) => !text.is_empty(),
            value => !value.is_null(),
        },
    };
    pick(&operands.iter().collect::<Vec<_>>(), rows, |row| operands.iter().position(|o| present(o, row)))
}

/// The first operand that is not null and that no later one outdoes in the given direction. NaN wins over everything.
fn extreme(operands: &[Operand], rows: usize, outdoes: Ordering) -> Column {
    let is_nan = |value: &Value<'_>| matches!(value, Value::Real(v) if v.is_nan());
    pick(&operands.iter().collect::<Vec<_>>(), rows, |row| {
        let mut best: Option<(usize, Value<'_>)> = None;
        for (index, operand) in operands.iter().enumerate() {
            let value = operand.value(row);
            let better = match &best {
                _ if value.is_null() => false,
                None => true,
                Some((_, so_far)) => !is_nan(so_far) && (is_nan(&value) || value.compare(so_far) == outdoes),
            };
            if better {
                best = Some((index, value));
            }
        }
        best.map(|(index, _)| index)
    })
}

pub static IFF: Function = Function {
    name: "iff",
    aliases: &["iif"],
    category: "Conditional functions",
    signatures: &["(if:bool, then:commonscalarordynamic, else:commonscalarordynamic) -> CommonNonDynamic"],
    summary: "The second argument where the first is true, else the third.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(case),
    examples: &[("iff(1 > 2, 'yes', 'no')", "no"), ("iff(bool(null), 1, 2)", "2")],
    ..Function::NEW
};

pub static CASE: Function = Function {
    name: "case",
    category: "Conditional functions",
    signatures: &["(predicate:bool, ..., then:commonscalarordynamic, ..., else:commonscalarordynamic) -> CommonNonDynamic"],
    summary: "The value after the first predicate that holds, else the last argument.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(case),
    examples: &[("case(1 > 2, 'a', 2 > 1, 'b', 'c')", "b"), ("case(false, 1, 2)", "2")],
    ..Function::NEW
};

pub static COALESCE: Function = Function {
    name: "coalesce",
    category: "Conditional functions",
    signatures: &["(arg1:commonscalar, arg:commonscalar, ...) -> Common"],
    summary: "The first argument that is not null (not empty for strings).",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(coalesce),
    examples: &[("coalesce(tolong('not a number'), tolong('42'), 33)", "42"), ("coalesce('', 'a')", "a")],
    ..Function::NEW
};

pub static MAX_OF: Function = Function {
    name: "max_of",
    category: "Conditional functions",
    signatures: &["(arg1:commonorderable, arg:commonorderable, ...) -> Common"],
    summary: "The largest of the arguments that are not null.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|_, operands, rows| extreme(operands, rows, Ordering::Greater)),
    examples: &[("max_of(10, 1, -3, 17)", "17"), ("max_of(int(null), 2)", "2")],
    ..Function::NEW
};

pub static MIN_OF: Function = Function {
    name: "min_of",
    category: "Conditional functions",
    signatures: &["(arg1:commonorderable, arg:commonorderable, ...) -> Common"],
    summary: "The smallest of the arguments that are not null.",
    nulls: Nulls::Pass,
    kernel: Kernel::Columns(|_, operands, rows| extreme(operands, rows, Ordering::Less)),
    examples: &[("min_of(10, 1, -3, 17)", "-3"), ("min_of(real(nan), 1.0)", "NaN")],
    ..Function::NEW
};
