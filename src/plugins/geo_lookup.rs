//! `geo_polygon_lookup` and `geo_line_lookup`: finds the shapes of a table that a point lies in or near.

use crate::bind::Binder;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::execute::{Compiled, Layout, constant};
use crate::plan::{ColumnId, Context, Expr, Relation, Transform};
use crate::syntax::ast;
use crate::value::{Batch, Type, Value};

use super::call::{apply, column_at, columns_of, constant_or, failed, flag, shown};
use super::pairs::Pairs;
use super::{Call, Lowering, Plugin};

pub static GEO_POLYGON_LOOKUP: Plugin = Plugin {
    name: "geo_polygon_lookup",
    syntax: "T | evaluate geo_polygon_lookup(LookupTable, LookupPolygonKey, SourceLongitude, SourceLatitude [, radius] [, return_unmatched] [, lookup_area_radius] [, return_lookup_key])",
    summary: "Joins points with the rows of a table whose polygon they lie in, or lie near.",
    lowering: Lowering::Bind(|binder, call| bind(binder, call, Shape::Polygon)),
    examples: &[],
    differs: "",
};

pub static GEO_LINE_LOOKUP: Plugin = Plugin {
    name: "geo_line_lookup",
    syntax: "T | evaluate geo_line_lookup(LookupTable, LookupLineKey, SourceLongitude, SourceLatitude, radius [, return_unmatched] [, lookup_area_radius] [, return_lookup_key])",
    summary: "Joins points with the rows of a table whose line they lie near.",
    lowering: Lowering::Bind(|binder, call| bind(binder, call, Shape::Line)),
    examples: &[],
    differs: "",
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Polygon,
    Line,
}

const OPTIONS: [&str; 4] = ["radius", "return_unmatched", "lookup_area_radius", "return_lookup_key"];

fn bind(binder: &mut Binder, mut call: Call<'_>, shape: Shape) -> Result<Relation> {
    let left = shown(call.table(binder)?);
    let arguments = call.positional(&OPTIONS);
    let [table, key, longitude, latitude, rest @ ..] = arguments.as_slice() else {
        return Err(Diagnostic::error(Code::ARGUMENT_COUNT, call.span, "a lookup needs a table, its shape, a longitude and a latitude"));
    };
    let option = |at: usize| -> Option<&ast::Expr> { call.named(OPTIONS[at]).or_else(|| rest.get(at).map(|a| &a.value)) };
    let radius = constant_or(binder, option(0), Value::Null)?.as_f64();
    if shape == Shape::Line && radius.is_none() {
        return Err(Diagnostic::error(Code::ARGUMENT_COUNT, call.span, "a lookup of lines needs a radius in meters"));
    }
    let outer = flag(binder, option(1))?;
    let with_key = flag(binder, option(3))?;
    let table = binder.subquery(&table.value)?;
    let right = shown(binder.freshen(&table));
    let place = column_at(binder, &right, &key.value)?;
    let polygon = &right.outputs[place];
    let point = [longitude, latitude].map(|a| binder.with_row(&left.outputs, |binder| binder.scalar(&a.value)));
    let [longitude, latitude] = point;
    let mut operands = vec![longitude?, latitude?, Expr::Column { id: polygon.id, ty: polygon.ty }];
    if shape == Shape::Polygon && polygon.ty != Type::Dynamic {
        operands[2] = crate::bind::convert(operands[2].clone(), Type::Dynamic);
    }
    let span = call.span;
    let test = match (shape, radius) {
        (Shape::Polygon, None) => binder.built_in_call("geo_point_in_polygon", operands, span)?,
        (_, Some(radius)) => {
            let distance = if shape == Shape::Line { "geo_distance_point_to_line" } else { "geo_distance_point_to_polygon" };
            let distance = binder.built_in_call(distance, operands, span)?;
            binder.internal("<=", vec![distance, Expr::constant(Type::Real, Value::Real(radius))], Type::Bool, span)?
        }
        (Shape::Line, None) => return Err(failed("geo_line_lookup", "it needs a radius")),
    };
    let kept: Vec<usize> = (0..right.outputs.len()).filter(|at| with_key || *at != place).collect();
    let found: Vec<(String, Type)> = kept.iter().map(|at| (right.outputs[*at].name.clone(), right.outputs[*at].ty)).collect();
    let columns = [columns_of(&left), found].concat();
    let transform = Nearby {
        test,
        ids: left.outputs.iter().map(|o| o.id).collect(),
        shape: polygon.id,
        place,
        kept,
        outer,
        context: binder.context.clone(),
    };
    Ok(apply(binder, vec![left, right], columns, transform))
}

/// Joins every row on the left with the rows on the right for whose shape a test holds.
#[derive(Debug)]
struct Nearby {
    /// Over the left columns and the shape.
    test: Expr,
    ids: Vec<ColumnId>,
    shape: ColumnId,
    /// The place of the shapes among the right columns.
    place: usize,
    kept: Vec<usize>,
    outer: bool,
    context: Context,
}

/// Rows on the left that are tested against every shape before the next ones are.
const ROWS: usize = 4096;

impl Nearby {
    /// The test against one shape: as a constant it is read once, however many points there are.
    fn against(&self, shape: Value<'static>) -> Result<Compiled> {
        let test = self.test.clone().transform(&mut |expr| match expr {
            Expr::Column { id, ty } if id == self.shape => Expr::constant(ty, shape.clone()),
            Expr::Call { ref arguments, ty, .. } if arguments.iter().all(|a| a.as_constant().is_some()) => {
                constant(&expr, &self.context).map_or(expr, |value| Expr::constant(ty, value))
            }
            other => other,
        });
        Compiled::new(&test, &Layout::new(self.ids.iter().copied()), &self.context)
    }
}

impl Transform for Nearby {
    fn name(&self) -> &str {
        "geo lookup"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let [left, right] = inputs.as_slice() else { return Err(failed(self.name(), "it takes two tables")) };
        let shapes = &right.columns[self.place];
        let tests = (0..right.rows).map(|row| self.against(shapes.value(row).into_owned())).collect::<Result<Vec<_>>>()?;
        let mut pairs = Pairs::default();
        for from in (0..left.rows).step_by(ROWS) {
            let points = left.slice(from, ROWS.min(left.rows - from));
            let hits: Vec<_> = tests.iter().map(|test| test.column(&points)).collect();
            for row in 0..points.rows {
                let found = hits.iter().enumerate().filter(|(_, hit)| matches!(hit.value(row), Value::Bool(true)));
                pairs.add(from + row, found.map(|(shape, _)| shape as u32), self.outer);
            }
        }
        let columns = [pairs.left(left), pairs.right(right, &self.kept)].concat();
        Ok(Batch { columns, rows: pairs.rows() })
    }
}
