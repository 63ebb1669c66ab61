//! `narrow`: a row per cell, for wide tables on narrow screens.

use arrow::array::UInt32Array;

use crate::bind::Binder;
use crate::diagnostic::Result;
use crate::plan::{Relation, Transform};
use crate::value::{Batch, Column, Type, Value};

use super::call::{apply, failed, shown};
use super::{Call, Lowering, Plugin};

pub static NARROW: Plugin = Plugin {
    name: "narrow",
    syntax: "T | evaluate narrow()",
    summary: "Gives a row for every cell: the number of its row, the name of its column, its value as text.",
    lowering: Lowering::Bind(bind),
    examples: &[("print a=1, b='x' | evaluate narrow()", "0 | a | 1\n0 | b | x")],
    differs: "",
};

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    call.at_most(0)?;
    let input = shown(call.table(binder)?);
    let names = input.outputs.iter().map(|o| o.name.clone()).collect();
    let columns = [("Row".to_owned(), Type::Long), ("Column".to_owned(), Type::String), ("Value".to_owned(), Type::String)];
    Ok(apply(binder, vec![input], columns, Narrow { names }))
}

#[derive(Debug)]
struct Narrow {
    names: Vec<String>,
}

impl Transform for Narrow {
    fn name(&self) -> &str {
        "narrow"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let rows = batch.rows * self.names.len();
        let names = Column::from_values(Type::String, self.names.iter().map(Value::string));
        let places = UInt32Array::from_iter_values((0..batch.rows).flat_map(|_| 0..self.names.len() as u32));
        let numbers = (0..batch.rows).flat_map(|row| std::iter::repeat_n(Value::Long(row as i64), self.names.len()));
        let values = (0..batch.rows).flat_map(|row| batch.columns.iter().map(move |c| Value::string(c.value(row).to_text().into_owned())));
        let columns = vec![Column::from_values(Type::Long, numbers), names.take(&places), Column::from_values(Type::String, values)];
        Ok(Batch { columns, rows })
    }
}
