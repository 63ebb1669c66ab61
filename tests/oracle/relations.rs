//! Relations row by row, from their definitions in `plan::RelationKind`.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use kalypso::plan::{
    AggregateCall, ColumnId, Context, Expr, JoinKind, Parts, Relation, RelationKind, SortKey, Unnest, UnnestKind, WindowCall,
};
use kalypso::value::{Json, Type, Value};

use super::aggregates::{aggregate, same};
use super::expressions::{Row, settled};
use super::tables::{Cells, World, batch};

type Rows = Result<Vec<Cells>, String>;

pub struct Oracle<'a> {
    pub world: &'a World<'a>,
    pub context: &'a Context,
}

fn ids(relation: &Relation) -> Vec<ColumnId> {
    relation.outputs.iter().map(|o| o.id).collect()
}

fn nulls(relation: &Relation) -> Cells {
    relation.outputs.iter().map(|o| settled(Value::Null, o.ty)).collect()
}

impl Oracle<'_> {
    /// All rows of a relation in order; `group` stands for the rows of the part inside a `partition`.
    pub fn rows(&self, relation: &Relation, group: Option<&[Cells]>) -> Rows {
        let input = |input: &Relation| self.rows(input, group);
        match &relation.kind {
            RelationKind::Scan { table, columns, .. } => Ok(self.world.scanned(table, columns)),
            RelationKind::Values(batches) => {
                let of = |b: &kalypso::value::Batch| {
                    (0..b.rows).map(|row| b.columns.iter().map(|c| c.value(row).into_owned()).collect()).collect::<Vec<Cells>>()
                };
                Ok(batches.iter().flat_map(of).collect())
            }
            RelationKind::Series(series) => {
                let batch = series.batch(0, series.rows);
                Ok((0..batch.rows).map(|row| batch.columns.iter().map(|c| c.value(row).into_owned()).collect()).collect())
            }
            RelationKind::Group => Ok(group.unwrap_or_default().to_vec()),
            RelationKind::Filter { input: from, predicate } => {
                let mut kept = Vec::new();
                for row in input(from)? {
                    if matches!(self.value(predicate, from, &row)?, Value::Bool(true)) {
                        kept.push(row);
                    }
                }
                Ok(kept)
            }
            RelationKind::Project { input: from, columns } => {
                input(from)?.iter().map(|row| columns.iter().map(|(_, e)| self.value(e, from, row)).collect()).collect()
            }
            RelationKind::Limit { input: from, count } => Ok(input(from)?.into_iter().take(*count).collect()),
            RelationKind::Sort { input: from, keys, limit } => self.sort(from, input(from)?, keys, limit.unwrap_or(usize::MAX)),
            RelationKind::Union { inputs } => Ok(inputs.iter().map(input).collect::<Result<Vec<_>, _>>()?.concat()),
            RelationKind::Aggregate { input: from, keys, calls } => self.aggregate(from, input(from)?, keys, calls),
            RelationKind::Join { left, right, kind, on } => self.join([left, right], [input(left)?, input(right)?], *kind, on),
            RelationKind::Unnest { input: from, columns, kind, limit, index } => {
                let mut rows = Vec::new();
                for row in input(from)? {
                    rows.extend(self.unnest(from, &row, columns, *kind, limit.unwrap_or(usize::MAX), index.is_some())?);
                }
                Ok(rows)
            }
            RelationKind::Window { input: from, calls } => self.window(from, input(from)?, calls),
            RelationKind::Partition { input: from, parts, carried, body } => {
                let mut all = Vec::new();
                let parts = match parts {
                    Parts::Keys(keys) => self.groups(from, input(from)?, &keys.iter().collect::<Vec<_>>())?,
                    Parts::Elements(index) => self.elements(from, input(from)?, index)?,
                };
                for part in parts {
                    let carried: Cells = carried.iter().map(|(_, e)| self.value(e, from, &part[0])).collect::<Result<_, _>>()?;
                    all.extend(self.rows(body, Some(&part))?.into_iter().map(|row| [carried.clone(), row].concat()));
                }
                Ok(all)
            }
            RelationKind::Apply { inputs, transform } => {
                let types = |r: &Relation| r.outputs.iter().map(|o| o.ty).collect::<Vec<Type>>();
                let batches = inputs.iter().map(|i| Ok(batch(&input(i)?, &types(i)))).collect::<Result<_, String>>()?;
                let result = transform.apply(batches).map_err(|error| error.message)?;
                Ok((0..result.rows).map(|row| result.columns.iter().map(|c| c.value(row).into_owned()).collect()).collect())
            }
        }
    }

    fn value(&self, expr: &Expr, over: &Relation, row: &Cells) -> Result<Value<'static>, String> {
        Row { ids: &ids(over), cells: row, context: self.context }.value(expr)
    }

    /// Rows with equal keys together, in the order of the first of each.
    fn groups(&self, over: &Relation, rows: Vec<Cells>, keys: &[&Expr]) -> Result<Vec<Vec<Cells>>, String> {
        let mut groups: Vec<(Cells, Vec<Cells>)> = Vec::new();
        for row in rows {
            let key: Cells = keys.iter().map(|k| self.value(k, over, &row)).collect::<Result<_, _>>()?;
            match groups.iter_mut().find(|(other, _)| all_same(other, &key)) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        Ok(groups.into_iter().map(|(_, rows)| rows).collect())
    }

    /// The rows that were one before they were expanded: from each with a first element on.
    fn elements(&self, over: &Relation, rows: Vec<Cells>, index: &Expr) -> Result<Vec<Vec<Cells>>, String> {
        let mut parts: Vec<Vec<Cells>> = Vec::new();
        for row in rows {
            match (self.value(index, over, &row)?, parts.last_mut()) {
                (Value::Long(0), _) | (_, None) => parts.push(vec![row]),
                (_, Some(part)) => part.push(row),
            }
        }
        Ok(parts)
    }

    fn sort(&self, over: &Relation, rows: Vec<Cells>, keys: &[SortKey], limit: usize) -> Rows {
        let mut sorted: Vec<(Cells, Cells)> = Vec::new();
        for row in rows {
            let key: Cells = keys.iter().map(|k| self.value(&k.expr, over, &row)).collect::<Result<_, _>>()?;
            let at = sorted.iter().position(|(other, _)| order(&key, other, keys) == Ordering::Less).unwrap_or(sorted.len());
            sorted.insert(at, (key, row));
        }
        Ok(sorted.into_iter().map(|(_, row)| row).take(limit).collect())
    }

    fn aggregate(&self, over: &Relation, rows: Vec<Cells>, keys: &[(ColumnId, Expr)], calls: &[AggregateCall]) -> Rows {
        let exprs: Vec<&Expr> = keys.iter().map(|(_, e)| e).collect();
        let mut groups = self.groups(over, rows, &exprs)?;
        if keys.is_empty() && groups.is_empty() {
            groups.push(Vec::new());
        }
        let mut results = Vec::new();
        for rows in groups {
            let mut result: Cells = match rows.first() {
                Some(first) => exprs.iter().map(|k| self.value(k, over, first).map(key_shown)).collect::<Result<_, _>>()?,
                None => Vec::new(),
            };
            for call in calls {
                let mut arguments = Vec::new();
                for row in &rows {
                    let counts = match &call.filter {
                        Some(filter) => matches!(self.value(filter, over, row)?, Value::Bool(true)),
                        None => true,
                    };
                    if counts {
                        arguments.push(call.arguments.iter().map(|a| self.value(a, over, row)).collect::<Result<_, _>>()?);
                    }
                }
                let types: Vec<Type> = call.arguments.iter().map(Expr::ty).collect();
                let values = aggregate(call.aggregate.name, &types, &arguments)?;
                result.extend(values.into_iter().zip(&call.outputs).map(|(value, (_, ty))| settled(value, *ty)));
            }
            results.push(result);
        }
        Ok(results)
    }

    fn join(&self, sides: [&Relation; 2], rows: [Vec<Cells>; 2], kind: JoinKind, on: &[(Expr, Expr)]) -> Rows {
        let mut right_matched = vec![false; rows[1].len()];
        let key = |side: usize, row: &Cells| {
            on.iter().map(|pair| self.value([&pair.0, &pair.1][side], sides[side], row)).collect::<Result<Cells, String>>()
        };
        let rights = rows[1].iter().map(|row| key(1, row)).collect::<Result<Vec<_>, _>>()?;
        let mut seen: Vec<Cells> = Vec::new();
        let mut joined = Vec::new();
        for row in &rows[0] {
            let own = key(0, row)?;
            let again = seen.iter().any(|k| all_same(k, &own));
            seen.push(own.clone());
            if again && kind == JoinKind::InnerUnique {
                continue;
            }
            let partners: Vec<usize> = (0..rights.len()).filter(|at| all_same(&rights[*at], &own)).collect();
            partners.iter().for_each(|at| right_matched[*at] = true);
            let pairs = partners.iter().map(|at| [row.clone(), rows[1][*at].clone()].concat());
            match kind {
                JoinKind::Inner | JoinKind::InnerUnique | JoinKind::RightOuter => joined.extend(pairs),
                JoinKind::LeftOuter | JoinKind::FullOuter if partners.is_empty() => joined.push([row.clone(), nulls(sides[1])].concat()),
                JoinKind::LeftOuter | JoinKind::FullOuter => joined.extend(pairs),
                JoinKind::LeftSemi if !partners.is_empty() => joined.push(row.clone()),
                JoinKind::LeftAnti if partners.is_empty() => joined.push(row.clone()),
                _ => {}
            }
        }
        for (row, matched) in rows[1].iter().zip(right_matched) {
            match kind {
                JoinKind::RightOuter | JoinKind::FullOuter if !matched => joined.push([nulls(sides[0]), row.clone()].concat()),
                JoinKind::RightSemi if matched => joined.push(row.clone()),
                JoinKind::RightAnti if !matched => joined.push(row.clone()),
                _ => {}
            }
        }
        Ok(joined)
    }

    fn unnest(&self, over: &Relation, row: &Cells, columns: &[Unnest], kind: UnnestKind, limit: usize, index: bool) -> Rows {
        let mut expanded = Vec::new();
        for column in columns {
            let value = self.value(&column.source, over, row)?;
            let items: Cells = elements(&value, kind);
            expanded.push((items, column.ty));
        }
        let longest = expanded.iter().map(|(items, _)| items.len()).max().unwrap_or(0).min(limit);
        let one = |at: usize| {
            let mut cells = row.clone();
            for (items, ty) in &expanded {
                let item = items.get(at).cloned().unwrap_or(Value::Null);
                cells.push(settled(element(item, *ty), *ty));
            }
            cells.extend(index.then_some(Value::Long(at as i64)));
            cells
        };
        Ok((0..longest).map(one).collect())
    }

    fn window(&self, over: &Relation, rows: Vec<Cells>, calls: &[WindowCall]) -> Rows {
        let mut known = ids(over);
        let mut rows = rows;
        for call in calls {
            let mut arguments: Vec<Cells> = Vec::new();
            for row in &rows {
                let row = Row { ids: &known, cells: row, context: self.context };
                arguments.push(call.arguments.iter().map(|a| row.value(a)).collect::<Result<_, _>>()?);
            }
            let values = window(call.function.name, &arguments)?;
            rows.iter_mut().zip(values).for_each(|(row, value)| row.push(settled(value, call.ty)));
            known.push(call.output);
        }
        Ok(rows)
    }
}

fn all_same(a: &[Value<'static>], b: &[Value<'static>]) -> bool {
    a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn order(a: &Cells, b: &Cells, keys: &[SortKey]) -> Ordering {
    let one = |((a, b), key): ((&Value<'static>, &Value<'static>), &SortKey)| match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => {
            if key.nulls_first {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, true) => {
            if key.nulls_first {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        _ if key.descending => b.compare(a),
        _ => a.compare(b),
    };
    a.iter().zip(b).zip(keys).map(one).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

/// A key in a result stands for all values that are the same: one zero, no trailing zeros.
fn key_shown(value: Value<'static>) -> Value<'static> {
    match value {
        Value::Real(v) => Value::Real(v + 0.0),
        Value::Decimal(v) => Value::Decimal(v.normalized()),
        other => other,
    }
}

/// An array's elements, a bag's properties, and anything else as it is.
fn elements(value: &Value<'static>, kind: UnnestKind) -> Cells {
    let Value::Dynamic(dynamic) = value else { return vec![value.clone()] };
    match dynamic.json() {
        Json::Array(items) => items.into_iter().map(Json::into_dynamic).collect(),
        Json::Object(members) => members
            .into_iter()
            .map(|(key, value)| match kind {
                UnnestKind::Bag => Json::Object(vec![(key, value)]).into_dynamic(),
                UnnestKind::Array => Json::Array(vec![Json::String(key), value]).into_dynamic(),
            })
            .collect(),
        _ => vec![value.clone()],
    }
}

/// A window function's value in each row, from the arguments of all rows.
fn window(name: &str, rows: &[Cells]) -> Result<Cells, String> {
    let neighbour = |at: usize, by: i64| {
        let by = by * rows[at].get(1).map_or(1, |n| n.as_i64().unwrap_or(1));
        let default = rows[at].get(2).cloned().unwrap_or(Value::Null);
        usize::try_from(at as i64 + by).ok().and_then(|at| rows.get(at)).map_or(default, |row| row[0].clone())
    };
    let value = |at: usize| match name {
        "prev" => Ok(neighbour(at, -1)),
        "next" => Ok(neighbour(at, 1)),
        "row_number" => Ok(Value::Long(at as i64 + 1)),
        "row_cumsum" => Ok(Value::Long(rows[..=at].iter().filter_map(|row| row[0].as_i64()).fold(0, i64::wrapping_add))),
        "row_rank_dense" => {
            let changes = rows[..=at].windows(2).filter(|pair| pair[0][0].compare(&pair[1][0]).is_ne()).count();
            Ok(Value::Long(changes as i64 + 1))
        }
        other => Err(format!("the oracle has no {other}()")),
    };
    (0..rows.len()).map(value).collect()
}

/// The kinds of relation in a plan.
pub fn kinds(relation: &Relation, found: &mut BTreeSet<String>) {
    let kind = format!("{:?}", relation.kind);
    found.insert(kind.chars().take_while(|c| c.is_alphanumeric()).collect());
    relation.inputs().into_iter().for_each(|input| kinds(input, found));
}

/// What `to typeof(ty)` makes of an element: it depends on what the element is, not on what its text could be read as.
fn element(item: Value<'static>, ty: Type) -> Value<'static> {
    let json = Json::from_value(&item);
    let whole = matches!(json, Json::Long(_));
    let number = whole || matches!(json, Json::Real(_) | Json::Decimal(_));
    let kept = match ty {
        Type::Dynamic => return item,
        Type::String => return item.convert(ty).into_owned(),
        Type::Int | Type::Long | Type::Real => number,
        Type::Decimal => matches!(json, Json::Decimal(_)),
        Type::Bool => whole || matches!(json, Json::Bool(_)),
        Type::DateTime => matches!(json, Json::String(_) | Json::DateTime(_)),
        Type::Guid => matches!(json, Json::String(_) | Json::Guid(_)),
        Type::TimeSpan => matches!(json, Json::TimeSpan(_)),
    };
    if kept { json.into_scalar().convert(ty).into_owned() } else { Value::Null }
}
