//! sum(): the total of the values that are not null.

use crate::plan::{Accumulator, Aggregate, Arguments};
use crate::value::{Type, Value};

use super::fold::Fold;
use super::total::{DecimalTotal, LongTotal, RealTotal, integral};

pub static SUM: Aggregate = Aggregate {
    name: "sum",
    category: "Aggregation functions",
    signatures: &["(expr:summable) -> Parameter0Promoted"],
    summary: "The sum of the values in the group; zero without any. Longs wrap around on overflow.",
    prefix: "sum",
    make,
    examples: &[
        ("range x from 1 to 4 step 1 | summarize sum(x)", "10"),
        ("datatable(x:real)[1.5, real(null), 2.25] | summarize sum(x)", "3.75"),
        ("print x=1 | where x > 1 | summarize sum(x)", "0"),
    ],
    differs: "Sums of reals are exact before they are rounded, so they may differ from Kusto's in the last digit.",
    ..Aggregate::NEW
};

pub static SUMIF: Aggregate = Aggregate {
    name: "sumif",
    category: "Aggregation functions",
    signatures: &["(expr:summable, predicate:bool) -> Parameter0Promoted"],
    summary: "The sum of the values in rows where the predicate is true.",
    prefix: "sumif",
    filtered: Some("sum"),
    examples: &[("range x from 1 to 10 step 1 | summarize sumif(x, x > 5)", "40")],
    ..Aggregate::NEW
};

fn make(arguments: &Arguments) -> Result<Box<dyn Accumulator>, String> {
    Ok(match arguments.types[..] {
        [Type::Real, ..] => Fold::<RealTotal>::boxed(Type::Real, |total, _| Value::Real(total.sum.round())),
        [Type::Decimal, ..] => Fold::<DecimalTotal>::boxed(Type::Decimal, |total, _| total.sum().map_or(Value::Null, Value::Decimal)),
        [ty @ (Type::DateTime | Type::TimeSpan), ..] => Fold::<LongTotal>::boxed(ty, |total, ty| integral(total.sum, ty)),
        _ => Fold::<LongTotal>::boxed(Type::Long, |total, ty| integral(total.sum, ty)),
    })
}
