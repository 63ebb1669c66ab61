//! `dcount_intersect`: how many distinct values several sketches have in common.

use crate::bind::{Binder, Projected, convert};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr, Relation};
use crate::value::{Type, Value};

use super::{Call, Lowering, Plugin};

pub static DCOUNT_INTERSECT: Plugin = Plugin {
    name: "dcount_intersect",
    syntax: "T | evaluate dcount_intersect(Hll1, Hll2 [, Hll3, …])",
    summary: "Estimates the number of values that the first sketch has, that the first two have in common, and so on.",
    lowering: Lowering::Bind(bind),
    examples: &[(
        "range x from 1 to 100 step 1 | summarize a = hll(iff(x % 2 == 0, x, 0)), b = hll(iff(x % 3 == 0, x, 0)) | evaluate dcount_intersect(a, b) | project s0, s1",
        "51 | 17",
    )],
    differs: "",
};

/// With more sketches the inclusions and exclusions would be too many.
const MAX_SKETCHES: usize = 8;

fn bind(binder: &mut Binder, mut call: Call<'_>) -> Result<Relation> {
    let input = super::call::shown(call.table(binder)?);
    if !(2..=MAX_SKETCHES).contains(&call.arguments.len()) {
        let message = format!("between 2 and {MAX_SKETCHES} sketches are expected");
        return Err(Diagnostic::error(Code::ARGUMENT_COUNT, call.span, message));
    }
    let mut sketches = Vec::new();
    for argument in call.arguments {
        sketches.push(binder.with_row(&input.outputs, |binder| binder.scalar(&argument.value))?);
    }
    let mut projected = Projected::keep(&input.outputs);
    for count in 1..=sketches.len() {
        let common = intersection(binder, &sketches[..count], call.span)?;
        let output = binder.output(format!("s{}", count - 1), Type::Long);
        projected.add(output, common);
    }
    Ok(projected.relation(input))
}

/// |A ∩ B| = |A| + |B| − |A ∪ B|, and so on for more: unions of an even number of sketches count negative.
fn intersection(binder: &mut Binder, sketches: &[Expr], span: Span) -> Result<Expr> {
    let mut sum = Expr::constant(Type::Long, Value::Long(0));
    for subset in 1..1usize << sketches.len() {
        let chosen: Vec<Expr> = sketches.iter().enumerate().filter(|(i, _)| subset >> i & 1 == 1).map(|(_, s)| s.clone()).collect();
        let operator = if chosen.len() % 2 == 1 { "+" } else { "-" };
        let union = if chosen.len() == 1 { chosen[0].clone() } else { binder.built_in_call("hll_merge", chosen, span)? };
        let size = convert(binder.built_in_call("dcount_hll", vec![union], span)?, Type::Long);
        sum = binder.internal(operator, vec![sum, size], Type::Long, span)?;
    }
    Ok(sum)
}
