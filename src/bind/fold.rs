//! Properties of audit records by name: what stands in an array of names and values is found as if it were a column.
//!
//! A name that no column has is looked up in `PROPERTY_ARRAYS`, where the sampled records have it there. The arrays themselves
//! keep the meaning that they have in Kusto.

use crate::diagnostic::{Result, Span};
use crate::plan::{Expr, Output, PROPERTY_ARRAYS, Relation};
use crate::value::{PathStep, Type, Value};

use super::Binder;
use super::projection::Projected;

/// Columns that some records have themselves and others in an array.
const BOTH: [&str; 2] = ["UserAgent", "SessionId"];

impl Binder<'_> {
    /// A property by its name, if the records are known to have one.
    pub(super) fn property(&mut self, name: &str, record: &Output, span: Span) -> Result<Option<Expr>> {
        if !self.catalog.properties().contains(&name) {
            self.catalog.miss();
            return Ok(None);
        }
        let columns = self.row.columns.clone();
        let own = self.internal("tostring", vec![member(record, name)], Type::String, span)?;
        self.looked_up(name, own, &columns, record, span).map(Some)
    }

    /// A table of records, with the columns that some of them have in an array only filled from there.
    pub(super) fn filled(&mut self, relation: Relation) -> Result<Relation> {
        let columns = relation.outputs.clone();
        let record = columns.iter().find(|c| c.name.is_empty() && c.ty == Type::Dynamic);
        let fill: Vec<&Output> = columns.iter().filter(|c| BOTH.contains(&c.name.as_str()) && c.ty == Type::String).collect();
        let (Some(record), false) = (record, fill.is_empty()) else { return Ok(relation) };
        let mut projected = Projected::keep(&columns);
        for column in fill {
            let own = Expr::Column { id: column.id, ty: Type::String };
            let filled = self.looked_up(&column.name, own, &columns, record, Span::default())?;
            let output = self.output(column.name.clone(), Type::String);
            projected.declare(output, filled, true, Span::default())?;
        }
        Ok(projected.relation(relation))
    }

    fn looked_up(&mut self, name: &str, own: Expr, columns: &[Output], record: &Output, span: Span) -> Result<Expr> {
        let mut values = vec![own];
        for array in PROPERTY_ARRAYS {
            let column = columns.iter().find(|c| c.name == array && c.ty == Type::Dynamic);
            let array = column.map_or_else(|| member(record, array), |c| Expr::Column { id: c.id, ty: Type::Dynamic });
            let name = Expr::constant(Type::String, Value::string(name.to_owned()));
            values.push(self.internal("name_value", vec![array, name], Type::String, span)?);
        }
        self.internal("coalesce", values, Type::String, span)
    }
}

fn member(record: &Output, name: &str) -> Expr {
    Expr::Path { base: Box::new(Expr::Column { id: record.id, ty: Type::Dynamic }), steps: vec![PathStep::Key(name.to_owned())] }
}
