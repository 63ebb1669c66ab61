//! Late materialisation: `arg_max(t, *)` needs every column of few rows. The scan reads what decides, and where each record
//! stands; the other columns are read again at the end, of the rows that won alone.

use std::collections::HashMap;

use crate::diagnostic::Result;
use crate::plan::{AggregateCall, ColumnId, Expr, Relation, RelationKind, ScanColumn};
use crate::value::{Batch, Column, Type, Value};

/// An `Aggregate` over a scan that picks rows, split in two.
pub struct Late {
    /// Over a scan that has the place, or the record, instead of the columns that can wait.
    pub input: Relation,
    pub call: AggregateCall,
    pub table: String,
    /// How many columns tell the place.
    places: usize,
    waiting: Vec<ScanColumn>,
    /// For each argument of the original call: its place in the new call, or in the columns that waited.
    sources: Vec<Found>,
}

enum Found {
    Now(usize),
    Later(usize),
    /// Computed from columns that waited.
    Computed(Expr),
}

/// Fewer columns than this are as fast read at once.
const FEW: usize = 6;

impl Late {
    /// `None` where the aggregate is not of this kind.
    pub fn split(
        input: &Relation,
        keys: &[(ColumnId, Expr)],
        calls: &[AggregateCall],
        places: impl Fn(&str) -> &'static [(&'static str, Type)],
    ) -> Option<Late> {
        let [call] = calls else { return None };
        if !matches!(call.aggregate.name, "arg_max" | "arg_min") || call.arguments.len() < FEW {
            return None;
        }
        let (computed, input) = match &input.kind {
            RelationKind::Project { input, columns } => (columns.as_slice(), &**input),
            _ => (&[][..], input),
        };
        let (scan, table) = scan_below(input)?;
        let places = places(table);
        let mut needed = std::collections::HashSet::new();
        let mut read = |e: &Expr| {
            e.walk(&mut |e| {
                if let Expr::Column { id, .. } = e {
                    needed.insert(*id);
                }
            })
        };
        keys.iter().for_each(|(_, e)| read(e));
        read(&call.arguments[0]);
        if let RelationKind::Filter { predicate, .. } = &input.kind {
            read(predicate);
        }
        let columns: HashMap<ColumnId, &ScanColumn> = scan.iter().map(|c| (c.id, c)).collect();
        if needed.iter().any(|id| !columns.contains_key(id)) {
            return None;
        }
        let mut arguments = Vec::new();
        let mut waiting: Vec<ScanColumn> = Vec::new();
        let mut sources = Vec::new();
        for (i, argument) in call.arguments.iter().enumerate() {
            match argument {
                Expr::Column { id, .. } if i > 0 && !needed.contains(id) => match columns.get(id) {
                    Some(column) => {
                        let at = waiting.iter().position(|w| w.id == column.id).unwrap_or(waiting.len());
                        if at == waiting.len() {
                            waiting.push((*column).clone());
                        }
                        sources.push(Found::Later(at));
                    }
                    None => {
                        let (_, expr) = computed.iter().find(|(own, _)| own == id)?;
                        let mut read = Vec::new();
                        expr.walk(&mut |e| {
                            if let Expr::Column { id, .. } = e {
                                read.push(*id)
                            }
                        });
                        for id in read {
                            let column = columns.get(&id)?;
                            if !waiting.iter().any(|w| w.id == column.id) {
                                waiting.push((*column).clone());
                            }
                        }
                        sources.push(Found::Computed(expr.clone()));
                    }
                },
                other => {
                    let mut own = Vec::new();
                    other.walk(&mut |e| {
                        if let Expr::Column { id, .. } = e {
                            own.push(*id)
                        }
                    });
                    needed.extend(own);
                    sources.push(Found::Now(arguments.len()));
                    arguments.push(other.clone());
                }
            }
        }
        if places.is_empty() || waiting.len() < FEW || needed.iter().any(|id| !columns.contains_key(id)) {
            return None;
        }
        arguments.extend(places.iter().enumerate().map(|(at, (_, ty))| Expr::Column { id: place(at), ty: *ty }));
        let outputs = arguments.iter().map(|a| (place(0), a.ty())).collect();
        let call = AggregateCall { aggregate: call.aggregate, arguments, filter: call.filter.clone(), outputs };
        let table = table.to_owned();
        Some(Late { input: with_places(input, &needed, places), call, table, places: places.len(), waiting, sources })
    }

    pub fn columns(&self) -> &[ScanColumn] {
        &self.waiting
    }

    /// The places of the rows that won, out of the new call's last columns; `None` where there was no row.
    pub fn places<'b>(&self, aggregated: &'b Batch) -> Option<&'b [Column]> {
        let columns = &aggregated.columns[aggregated.columns.len().checked_sub(self.places)?..];
        let column = columns.first()?;
        let known = |row| !matches!(column.value(row), Value::Null);
        (0..column.len()).all(known).then_some(columns)
    }

    /// The result as the original aggregate gives it.
    /// `compute` evaluates an expression over the fetched columns.
    pub fn assemble(
        &self,
        keys: usize,
        aggregated: Batch,
        fetched: Batch,
        compute: impl Fn(&Expr, &Batch) -> Result<Column>,
    ) -> Result<Batch> {
        let mut columns: Vec<Column> = aggregated.columns[..keys].to_vec();
        for source in &self.sources {
            columns.push(match source {
                Found::Now(at) => aggregated.columns[keys + at].clone(),
                Found::Later(at) => fetched.columns[*at].clone(),
                Found::Computed(expr) => compute(expr, &fetched)?,
            });
        }
        Ok(Batch { columns, rows: aggregated.rows })
    }
}

fn scan_below(relation: &Relation) -> Option<(&Vec<ScanColumn>, &str)> {
    match &relation.kind {
        RelationKind::Scan { table, columns, .. } => Some((columns, table)),
        RelationKind::Filter { input, .. } if matches!(input.kind, RelationKind::Scan { .. }) => scan_below(input),
        _ => None,
    }
}

/// The columns that tell the place, which nothing else in the plan is called.
fn place(number: usize) -> ColumnId {
    ColumnId(u32::MAX - number as u32)
}

/// The scan with the needed columns and the place.
fn with_places(relation: &Relation, needed: &std::collections::HashSet<ColumnId>, places: &[(&str, Type)]) -> Relation {
    let mut relation = relation.clone();
    match &mut relation.kind {
        RelationKind::Scan { columns, .. } => {
            columns.retain(|c| needed.contains(&c.id));
            relation.outputs.retain(|o| needed.contains(&o.id));
            for (at, (name, ty)) in places.iter().enumerate() {
                columns.push(ScanColumn { id: place(at), column: (*name).to_owned(), steps: Vec::new(), ty: *ty });
                relation.outputs.push(crate::plan::Output { id: place(at), name: String::new(), ty: *ty });
            }
        }
        RelationKind::Filter { input, .. } => {
            **input = with_places(input, needed, places);
            relation.outputs = input.outputs.clone();
        }
        _ => {}
    }
    relation
}
