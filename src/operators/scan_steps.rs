//! What `scan` does: walks rows in order and keeps a state per step.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bind::{Binder, Projected, convert, make_unique, parameters};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::execute::{Compiled, Layout};
use crate::plan::{ColumnId, Context, Expr as Bound, Output, Relation, RelationKind, Transform};
use crate::plugins::group_rows;
use crate::syntax::ast::{Expr, ExprKind, ParameterKind};
use crate::value::{Batch, Column, ColumnBuilder, Type, Value};

use super::scan::Scan;

/// A state's column under a name that no author can write.
fn state_name(step: &str, column: &str) -> String {
    format!("\u{1}{step}.{column}")
}

/// Lowers a `scan` to a transform over its input.
pub fn bind(binder: &mut Binder, scan: &Scan, input: Relation) -> Result<Relation> {
    let input = if scan.order.is_empty() { input } else { binder.sort(input, &scan.order, None)? };
    if let Some(step) = scan.steps.iter().find(|s| s.optional) {
        return Err(Diagnostic::error(Code::UNSUPPORTED, step.name.span, "Microsoft has not published what an optional step does"));
    }
    let mut declared = Vec::new();
    for parameter in &scan.declare {
        let ParameterKind::Scalar(ty) = parameter.kind else {
            return Err(Diagnostic::error(Code::NOT_SCALAR, parameter.name.span, "a scan declares scalar columns"));
        };
        let default = match &parameter.default {
            Some(expr) => binder.constant(expr)?.convert(ty).into_owned(),
            None => Value::Null.convert(ty),
        };
        declared.push((binder.output(parameter.name.name.clone(), ty), default));
    }
    let assigned = assigned_columns(scan, &input, &declared);
    declared.extend(assigned.iter().map(|o| (binder.output(o.name.clone(), o.ty), Value::Null.convert(o.ty))));
    let is_assigned = |o: &Output| assigned.iter().any(|a| a.id == o.id);
    let carried: Vec<Output> = input.outputs.iter().chain(declared.iter().map(|(o, _)| o)).cloned().collect();
    let mut states: Vec<Vec<Output>> = Vec::new();
    for step in &scan.steps {
        // Of a column that is assigned, a step's state shows what was assigned.
        let name = |o: &Output| if is_assigned(o) { String::from("\u{1}") } else { state_name(&step.name.name, &o.name) };
        states.push(carried.iter().map(|o| binder.output(name(o), o.ty)).collect());
    }
    let extra = || declared.iter().map(|(o, _)| o.clone()).chain(states.iter().flatten().cloned());
    let width = input.outputs.len();
    let (shown, ordered) = (input.outputs.clone(), input.ordered);
    // Window functions have no meaning here: what came before is in the steps' states.
    let before: Vec<Output> = input.outputs.iter().cloned().chain(extra()).collect();
    let scope = Scope { after: before.iter().filter(|o| !is_assigned(o)).cloned().collect(), before, assigned: &assigned };
    let steps = scan.steps.iter().map(|step| bind_step(binder, scan, step, &declared, &scope)).collect::<Result<Vec<_>>>()?;
    let partition = scan.partition.iter().map(|e| binder.with_row(&scope.before, |binder| binder.scalar(e))).collect::<Result<_>>()?;
    let step_name = parameters::text(&scan.parameters, "with_step_name").map(|(name, _)| name);
    let match_id = parameters::text(&scan.parameters, "with_match_id").map(|(name, _)| name);
    let mut outputs: Vec<Output> = shown.iter().map(|o| binder.output(o.name.clone(), o.ty)).collect();
    outputs.extend(declared.iter().map(|(o, _)| binder.output(o.name.clone(), o.ty)));
    outputs.extend(match_id.as_ref().map(|name| binder.output(name.clone(), Type::Long)));
    outputs.extend(step_name.as_ref().map(|name| binder.output(name.clone(), Type::String)));
    make_unique(&mut outputs);
    let ids: Vec<ColumnId> = input.outputs.iter().map(|o| o.id).collect();
    let declared_width = declared.len();
    let transform = Machine {
        ids,
        width,
        declared,
        states,
        steps,
        partition,
        with_match_id: match_id.is_some(),
        with_step_name: step_name.is_some(),
        context: binder.context.clone(),
    };
    let relation = Relation { outputs, ordered, kind: RelationKind::Apply { inputs: vec![input], transform: Arc::new(transform) } };
    Ok(if assigned.is_empty() { relation } else { put_in_place(binder, relation, &assigned, &shown, declared_width) })
}

/// Columns of the input that a step assigns to.
fn assigned_columns(scan: &Scan, input: &Relation, declared: &[(Output, Value<'static>)]) -> Vec<Output> {
    let names: Vec<&str> = scan.steps.iter().flat_map(|s| &s.assignments).flat_map(|a| &a.names).map(|n| n.name.as_str()).collect();
    let is_assigned = |o: &&Output| names.contains(&o.name.as_str()) && !declared.iter().any(|(d, _)| d.name == o.name);
    input.outputs.iter().filter(|o| !o.name.is_empty()).filter(is_assigned).cloned().collect()
}

/// Puts the assigned values, which come behind the declared columns, where the input has its own.
fn put_in_place(binder: &mut Binder, relation: Relation, assigned: &[Output], shown: &[Output], declared: usize) -> Relation {
    let first = shown.len() + declared - assigned.len();
    let mut projected = Projected::default();
    for (at, output) in relation.outputs.iter().enumerate().filter(|(at, _)| !(first..first + assigned.len()).contains(at)) {
        let column = shown.get(at).and_then(|o| assigned.iter().position(|a| a.id == o.id));
        let source = column.and_then(|column| relation.outputs.get(first + column)).unwrap_or(output);
        let named = binder.output(output.name.clone(), output.ty);
        projected.items.push((named, Bound::Column { id: source.id, ty: source.ty }));
    }
    projected.relation(relation)
}

/// What a step's expressions see.
struct Scope<'a> {
    /// Conditions: the row as it is.
    before: Vec<Output>,
    /// Assignments: the values assigned so far in place of the row's own.
    after: Vec<Output>,
    assigned: &'a [Output],
}

fn bind_step(
    binder: &mut Binder,
    scan: &Scan,
    step: &super::scan::ScanStep,
    declared: &[(Output, Value<'static>)],
    scope: &Scope<'_>,
) -> Result<Step> {
    let names: Vec<&str> = scan.steps.iter().map(|s| s.name.name.as_str()).collect();
    let condition = qualified(&step.condition, &names)?;
    let condition = binder.with_row(&scope.before, |binder| binder.predicate(&condition))?;
    // A column that is not assigned yet, or not by this step, has the row's own value.
    let first = declared.len() - scope.assigned.len();
    let own = |(at, o): (usize, &Output)| (first + at, Bound::Column { id: o.id, ty: o.ty });
    let mut assignments: Vec<(usize, Bound)> = scope.assigned.iter().enumerate().map(own).collect();
    for assignment in &step.assignments {
        let Some(name) = assignment.names.first() else {
            return Err(Diagnostic::error(Code::SYNTAX, assignment.value.span, "an assignment `Column = value` is expected here"));
        };
        let Some(at) = declared.iter().position(|(o, _)| o.name == name.name) else {
            return Err(Diagnostic::error(Code::UNKNOWN_COLUMN, name.span, format!("`{}` is not declared", name.name))
                .did_you_mean(&name.name, declared.iter().map(|(o, _)| o.name.as_str())));
        };
        let value = qualified(&assignment.value, &names)?;
        let value = binder.with_row(&scope.after, |binder| binder.scalar(&value))?;
        assignments.push((at, convert(value, declared[at].0.ty)));
    }
    let output = match step.output.as_ref().map(|o| (o.name.as_str(), o.span)) {
        None | Some(("all", _)) => Shown::All,
        Some(("last", _)) => Shown::Last,
        Some(("none", _)) => Shown::None,
        Some((other, span)) => {
            return Err(Diagnostic::error(
                Code::INVALID_PARAMETER,
                span,
                format!("the output cannot be `{other}`: it is all, last or none"),
            ));
        }
    };
    Ok(Step { name: step.name.name.clone(), condition, assignments, output })
}

/// `step.column` as a name of its own, everywhere in an expression.
fn qualified(expr: &Expr, steps: &[&str]) -> Result<Expr> {
    if let ExprKind::Member { object, name } = &expr.kind
        && let ExprKind::Name(step) = &object.kind
        && steps.contains(&step.as_str())
    {
        return Ok(Expr { kind: ExprKind::Name(state_name(step, &name.name)), span: expr.span });
    }
    super::rewrite::parts(expr, &mut |part| qualified(part, steps))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    /// Only the last row of the step in each match.
    Last,
    None,
}

#[derive(Debug)]
struct Step {
    name: String,
    condition: Bound,
    assignments: Vec<(usize, Bound)>,
    output: Shown,
}

#[derive(Debug)]
struct Machine {
    /// The columns of the input, of which the first `width` show.
    ids: Vec<ColumnId>,
    width: usize,
    declared: Vec<(Output, Value<'static>)>,
    /// Per step: its copies of the shown and declared columns.
    states: Vec<Vec<Output>>,
    steps: Vec<Step>,
    partition: Vec<Bound>,
    with_match_id: bool,
    with_step_name: bool,
    context: Context,
}

/// A match that has come as far as a step.
#[derive(Clone)]
struct State {
    match_id: i64,
    /// The last row of each step, as far as it has one.
    rows: Vec<Option<Extended>>,
}

/// A row of the input with its declared columns.
#[derive(Clone)]
struct Extended {
    row: u32,
    declared: Vec<Value<'static>>,
}

impl Transform for Machine {
    fn name(&self) -> &str {
        "scan"
    }

    fn apply(&self, inputs: Vec<Batch>) -> Result<Batch> {
        let Some(batch) = inputs.into_iter().next() else { return Ok(Batch::empty([])) };
        let input = Layout::new(self.ids.iter().copied());
        let keys =
            self.partition.iter().map(|e| Ok(Compiled::new(e, &input, &self.context)?.column(&batch))).collect::<Result<Vec<_>>>()?;
        let run = Run::new(self, &batch)?;
        let mut states: HashMap<usize, Vec<Option<State>>> = HashMap::new();
        let mut found = Found::default();
        for (row, group) in group_rows(&keys, batch.rows).into_iter().enumerate() {
            let states = states.entry(group).or_insert_with(|| vec![None; self.steps.len()]);
            run.row(row as u32, states, &mut found);
        }
        let mut left: Vec<(usize, Vec<Option<State>>)> = states.into_iter().collect();
        left.sort_by_key(|(group, _)| *group);
        for state in left.iter().flat_map(|(_, states)| states.iter().flatten()) {
            for (k, step) in self.steps.iter().enumerate() {
                if let (Shown::Last, Some(last)) = (step.output, &state.rows[k]) {
                    found.rows.push((last.clone(), state.match_id, k));
                }
            }
        }
        Ok(self.assemble(&batch, &found))
    }
}

#[derive(Default)]
struct Found {
    /// With the match and the step that each belongs to.
    rows: Vec<(Extended, i64, usize)>,
    matches: i64,
}

impl Machine {
    fn assemble(&self, batch: &Batch, found: &Found) -> Batch {
        let rows = arrow::array::UInt32Array::from_iter_values(found.rows.iter().map(|(e, ..)| e.row));
        let mut columns: Vec<Column> = batch.columns[..self.width].iter().map(|c| c.take(&rows)).collect();
        for (at, (output, _)) in self.declared.iter().enumerate() {
            let mut builder = ColumnBuilder::new(output.ty, found.rows.len());
            found.rows.iter().for_each(|(e, ..)| builder.push(e.declared[at].clone()));
            columns.push(builder.finish());
        }
        if self.with_match_id {
            columns.push(Column::from_values(Type::Long, found.rows.iter().map(|(_, id, _)| Value::Long(*id))));
        }
        if self.with_step_name {
            let names = found.rows.iter().map(|(_, _, step)| Value::string(self.steps[*step].name.as_str()));
            columns.push(Column::from_values(Type::String, names));
        }
        Batch { columns, rows: found.rows.len() }
    }
}

/// Where a column that the steps' expressions read comes from.
enum Origin {
    Input(usize),
    Declared(usize),
    State { step: usize, column: usize },
}

/// A scan made ready over its input: only the columns that expressions read are laid out per row.
struct Run<'a> {
    machine: &'a Machine,
    batch: &'a Batch,
    origins: Vec<(Origin, Type)>,
    steps: Vec<(Compiled, Vec<(usize, Compiled)>)>,
}

impl<'a> Run<'a> {
    fn new(machine: &'a Machine, batch: &'a Batch) -> Result<Run<'a>> {
        let mut ids: Vec<ColumnId> = Vec::new();
        for step in &machine.steps {
            for expr in std::iter::once(&step.condition).chain(step.assignments.iter().map(|(_, e)| e)) {
                expr.walk(&mut |e| {
                    if let Bound::Column { id, .. } = e
                        && !ids.contains(id)
                    {
                        ids.push(*id);
                    }
                });
            }
        }
        let layout = Layout::new(ids.iter().copied());
        let compile = |e: &Bound| Compiled::new(e, &layout, &machine.context);
        let mut steps = Vec::new();
        for step in &machine.steps {
            let assignments = step.assignments.iter().map(|(at, e)| Ok((*at, compile(e)?))).collect::<Result<_>>()?;
            steps.push((compile(&step.condition)?, assignments));
        }
        let origins = ids.iter().filter_map(|id| machine.origin(*id, batch)).collect();
        Ok(Run { machine, batch, origins, steps })
    }

    /// The columns for one row, with `state` as what the steps saw so far.
    fn cells(&self, row: u32, declared: &[Value<'static>], state: Option<&State>) -> Batch {
        let width = self.machine.width;
        let cell = |(origin, ty): &(Origin, Type)| match origin {
            Origin::Input(at) => self.batch.columns[*at].slice(row as usize, 1),
            Origin::Declared(at) => Column::constant(*ty, &declared[*at], 1),
            Origin::State { step, column } => match (state.and_then(|s| s.rows[*step].as_ref()), column.checked_sub(width)) {
                (Some(seen), None) => self.batch.columns[*column].slice(seen.row as usize, 1),
                (Some(seen), Some(at)) => Column::constant(*ty, &seen.declared[at], 1),
                (None, None) => Column::nulls(*ty, 1),
                (None, Some(at)) => Column::constant(*ty, &self.machine.declared[at].1, 1),
            },
        };
        Batch { columns: self.origins.iter().map(cell).collect(), rows: 1 }
    }

    fn meets(&self, step: usize, row: u32, state: Option<&State>) -> bool {
        let cells = self.cells(row, &self.defaults(), state);
        matches!(self.steps[step].0.evaluate(&cells).value(0), Value::Bool(true))
    }

    fn defaults(&self) -> Vec<Value<'static>> {
        self.machine.declared.iter().map(|(_, default)| default.clone()).collect()
    }

    /// One row through all steps, the last step first.
    fn row(&self, row: u32, states: &mut [Option<State>], found: &mut Found) {
        for k in (0..self.steps.len()).rev() {
            if k > 0
                && let Some(before) = &states[k - 1]
                && self.meets(k, row, Some(before))
            {
                if let Some(ended) = states[k].take() {
                    self.flush(&ended, found);
                }
                states[k] = states[k - 1].take();
            } else if states[k].is_some() {
                if !self.meets(k, row, states[k].as_ref()) {
                    continue;
                }
            } else if k == 0 && self.meets(0, row, None) {
                states[0] = Some(State { match_id: found.matches, rows: vec![None; self.steps.len()] });
                found.matches += 1;
            } else {
                continue;
            }
            if let Some(state) = &mut states[k] {
                self.take(k, row, state, found);
            }
        }
    }

    /// Makes the row the step's last, with its assignments.
    fn take(&self, k: usize, row: u32, state: &mut State, found: &mut Found) {
        let mut declared = self.defaults();
        for (at, value) in &self.steps[k].1 {
            let cells = self.cells(row, &declared, Some(state));
            declared[*at] = value.evaluate(&cells).value(0).into_owned();
        }
        let extended = Extended { row, declared };
        if self.machine.steps[k].output == Shown::All {
            found.rows.push((extended.clone(), state.match_id, k));
        }
        state.rows[k] = Some(extended);
    }

    /// The rows that only the end of a match shows.
    fn flush(&self, ended: &State, found: &mut Found) {
        for (k, step) in self.machine.steps.iter().enumerate() {
            if let (Shown::Last, Some(last)) = (step.output, &ended.rows[k]) {
                found.rows.push((last.clone(), ended.match_id, k));
            }
        }
    }
}

impl Machine {
    fn origin(&self, id: ColumnId, batch: &Batch) -> Option<(Origin, Type)> {
        if let Some(at) = self.ids.iter().position(|i| *i == id) {
            return Some((Origin::Input(at), batch.columns.get(at)?.ty()));
        }
        if let Some(at) = self.declared.iter().position(|(o, _)| o.id == id) {
            return Some((Origin::Declared(at), self.declared[at].0.ty));
        }
        self.states.iter().enumerate().find_map(|(step, columns)| {
            let column = columns.iter().position(|o| o.id == id)?;
            Some((Origin::State { step, column }, columns[column].ty))
        })
    }
}
