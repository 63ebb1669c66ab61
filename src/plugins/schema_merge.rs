//! `schema_merge`: one schema of several that `getschema` gave.

use std::collections::HashMap;

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expr, Relation, Transform};
use crate::value::{Batch, Column, Type, Value};

use super::call::{apply, cut, failed, flag};
use super::{Call, Lowering, Plugin};

pub static SCHEMA_MERGE: Plugin = Plugin {
    name: "schema_merge",
    syntax: "T | evaluate schema_merge([PreserveOrder])",
    summary: "Merges schemas that `getschema` gave: each column once; with several types, each under a name of its own.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "union (datatable(a:string)[] | getschema), (datatable(a:string, b:long)[] | getschema) | evaluate schema_merge() | project ColumnName, ColumnOrdinal, ColumnType",
        "a | 0 | string\nb | 1 | long",
    )],
    differs: "",
};

const COLUMNS: [(&str, Type); 4] =
    [("ColumnName", Type::String), ("ColumnOrdinal", Type::Int), ("DataType", Type::String), ("ColumnType", Type::String)];

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = call.table(binder)?;
    let preserve = call.arguments.is_empty() || flag(binder, call.arguments.first().map(|a| &a.value))?;
    let mut columns = Vec::new();
    for (name, _) in COLUMNS {
        match input.outputs.iter().find(|o| o.name == name) {
            Some(o) => columns.push((name.to_owned(), Expr::Column { id: o.id, ty: o.ty })),
            None => {
                let message = format!("a schema has the column `{name}`, this table has not");
                return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, call.span, message).help("use it after `getschema`"));
            }
        }
    }
    let input = cut(binder, input, columns);
    Ok(apply(binder, vec![input], COLUMNS.map(|(name, ty)| (name.to_owned(), ty)), Merge { preserve }))
}

#[derive(Debug)]
struct Merge {
    /// A column that stands at several places gets none.
    preserve: bool,
}

impl Transform for Merge {
    fn name(&self) -> &str {
        "schema_merge"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [batch] = inputs.as_slice() else { return Err(failed(self.name(), "it takes one table")) };
        let text = |column: usize, row: usize| batch.columns[column].value(row).to_text().into_owned();
        let mut order: Vec<(String, String, usize, bool)> = Vec::new();
        let mut known: HashMap<(String, String), usize> = HashMap::new();
        for row in 0..batch.rows {
            let key = (text(0, row), text(3, row));
            match known.get(&key) {
                Some(at) => {
                    let first: &mut (String, String, usize, bool) = &mut order[*at];
                    first.3 |= batch.columns[1].value(first.2).as_i64() != batch.columns[1].value(row).as_i64();
                }
                None => {
                    known.insert(key.clone(), order.len());
                    order.push((key.0, key.1, row, false));
                }
            }
        }
        let several = |name: &str| order.iter().filter(|(n, ..)| n == name).count() > 1;
        let name = |(name, ty, ..): &(String, String, usize, bool)| if several(name) { format!("{name}_{ty}") } else { name.clone() };
        let place = |(at, (.., moved)): (usize, &(String, String, usize, bool))| if *moved && self.preserve { -1 } else { at as i32 };
        let columns = vec![
            Column::from_values(Type::String, order.iter().map(|o| Value::string(name(o)))),
            Column::from_values(Type::Int, order.iter().enumerate().map(|o| Value::Int(place(o)))),
            Column::from_values(Type::String, order.iter().map(|(_, _, row, _)| batch.columns[2].value(*row))),
            Column::from_values(Type::String, order.iter().map(|(_, ty, ..)| Value::string(ty.as_str()))),
        ];
        Ok(Batch { columns, rows: order.len() })
    }
}
