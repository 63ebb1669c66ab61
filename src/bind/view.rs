//! Tables whose rows are made from records of other shapes: a union over the families of records, each mapped onto the columns.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expr, Output, Relation, RelationKind, ScanColumn};
use crate::syntax::ast::{self, ExprKind};
use crate::syntax::{Options, Parser};
use crate::tables::{self, Section};
use crate::value::{Field, PathStep, Type, Value};

use super::conversion::convert;
use super::{Binder, Table, TimeRange};

/// The family of records that are rows of tables already (Log Analytics, advanced hunting).
const ROWS: &str = "rows";
/// The records of the unified audit log, and the table of them.
pub const UNIFIED: &str = "unified";
/// The column that holds a record of theirs, or is it.
pub const RECORD: &str = "AuditData";
pub const RAW: &str = "UnifiedAuditLog";
/// What the input calls a record's family, and the table whose row it is.
const FAMILY: &str = "$family";
const TABLE: &str = "$table";
/// When the record's file was written: a hidden column, which `ingestion_time()` reads.
pub const INGESTED: &str = "$ingestion_time";

/// The whole record, which an open table has among its columns without a name.
pub fn hidden_record(columns: &[Output]) -> Option<&Output> {
    columns.iter().find(|column| column.name.is_empty() && column.ty == Type::Dynamic)
}

impl Binder<'_> {
    /// Reads a table: from the records of the input that are like its rows, or empty.
    pub(super) fn read(&mut self, table: &Table) -> Result<Relation> {
        let relation = self.read_whole(table)?;
        if let Some(record) = hidden_record(&relation.outputs) {
            let shown = relation.outputs.iter().filter(|o| !o.name.is_empty()).map(|o| o.id).collect();
            self.records.insert(record.id, shown);
        }
        match self.catalog.time_range() {
            Some(range) => self.within(relation, table.open, &range),
            None => Ok(relation),
        }
    }

    /// The records of a span of time, its end not among them. Records that tell no time belong to every span: none may be lost.
    fn within(&mut self, relation: Relation, open: bool, range: &TimeRange) -> Result<Relation> {
        let own = |name: &&&str| relation.outputs.iter().any(|output| output.name == **name && output.ty == Type::DateTime);
        let time = if open {
            coalesced(range.columns)
        } else {
            match ["TimeGenerated", "Timestamp"].iter().find(own) {
                Some(name) => (*name).to_owned(),
                None => return Ok(relation),
            }
        };
        let (start, end) = (range.start, range.end);
        let text = format!("isnull({time}) or ({time} >= datetime({start}) and {time} < datetime({end}))");
        let tree = Parser::new(&text, Options::default()).expression()?;
        let env = std::mem::take(&mut self.env);
        let filtered = self.filter(relation, &tree);
        self.env = env;
        filtered
    }

    fn read_whole(&mut self, table: &Table) -> Result<Relation> {
        let families = self.catalog.families();
        if !table.open || table.name == RAW {
            self.catalog.watch();
        }
        if table.name == RAW {
            return self.raw(table, &families);
        }
        if table.open && families.contains(&UNIFIED) {
            let relation = self.scan(table);
            return self.filled(relation);
        }
        let is_view = !table.name.is_empty() && !table.open;
        if !is_view || families.is_empty() {
            return Ok(self.scan(table));
        }
        let mut branches = Vec::new();
        for section in tables::sections(&table.name) {
            for family in section.families.iter().filter(|family| families.contains(family)) {
                branches.push(self.section(table, &section, family)?);
                if section.inferred {
                    self.warn_inferred(&table.name, family);
                }
            }
        }
        if families.contains(&ROWS) && self.catalog.has_rows(&table.name) {
            branches.push(self.rows(table)?);
        }
        Ok(match branches.len() {
            0 => self.scan(table),
            1 => branches.remove(0),
            _ => {
                let mut outputs: Vec<Output> = table.fields.iter().map(|field| self.output(field.name.clone(), field.ty)).collect();
                outputs.push(self.output("", Type::DateTime));
                Relation { outputs, ordered: false, kind: RelationKind::Union { inputs: branches } }
            }
        })
    }

    /// The records of the unified audit log, as they are.
    fn raw(&mut self, table: &Table, families: &[&str]) -> Result<Relation> {
        let mut table = Table { name: String::new(), ..table.clone() };
        if families.iter().all(|family| *family == UNIFIED) {
            let relation = self.scan(&table);
            return self.filled(relation);
        }
        table.fields.push(Field::new(FAMILY, Type::String));
        let relation = self.scan(&table);
        let mut outputs = relation.outputs.clone();
        let Some(family) = outputs.iter().position(|o| o.name == FAMILY).map(|at| outputs.remove(at)) else { return Ok(relation) };
        let unified = Expr::constant(Type::String, Value::string(UNIFIED));
        let predicate = self.built_in_call("==", vec![expr(&family), unified], Span::default())?;
        let relation = super::filtered(relation, predicate, outputs);
        self.filled(relation)
    }

    fn warn_inferred(&mut self, table: &str, family: &str) {
        let message = format!("rows of `{table}` that come from {family} audit records are derived by inference");
        let help = format!("`kalypso schema --mapping {table}` shows where each column comes from");
        self.warn(Diagnostic::warning(Code::INFERRED_VIEW, Span::default(), message).help(help));
    }

    /// The records of one family as rows of a table.
    fn section(&mut self, table: &Table, section: &Section, family: &str) -> Result<Relation> {
        let mut scan = Records::default();
        let read: Vec<Output> = section.read.iter().map(|(name, ty)| scan.column(self, name, Vec::new(), *ty)).collect();
        let of_family = self.is_text(&mut scan, FAMILY, family)?;
        let condition = match section.condition {
            Some(text) => Some(self.mapped(text, &read)?),
            None => None,
        };
        let mut columns = Vec::with_capacity(table.fields.len());
        for field in &table.fields {
            let expression =
                section.columns.iter().find(|column| column.name.eq_ignore_ascii_case(&field.name)).map(|column| column.expression);
            let value = match expression {
                None => absent(field.ty),
                Some(text) => self.mapped_column(text, field, &read, &mut scan)?,
            };
            columns.push((self.output(field.name.clone(), field.ty), value));
        }
        columns.push(self.ingested(&mut scan));
        Ok(scan.relation([Some(of_family), condition].into_iter().flatten(), columns))
    }

    /// The records that are rows of the table already: each column by its name.
    fn rows(&mut self, table: &Table) -> Result<Relation> {
        let mut scan = Records::default();
        let of_family = self.is_text(&mut scan, FAMILY, ROWS)?;
        let of_table = self.is_text(&mut scan, TABLE, &table.name)?;
        let shown = self.catalog.shown().into_iter();
        let typed: Vec<String> = shown.filter(|name| split_type(name).is_some()).map(str::to_owned).collect();
        let mut columns = Vec::with_capacity(table.fields.len());
        for field in &table.fields {
            let own = expr(&scan.column(self, &field.name, Vec::new(), field.ty));
            // Sentinel and Defender spell some names in different letters.
            let is_twin = |name: &&String| **name != field.name && name.eq_ignore_ascii_case(&field.name);
            let twin = table.fields.iter().map(|field| &field.name).find(is_twin);
            let value = match (field.name.as_str(), tables::time_alias(&field.name)) {
                ("Type", _) if field.ty == Type::String => Expr::constant(Type::String, Value::string(table.name.clone())),
                (_, Some(other)) if field.ty == Type::DateTime => {
                    let other = expr(&scan.column(self, other, Vec::new(), Type::DateTime));
                    self.built_in_call("coalesce", vec![own, other], Span::default())?
                }
                _ => self.of_any_name(own, field, typed.iter().chain(twin), &mut scan)?,
            };
            columns.push((self.output(field.name.clone(), field.ty), value));
        }
        columns.push(self.ingested(&mut scan));
        Ok(scan.relation([of_family, of_table], columns))
    }

    /// A union of tables that was exported has a column for each type that one had (`Status_dynamic`, `Status_string`): the value of any.
    fn of_any_name<'n>(&mut self, own: Expr, field: &Field, names: impl Iterator<Item = &'n String>, scan: &mut Records) -> Result<Expr> {
        let is_other =
            |name: &&String| name.eq_ignore_ascii_case(&field.name) || split_type(name).is_some_and(|(before, _)| before == field.name);
        let others: Vec<Expr> = names.filter(is_other).map(|name| expr(&scan.column(self, name, Vec::new(), field.ty))).collect();
        if others.is_empty() {
            return Ok(own);
        }
        let values = [own].into_iter().chain(others).collect();
        self.built_in_call("coalesce", values, Span::default())
    }

    fn ingested(&mut self, scan: &mut Records) -> (Output, Expr) {
        let time = scan.column(self, INGESTED, Vec::new(), Type::DateTime);
        (self.output("", Type::DateTime), expr(&time))
    }

    /// `column == "text"`.
    fn is_text(&mut self, scan: &mut Records, column: &str, text: &str) -> Result<Expr> {
        let column = expr(&scan.column(self, column, Vec::new(), Type::String));
        let text = Expr::constant(Type::String, Value::string(text.to_owned()));
        self.built_in_call("==", vec![column, text], Span::default())
    }

    fn mapped_column(&mut self, text: &str, field: &Field, read: &[Output], scan: &mut Records) -> Result<Expr> {
        let tree = Parser::new(text, Options::default()).expression()?;
        let mut steps = Vec::new();
        match place(&tree, &mut steps) {
            Some(column) => Ok(expr(&scan.column(self, column, steps, field.ty))),
            None => Ok(convert(self.with_own(read, &tree)?, field.ty)),
        }
    }

    fn mapped(&mut self, text: &str, read: &[Output]) -> Result<Expr> {
        let tree = Parser::new(text, Options::default()).expression()?;
        self.with_own(read, &tree)
    }

    /// Binds an expression of a mapping: the query's own names mean nothing in it.
    fn with_own(&mut self, read: &[Output], tree: &ast::Expr) -> Result<Expr> {
        let env = std::mem::take(&mut self.env);
        let bound = self.with_row(read, |binder| binder.scalar(tree));
        self.env = env;
        bound
    }
}

/// A column's name and the type behind it, as a union of tables names it.
fn split_type(name: &str) -> Option<(&str, Type)> {
    let (before, ty) = name.rsplit_once('_')?;
    Some((before, Type::parse(ty)?))
}

/// The first of some columns that holds a time, as KQL.
pub fn coalesced(times: &[&str]) -> String {
    let times: Vec<String> = times.iter().map(|name| format!("todatetime(['{name}'])")).collect();
    format!("coalesce({})", times.join(", "))
}

fn expr(column: &Output) -> Expr {
    Expr::Column { id: column.id, ty: column.ty }
}

/// A column without a value.
fn absent(ty: Type) -> Expr {
    if ty == Type::String { Expr::constant(ty, Value::string("")) } else { Expr::null(ty) }
}

/// The place in the record that an expression is nothing but.
fn place<'t>(tree: &'t ast::Expr, steps: &mut Vec<PathStep>) -> Option<&'t str> {
    match &tree.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Member { object, name } => {
            let column = place(object, steps)?;
            steps.push(PathStep::Key(name.name.clone()));
            Some(column)
        }
        _ => None,
    }
}

/// The columns that a view reads of the records.
#[derive(Default)]
struct Records {
    columns: Vec<ScanColumn>,
}

impl Records {
    /// A column of the scan; asked for twice it is the same.
    fn column(&mut self, binder: &mut Binder<'_>, name: &str, steps: Vec<PathStep>, ty: Type) -> Output {
        let known = self.columns.iter().find(|c| c.column == name && c.steps == steps && c.ty == ty);
        let id = known.map_or_else(|| binder.fresh(), |c| c.id);
        if known.is_none() {
            self.columns.push(ScanColumn { id, column: name.to_owned(), steps, ty });
        }
        Output { id, name: name.to_owned(), ty }
    }

    /// The scan, filtered, as the columns of a table.
    fn relation(self, conditions: impl IntoIterator<Item = Expr>, columns: Vec<(Output, Expr)>) -> Relation {
        let outputs: Vec<Output> = self.columns.iter().map(|c| Output { id: c.id, name: c.column.clone(), ty: c.ty }).collect();
        let scan = RelationKind::Scan { table: String::new(), columns: self.columns, predicate: None };
        let mut relation = Relation { outputs, ordered: false, kind: scan };
        for predicate in conditions {
            relation = Relation {
                outputs: relation.outputs.clone(),
                ordered: false,
                kind: RelationKind::Filter { input: Box::new(relation), predicate },
            };
        }
        let (outputs, columns) = columns.into_iter().map(|(output, expr)| (output.clone(), (output.id, expr))).unzip();
        Relation { outputs, ordered: false, kind: RelationKind::Project { input: Box::new(relation), columns } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bind::Catalog;
    use crate::plan::Context;
    use crate::value::{Batch, DateTime};

    /// Every family of records, and no data.
    struct Every;

    impl Catalog for Every {
        fn table(&self, name: &str) -> Option<Table> {
            tables::find(name).map(|table| Table { name: name.to_owned(), fields: table.fields, open: false })
        }
        fn table_names(&self) -> Vec<String> {
            Vec::new()
        }
        fn evaluate(&self, _relation: &Relation) -> Result<Option<Batch>> {
            Ok(None)
        }
        fn families(&self) -> Vec<&str> {
            vec![
                "unified",
                "diagnostic",
                "directory-audit",
                "sign-in",
                "portal sign-in",
                "portal application sign-in",
                "portal directory-audit",
                "portal azure-activity",
                "risk-detection",
                "risky-principal",
                "azure-activity",
                "rows",
            ]
        }
    }

    #[test]
    fn every_mapping_binds() {
        let context = Context { now: DateTime::MIN, places: None, network: false };
        for name in tables::names().filter(|name| !tables::sections(name).is_empty()) {
            let table = Every.table(name).unwrap();
            let relation = Binder::new(&Every, &context).read(&table).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            let columns: Vec<_> = relation.outputs.iter().filter(|o| !o.name.is_empty()).map(|o| (o.name.clone(), o.ty)).collect();
            assert_eq!(columns, table.fields.iter().map(|f| (f.name.clone(), f.ty)).collect::<Vec<_>>(), "{name}");
        }
    }
}
