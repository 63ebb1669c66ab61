//! Two generated tables with a column of every type, as the binder's catalog and the executor's source, cut into chunks of any size.

use std::sync::Mutex;

use kalypso::bind::{Catalog, Table};
use kalypso::diagnostic::Result;
use kalypso::execute::{Bounds, Executor};
use kalypso::plan::{ChunkTask, Expr, Relation, ScanColumn, ScanStream, Source};
use kalypso::value::{Batch, Column, DateTime, Decimal, Field, Guid, TimeSpan, Type, Value};

use super::expressions::{Row, settled};
use super::tape::Tape;

pub type Cells = Vec<Value<'static>>;

/// Name and type of each column of both tables.
pub const COLUMNS: [(&str, Type); 10] = [
    ("b", Type::Bool),
    ("i", Type::Int),
    ("l", Type::Long),
    ("r", Type::Real),
    ("m", Type::Decimal),
    ("t", Type::DateTime),
    ("d", Type::TimeSpan),
    ("s", Type::String),
    ("g", Type::Guid),
    ("j", Type::Dynamic),
];

/// The rows of the tables `T` and `U`.
pub struct Tables(pub [Vec<Cells>; 2]);

impl Tables {
    pub fn new(first: &[u16], second: &[u16]) -> Tables {
        Tables([first, second].map(|numbers| {
            let mut tape = Tape::new(numbers);
            let mut rows = Vec::new();
            while !tape.is_over() {
                rows.push(COLUMNS.iter().map(|(_, ty)| cell(*ty, &mut tape)).collect());
            }
            rows
        }))
    }

    /// As `let` statements, for a report.
    pub fn text(&self) -> String {
        let header: Vec<String> = COLUMNS.iter().map(|(name, ty)| format!("{name}:{ty}")).collect();
        let table = |(name, rows): (&str, &Vec<Cells>)| {
            let row = |row: &Cells| row.iter().zip(COLUMNS).map(|(v, (_, ty))| literal(v, ty)).collect::<Vec<_>>().join(", ");
            format!("let {name} = datatable({})[\n  {}];\n", header.join(", "), rows.iter().map(row).collect::<Vec<_>>().join(",\n  "))
        };
        ["T", "U"].into_iter().zip(&self.0).map(table).collect()
    }
}

fn literal(value: &Value<'_>, ty: Type) -> String {
    match value {
        Value::Null => format!("{ty}(null)"),
        Value::String(text) => format!("'{text}'"),
        Value::Real(v) if v.is_nan() => "real(nan)".to_owned(),
        Value::Real(v) if v.is_infinite() => format!("real({}inf)", if *v < 0.0 { "-" } else { "+" }),
        other => format!("{ty}({})", other.to_cell()),
    }
}

/// Few values of each type, so that they meet: duplicates, ties, nulls and the odd ones.
fn cell(ty: Type, tape: &mut Tape) -> Value<'static> {
    match ty {
        Type::Bool => tape.pick(&[Some(true), Some(false), None]).map_or(Value::Null, Value::Bool),
        Type::Int => tape.pick(&[Some(1), Some(2), Some(-3), None, Some(0)]).map_or(Value::Null, Value::Int),
        Type::Long => tape.pick(&[Some(1), Some(2), None, Some(-7), Some(2), Some(i64::MAX)]).map_or(Value::Null, Value::Long),
        Type::Real => {
            let reals = [Some(1.5), Some(2.0), None, Some(-0.25), Some(0.0), Some(-0.0), Some(f64::NAN), Some(f64::INFINITY)];
            tape.pick(&reals).map_or(Value::Null, Value::Real)
        }
        Type::Decimal => {
            let texts = ["1.5", "", "1.50", "-2", "0.1"];
            Decimal::parse(tape.pick(&texts)).map_or(Value::Null, Value::Decimal)
        }
        Type::DateTime => {
            let texts = ["2024-05-01", "2024-05-01T12:00:00Z", "", "2023-12-31T23:59:59.9999999Z"];
            DateTime::parse(tape.pick(&texts)).map_or(Value::Null, Value::DateTime)
        }
        Type::TimeSpan => {
            let ticks = [Some(36_000_000_000), Some(0), None, Some(-1), Some(864_000_000_000)];
            tape.pick(&ticks).map_or(Value::Null, |ticks| Value::TimeSpan(TimeSpan::from_ticks(ticks)))
        }
        Type::String => Value::string(tape.pick(&["a", "b", "", "A", "a b", "é", "2", "[1,2]"])),
        Type::Guid => tape.pick(&[Some(1), None, Some(u128::MAX)]).map_or(Value::Null, |bits| Value::Guid(Guid(bits))),
        Type::Dynamic => {
            let texts =
                ["[1,2,\"a\"]", "", "{\"a\":1,\"b\":[true,null]}", "[]", "\"a\"", "2", "{}", "[[1],{\"a\":\"x\"}]", "{\"a\":\"a\"}"];
            Some(tape.pick(&texts)).filter(|t| !t.is_empty()).map_or(Value::Null, Value::dynamic)
        }
    }
}

/// The tables as the binder and the executor see them.
pub struct World<'a> {
    tables: &'a Tables,
    /// Rows of a chunk.
    chunk: usize,
    /// Leaves out the rows that the scan's predicate does not hold for, as a scan may.
    prefilter: bool,
}

impl<'a> World<'a> {
    pub fn new(tables: &'a Tables, chunk: usize, prefilter: bool) -> World<'a> {
        World { tables, chunk, prefilter }
    }

    /// The wanted columns of a table's rows.
    pub fn scanned(&self, table: &str, columns: &[ScanColumn]) -> Vec<Cells> {
        let rows = &self.tables.0[usize::from(table == "U")];
        rows.iter().map(|row| columns.iter().map(|c| scanned_cell(row, c)).collect()).collect()
    }
}

fn scanned_cell(row: &Cells, column: &ScanColumn) -> Value<'static> {
    let at = COLUMNS.iter().position(|(name, _)| *name == column.column);
    let value = at.map_or(Value::Null, |at| row[at].clone());
    let value = match (&value, column.steps.as_slice()) {
        (_, []) => value,
        (Value::Dynamic(dynamic), steps) => dynamic.path(steps).into_owned(),
        _ => Value::Null,
    };
    settled(value, column.ty)
}

impl Catalog for World<'_> {
    fn table(&self, name: &str) -> Option<Table> {
        let fields = COLUMNS.iter().map(|(name, ty)| Field::new(*name, *ty)).collect();
        matches!(name, "T" | "U").then(|| Table { name: name.to_owned(), fields, open: false })
    }

    fn table_names(&self) -> Vec<String> {
        vec!["T".to_owned(), "U".to_owned()]
    }

    fn evaluate(&self, relation: &Relation) -> Result<Option<Batch>> {
        let context = super::context();
        Executor { context: &context, source: self, threads: 1, bounds: Bounds::default() }.collect(relation).map(Some)
    }
}

/// The conjuncts that a scan may evaluate: what looks into a dynamic may be a hint, which only tells of texts in the record.
fn certain(predicate: &Expr) -> Vec<&Expr> {
    match predicate {
        Expr::Call { function, arguments, .. } if function.name == "and" => arguments.iter().flat_map(certain).collect(),
        conjunct => {
            let mut dynamic = false;
            conjunct.walk(&mut |e| dynamic |= e.ty() == Type::Dynamic);
            if dynamic { Vec::new() } else { vec![conjunct] }
        }
    }
}

impl Source for World<'_> {
    fn scan(&self, table: &str, columns: &[ScanColumn], predicate: Option<&Expr>) -> Result<Box<dyn ScanStream + '_>> {
        let context = super::context();
        let mut rows = self.scanned(table, columns);
        if let Some(predicate) = predicate.filter(|_| self.prefilter) {
            let ids: Vec<_> = columns.iter().map(|c| c.id).collect();
            let holds = |row: &Cells, e: &Expr| matches!(Row { ids: &ids, cells: row, context: &context }.value(e), Ok(Value::Bool(true)));
            rows.retain(|row| certain(predicate).into_iter().all(|conjunct| holds(row, conjunct)));
        }
        let types: Vec<Type> = columns.iter().map(|c| c.ty).collect();
        let chunks: Vec<Batch> = rows.chunks(self.chunk.min(rows.len().max(1))).map(|chunk| batch(chunk, &types)).collect();
        Ok(Box::new(Chunks(Mutex::new(chunks.into_iter()))))
    }

    fn is_costly(&self, _: &str) -> bool {
        self.prefilter
    }
}

pub fn batch(rows: &[Cells], types: &[Type]) -> Batch {
    let column = |(at, ty): (usize, &Type)| Column::from_values(*ty, rows.iter().map(|row| row[at].clone()));
    Batch::new(types.iter().enumerate().map(column).collect(), rows.len())
}

struct Chunks(Mutex<std::vec::IntoIter<Batch>>);

impl ScanStream for Chunks {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        let batch = self.0.lock().unwrap().next()?;
        Some(Box::new(move || Ok(batch)))
    }
}
