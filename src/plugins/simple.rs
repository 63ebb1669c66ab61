//! The plugins that say in one relation what they do: `identity`, `preview`, `estimate_rows_count`.

use crate::aggregates;
use crate::bind::{Binder, Keys, Projected, aggregate};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{AggregateCall, Expr, Relation, RelationKind};
use crate::value::Type;

use super::{Call, Lowering, Plugin};

pub static IDENTITY: Plugin = Plugin {
    name: "identity",
    syntax: "T | evaluate identity()",
    summary: "Returns its input.",
    lowering: Lowering::Bind(|binder, mut call| call.table(binder)),
    examples: &[("print a=1 | evaluate identity()", "1")],
    differs: "",
};

pub static PREVIEW: Plugin = Plugin {
    name: "preview",
    syntax: "T | evaluate preview(NumberOfRows)",
    summary: "Returns up to the given number of rows, and a second table with the number of all.",
    lowering: Lowering::Tables(preview),
    examples: &[("range x from 1 to 5 step 1 | evaluate preview(2) | project x", "1\n2")],
    differs: "",
};

pub static ESTIMATE_ROWS_COUNT: Plugin = Plugin {
    name: "estimate_rows_count",
    syntax: "T | evaluate estimate_rows_count()",
    summary: "Returns the number of rows.",
    lowering: Lowering::Bind(estimate),
    examples: &[("range x from 1 to 5 step 1 | evaluate estimate_rows_count()", "5")],
    differs: "The number is exact.",
};

fn preview(binder: &mut Binder, mut call: Call<'_>) -> Result<Vec<Relation>> {
    let input = call.table(binder)?;
    let count = binder.constant_usize(call.required(0, "the number of rows")?)?;
    let input = binder.shared(input)?;
    let rows = binder.freshen(&input);
    let counted = binder.count(rows, "Count", call.span)?;
    let (outputs, ordered) = (input.outputs.clone(), input.ordered);
    Ok(vec![Relation { outputs, ordered, kind: RelationKind::Limit { input: Box::new(input), count } }, counted])
}

fn estimate(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = call.table(binder)?;
    let Some(count) = aggregates::find("count") else {
        return Err(Diagnostic::error(Code::UNSUPPORTED, call.span, "`count` is missing"));
    };
    let output = (binder.fresh(), Type::Long);
    let counted = AggregateCall { aggregate: count, arguments: Vec::new(), filter: None, outputs: vec![output] };
    let mut projected = Projected::default();
    projected.items.push((binder.output("EstimatedRowsCount", Type::Long), Expr::Column { id: output.0, ty: Type::Long }));
    Ok(aggregate(input, Keys { columns: Vec::new() }, vec![counted], projected))
}
