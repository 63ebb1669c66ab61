//! Late materialisation: `arg_max(t, *)` needs every column of few rows. The scan reads what decides, and where each record
//! stands; the other columns are read again at the end, of the rows that won alone.

use std::collections::HashMap;

use crate::plan::{AggregateCall, ColumnId, Expr, Relation, RelationKind, ScanColumn};
use crate::value::{Batch, Column, Type};

/// An `Aggregate` over a scan that picks rows, split in two.
pub struct Late {
    /// Over a scan that has the place instead of the columns that can wait.
    pub input: Relation,
    pub call: AggregateCall,
    pub table: String,
    waiting: Vec<ScanColumn>,
    /// For each argument of the original call: its place in the new call, or in the columns that waited.
    sources: Vec<Found>,
}

enum Found {
    Now(usize),
    Later(usize),
}

/// Fewer columns than this are as fast read at once.
const FEW: usize = 6;

impl Late {
    /// `None` where the aggregate is not of this kind.
    pub fn split(input: &Relation, keys: &[(ColumnId, Expr)], calls: &[AggregateCall], has_places: impl Fn(&str) -> bool) -> Option<Late> {
        let [call] = calls else { return None };
        if !matches!(call.aggregate.name, "arg_max" | "arg_min") || call.arguments.len() < FEW {
            return None;
        }
        let (scan, table) = scan_below(input)?;
        if !has_places(table) {
            return None;
        }
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
        let place = ColumnId(u32::MAX);
        let mut arguments = Vec::new();
        let mut waiting: Vec<ScanColumn> = Vec::new();
        let mut sources = Vec::new();
        for (i, argument) in call.arguments.iter().enumerate() {
            match argument {
                Expr::Column { id, .. } if i > 0 && !needed.contains(id) => {
                    waiting.push((*columns.get(id)?).clone());
                    sources.push(Found::Later(waiting.len() - 1));
                }
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
        if waiting.len() < FEW {
            return None;
        }
        arguments.push(Expr::Column { id: place, ty: Type::Long });
        let outputs = arguments.iter().map(|a| (place, a.ty())).collect();
        let call = AggregateCall { aggregate: call.aggregate, arguments, filter: call.filter.clone(), outputs };
        let table = table.to_owned();
        Some(Late { input: with_place(input, &needed, place), call, table, waiting, sources })
    }

    pub fn columns(&self) -> &[ScanColumn] {
        &self.waiting
    }

    /// The places of the rows that won, out of the new call's last column; `None` where there was no row.
    pub fn places(&self, aggregated: &Batch) -> Option<Vec<i64>> {
        aggregated.columns.last()?.longs().iter().collect()
    }

    /// The result as the original aggregate gives it.
    pub fn assemble(&self, keys: usize, aggregated: Batch, fetched: Batch) -> Batch {
        let mut columns: Vec<Column> = aggregated.columns[..keys].to_vec();
        columns.extend(self.sources.iter().map(|source| match source {
            Found::Now(at) => aggregated.columns[keys + at].clone(),
            Found::Later(at) => fetched.columns[*at].clone(),
        }));
        Batch { columns, rows: aggregated.rows }
    }
}

fn scan_below(relation: &Relation) -> Option<(&Vec<ScanColumn>, &str)> {
    match &relation.kind {
        RelationKind::Scan { table, columns, .. } => Some((columns, table)),
        RelationKind::Filter { input, .. } if matches!(input.kind, RelationKind::Scan { .. }) => scan_below(input),
        _ => None,
    }
}

/// The scan with the needed columns and the place.
fn with_place(relation: &Relation, needed: &std::collections::HashSet<ColumnId>, place: ColumnId) -> Relation {
    let mut relation = relation.clone();
    match &mut relation.kind {
        RelationKind::Scan { columns, .. } => {
            columns.retain(|c| needed.contains(&c.id));
            columns.push(ScanColumn { id: place, column: "$place".to_owned(), steps: Vec::new(), ty: Type::Long });
            relation.outputs.retain(|o| needed.contains(&o.id));
            relation.outputs.push(crate::plan::Output { id: place, name: String::new(), ty: Type::Long });
        }
        RelationKind::Filter { input, .. } => {
            **input = with_place(input, needed, place);
            relation.outputs = input.outputs.clone();
        }
        _ => {}
    }
    relation
}
