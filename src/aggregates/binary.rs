//! binary_all_and(), binary_all_or() and binary_all_xor(): the bits of all values combined.

use crate::plan::{Accumulator, Aggregate, Arguments};
use crate::value::{Column, Type, Value};

use super::fold::{Fold, Item, State};
use super::total::integral;

pub static BINARY_ALL_AND: Aggregate = Aggregate {
    name: "binary_all_and",
    category: "Aggregation functions",
    signatures: &["(expr:summable) -> Parameter0"],
    summary: "The bits that are set in all values; null without any.",
    make: make::<'&'>,
    examples: &[("datatable(x:long)[7, 13] | summarize binary_all_and(x)", "5")],
    ..Aggregate::NEW
};

pub static BINARY_ALL_OR: Aggregate = Aggregate {
    name: "binary_all_or",
    category: "Aggregation functions",
    signatures: &["(expr:summable) -> Parameter0"],
    summary: "The bits that are set in some value; null without any.",
    make: make::<'|'>,
    examples: &[("datatable(x:long)[4, 9] | summarize binary_all_or(x)", "13")],
    ..Aggregate::NEW
};

pub static BINARY_ALL_XOR: Aggregate = Aggregate {
    name: "binary_all_xor",
    category: "Aggregation functions",
    signatures: &["(expr:summable) -> Parameter0"],
    summary: "The bits that are set in an odd number of values; null without any.",
    make: make::<'^'>,
    examples: &[("datatable(x:long)[7, 13] | summarize binary_all_xor(x)", "10")],
    ..Aggregate::NEW
};

fn make<const OPERATION: char>(arguments: &Arguments) -> Result<Box<dyn Accumulator>, String> {
    match arguments.types.first() {
        Some(ty @ (Type::Int | Type::Long | Type::DateTime | Type::TimeSpan)) => {
            Ok(Fold::<Bits<OPERATION>>::boxed(*ty, |state, ty| state.0.map_or(Value::Null, |bits| integral(bits, ty))))
        }
        _ => Err("it needs integers".to_owned()),
    }
}

#[derive(Default)]
struct Bits<const OPERATION: char>(Option<i64>);

impl<const OPERATION: char> Bits<OPERATION> {
    fn add(&mut self, value: i64) {
        self.0 = Some(match (self.0, OPERATION) {
            (None, _) => value,
            (Some(bits), '&') => bits & value,
            (Some(bits), '|') => bits | value,
            (Some(bits), _) => bits ^ value,
        });
    }
}

impl<const OPERATION: char> State for Bits<OPERATION> {
    fn update(states: &mut [Self], arguments: &[Column], groups: &[u32]) {
        i64::each(&arguments[0], |row, value| states[groups[row] as usize].add(value));
    }

    fn merge(&mut self, later: Self) {
        if let Some(value) = later.0 {
            self.add(value);
        }
    }
}
