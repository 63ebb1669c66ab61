//! Which tables the inputs hold records of, so that rules over others need not run.

use std::collections::HashSet;
use std::ops::ControlFlow;

use crate::diagnostic::Result;
use crate::engine::Session;
use crate::execute::in_order;
use crate::functions;
use crate::input::ScanRequest;
use crate::plan::{ColumnId, Expr, ScanColumn};
use crate::tables;
use crate::value::{Type, Value};

/// What the inputs hold.
pub struct Present {
    families: HashSet<&'static str>,
    /// Tables whose own rows there are.
    rows: HashSet<String>,
}

/// The family of records that are rows of tables already, and that of the unified audit log with its table.
const ROWS: &str = "rows";
const UNIFIED: &str = "unified";
const RAW: &str = "UnifiedAuditLog";

impl Present {
    /// Looks at what was sniffed. Files of rows are read for their tables' names: a table may come up in the last record.
    pub fn of(session: &Session) -> Result<Present> {
        let families: HashSet<&'static str> = session.dataset().families().into_iter().collect();
        let rows = if families.contains(ROWS) { row_tables(session)? } else { HashSet::new() };
        Ok(Present { families, rows })
    }

    pub fn holds(&self, table: &str) -> bool {
        match table {
            "" => true,
            RAW => self.families.contains(UNIFIED),
            _ => self.rows.contains(table) || tables::sections(table).iter().any(|s| s.families.iter().any(|f| self.families.contains(f))),
        }
    }
}

fn row_tables(session: &Session) -> Result<HashSet<String>> {
    let column = |id: u32, name: &str| ScanColumn { id: ColumnId(id), column: name.to_owned(), steps: Vec::new(), ty: Type::String };
    let columns = vec![column(0, "$table"), column(1, "$family")];
    let family = Expr::Column { id: ColumnId(1), ty: Type::String };
    let predicate = functions::find("==").map(|function| Expr::Call {
        function,
        arguments: vec![family, Expr::constant(Type::String, Value::string(ROWS))],
        ty: Type::Bool,
        span: Default::default(),
    });
    let scan = session.dataset().scan(ScanRequest { columns, predicate, ..ScanRequest::default() });
    let mut found = HashSet::new();
    let distinct = |chunk| {
        let batch = scan.decode_apart(chunk).batch;
        let (names, families) = (&batch.columns[0], &batch.columns[1]);
        let mut names: Vec<&str> =
            (0..batch.rows).filter(|at| families.strings().value(*at) == ROWS).map(|at| names.strings().value(at)).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names.into_iter().map(str::to_owned).collect::<Vec<String>>())
    };
    session.inside(|| {
        in_order(
            session.threads(),
            || scan.next_chunk(),
            distinct,
            |names| {
                found.extend(names);
                Ok(ControlFlow::Continue(()))
            },
        )
    })?;
    Ok(found)
}
