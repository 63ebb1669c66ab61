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
    summary: "Merges schemas that `getschema` gave: each column once, with a type that holds all of its types. A column without such a type, or one that stands at several places though `PreserveOrder` is true, has an error for its type.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "union (datatable(a:string)[] | getschema), (datatable(a:string, b:long)[] | getschema) | evaluate schema_merge() | project ColumnName, ColumnOrdinal, ColumnType",
        "a | 0 | string\nb | 1 | long",
    )],
    differs: "how it tells of types without a common one is Kalypso's own wording",
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
        let mut merged: Vec<Merged> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for row in 0..batch.rows {
            let (name, ordinal) = (text(0, row), batch.columns[1].value(row).as_i64().unwrap_or(0));
            let here = Merged { name, ordinal, clr: text(2, row), ty: text(3, row) };
            let at = *known.entry(here.name.clone()).or_insert(merged.len());
            match merged.get_mut(at) {
                Some(column) => column.meet(here, self.preserve),
                None => merged.push(here),
            }
        }
        // Those out of order come last, as Kusto's documentation shows it.
        merged.sort_by_key(|column| if column.ordinal < 0 { i64::MAX } else { column.ordinal });
        let place = |(at, column): (usize, &Merged)| Value::Int(if self.preserve { column.ordinal as i32 } else { at as i32 });
        let texts = |of: fn(&Merged) -> &str| Column::from_values(Type::String, merged.iter().map(|column| Value::string(of(column))));
        let columns = vec![
            texts(|column| &column.name),
            Column::from_values(Type::Int, merged.iter().enumerate().map(place)),
            texts(|column| &column.clr),
            texts(|column| &column.ty),
        ];
        Ok(Batch { columns, rows: merged.len() })
    }
}

/// A column of the merged schema.
struct Merged {
    name: String,
    /// The furthest of its places; -1 where it is out of order.
    ordinal: i64,
    clr: String,
    ty: String,
}

impl Merged {
    /// Takes in the same column of another schema.
    fn meet(&mut self, other: Merged, preserve: bool) {
        let wider = |ty: &str| ["int", "long", "real"].iter().position(|number| *number == ty);
        if self.ty != other.ty && !self.ty.starts_with("ERROR") {
            match (wider(&self.ty), wider(&other.ty)) {
                (Some(own), Some(its)) if own > its => {}
                (Some(_), Some(_)) => (self.clr, self.ty) = (other.clr, other.ty),
                _ => self.fail("columns have different types"),
            }
        }
        if !preserve {
            self.ordinal = self.ordinal.max(other.ordinal);
        } else if self.ordinal != other.ordinal {
            self.ordinal = -1;
            self.fail("columns are out of order");
        }
    }

    fn fail(&mut self, why: &str) {
        self.ty = format!("ERROR({why})");
        self.clr = format!("ERROR(unknown CSL type:{})", self.ty);
    }
}
