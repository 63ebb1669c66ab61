//! What the binder may ask of a session: tables and their columns, parameters, stored functions, the values of subqueries.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::bind::{Catalog, RAW, Table, TimeRange};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::input::watchlist;
use crate::plan::Relation;
use crate::syntax;
use crate::tables;
use crate::value::{Batch, Field};

use super::Session;

/// Runs the plan of a subquery.
pub type Ask<'a> = &'a dyn Fn(Relation) -> Result<Batch>;

/// Says of the plan of a subquery whether its values are bound as such that come later.
pub type Defer<'a> = &'a dyn Fn(&Relation) -> bool;

/// What the binder may ask of a session.
pub struct Known<'s> {
    session: &'s Session,
    /// Whether subqueries may read data.
    evaluate: bool,
    /// Values for `declare query_parameters`, before the session's own.
    parameters: &'s [(String, String)],
    /// What runs subqueries, where it is not the session itself.
    ask: Option<Ask<'s>>,
    defer: Option<Defer<'s>>,
    /// Subqueries that were run.
    evaluated: AtomicUsize,
    /// Tables that were asked for and are known, in the order of the first time.
    named: Mutex<Vec<String>>,
    /// Columns that their tables have because the query names them.
    columns: Mutex<Vec<String>>,
    /// A name was asked for that the sample does not show.
    missed: AtomicBool,
}

/// Tables that are looked for without knowing whether there are any rows of them.
const FEW: usize = 3;

impl Session {
    /// Many queries follow, in no certain order: which tables have rows is found out now, for all of them.
    pub fn asks_much(&self) {
        self.asked.fetch_max(FEW, Ordering::Relaxed);
        self.known_row_tables();
    }

    fn known_row_tables(&self) -> Option<Arc<Vec<String>>> {
        let known = || self.row_tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tables) = &*known() {
            return Some(tables.clone());
        }
        let tables = Arc::new(self.row_tables().ok()?);
        *known() = Some(tables.clone());
        Some(tables)
    }
}

impl<'s> Known<'s> {
    pub fn new(session: &'s Session, evaluate: bool) -> Known<'s> {
        let (evaluated, named, columns) = (AtomicUsize::new(0), Mutex::default(), Mutex::default());
        let missed = AtomicBool::new(false);
        Known { session, evaluate, parameters: &[], ask: None, defer: None, evaluated, named, columns, missed }
    }

    pub fn with_parameters(self, parameters: &'s [(String, String)]) -> Known<'s> {
        Known { parameters, ..self }
    }

    pub fn asking(self, ask: Ask<'s>) -> Known<'s> {
        Known { ask: Some(ask), ..self }
    }

    pub fn deferring(self, defer: Option<Defer<'s>>) -> Known<'s> {
        Known { defer, ..self }
    }

    /// How many subqueries were run.
    pub fn subqueries(&self) -> usize {
        self.evaluated.load(Ordering::Relaxed)
    }

    /// The tables that were asked for and are known, in the order of the first time.
    pub fn tables(&self) -> Vec<String> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Binds a text, again where it names a column that a table of it has only for who names it, or one that a longer look may show.
    pub fn settle<T>(&self, text: &str, mut bind: impl FnMut() -> Result<T>) -> Result<T> {
        loop {
            let bound = bind();
            if self.missed.swap(false, Ordering::Relaxed) && self.session.inside(|| self.session.dataset.look_deeper()) {
                continue;
            }
            match bound {
                Err(error) if self.add_column(text, &error) => {}
                bound => return bound,
            }
        }
    }

    /// Gives the tables that were asked for the column that an error misses; `false` where none of them can have it.
    fn add_column(&self, text: &str, error: &Diagnostic) -> bool {
        let missed = text.get(error.span.range()).filter(|_| error.code == Code::UNKNOWN_COLUMN);
        // It may stand behind `$left.` or `$right.`.
        let Some(name) = missed.and_then(|missed| missed.rsplit('.').next()) else { return false };
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let has = |table: &String| tables::find(table).is_some_and(|table| table.named.iter().any(|field| field.name == name));
        let found = !columns.iter().any(|column| column == name) && self.tables().iter().any(has);
        if found {
            columns.push(name.to_owned());
        }
        found
    }

    fn known_table(&self, name: &str) -> Option<Table> {
        let session = self.session;
        if name.is_empty() && session.options.inputs.is_empty() {
            return None;
        }
        if name.is_empty() || name == RAW {
            let records = if name.is_empty() { session.dataset.all_records() } else { session.dataset.unified_records() };
            let mut fields = records.fields.clone();
            for field in &mut fields {
                field.ty = session.widening.of(&field.name).unwrap_or(field.ty);
            }
            return Some(Table { name: name.to_owned(), fields, open: true });
        }
        let declared = session.options.schema.iter().find(|(table, _)| table == name);
        if let Some((table, fields)) = declared {
            return Some(Table { name: table.clone(), fields: fields.clone(), open: false });
        }
        let mut table = tables::find(name)?;
        let columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        table.fields.extend(table.named.into_iter().filter(|field| columns.contains(&field.name)));
        Some(Table { name: name.to_owned(), fields: table.fields, open: false })
    }
}

impl Catalog for Known<'_> {
    fn table(&self, name: &str) -> Option<Table> {
        let table = self.known_table(name)?;
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if !named.iter().any(|n| n == name) {
            named.push(name.to_owned());
        }
        Some(table)
    }

    fn table_names(&self) -> Vec<String> {
        let declared = self.session.options.schema.iter().map(|(name, _)| name.clone());
        declared.chain(tables::names().map(str::to_owned)).collect()
    }

    fn wildcard_names(&self) -> Vec<String> {
        let made = self.session.made_tables(false);
        let rows = self.session.known_row_tables().unwrap_or_default();
        let declared = self.session.options.schema.iter().map(|(name, _)| name.clone());
        let mut names: Vec<String> = declared.chain(made).chain(rows.iter().cloned()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn runs(&self) -> bool {
        self.evaluate
    }

    fn has_rows(&self, table: &str) -> bool {
        if !self.evaluate || self.session.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            return true;
        }
        self.session.known_row_tables().is_none_or(|tables| tables.iter().any(|t| t == table))
    }

    fn is_empty(&self, table: &str) -> bool {
        // What the inputs hold is scanned as their records, without a name.
        !table.is_empty()
    }

    fn families(&self) -> Vec<&str> {
        self.session.dataset.families()
    }

    fn miss(&self) {
        self.missed.store(true, Ordering::Relaxed);
    }

    fn watch(&self) {
        self.session.dataset.watch();
    }

    fn evaluate(&self, relation: &Relation) -> Result<Option<Batch>> {
        if !self.evaluate {
            return Ok(None);
        }
        self.evaluated.fetch_add(1, Ordering::Relaxed);
        let session = self.session;
        let plan = session.optimize(relation.clone());
        match self.ask {
            Some(ask) => ask(plan),
            None => session.collect(&plan),
        }
        .map(Some)
    }

    fn is_deferred(&self, relation: &Relation) -> bool {
        self.evaluate && self.defer.is_some_and(|defer| defer(&self.session.optimize(relation.clone())))
    }

    fn shown(&self) -> Vec<&str> {
        self.session.dataset.all_records().fields.iter().map(|field| field.name.as_str()).collect()
    }

    fn properties(&self) -> Vec<&str> {
        self.session.dataset.all_records().properties.iter().map(String::as_str).collect()
    }

    fn time_range(&self) -> Option<TimeRange> {
        self.session.range
    }

    fn watchlist(&self, name: &str) -> Result<Option<(Vec<Field>, Batch)>> {
        Ok(self.session.options.watchlists.as_ref().and_then(|folder| watchlist::read(folder, name)))
    }

    fn watchlist_names(&self) -> Vec<String> {
        self.session.options.watchlists.as_deref().map(watchlist::names).unwrap_or_default()
    }

    fn has_data(&self) -> bool {
        self.evaluate
    }

    fn function(&self, name: &str) -> Option<Arc<syntax::ast::Expr>> {
        let folder = self.session.options.functions.as_ref()?;
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let text = match std::fs::read_to_string(folder.join(format!("{name}.kql"))) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => {
                let error = Diagnostic::error(Code::RUNTIME, Span::default(), error.to_string());
                return Some(Arc::new(unreadable(name, String::new(), &error)));
            }
        };
        Some(Arc::new(syntax::parse_function(&text).unwrap_or_else(|error| unreadable(name, text, &error))))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.iter().chain(&self.session.options.parameters).find(|(n, _)| n == name).map(|(_, value)| value.clone())
    }
}

/// What stands for a stored function whose text is wrong: the error is raised where it is called.
fn unreadable(name: &str, text: String, error: &Diagnostic) -> syntax::ast::Expr {
    let line = text.get(..error.span.start as usize).map_or(1, |before| before.matches('\n').count() + 1);
    let message = format!("the stored function `{name}` cannot be read: line {line}: {}", error.message);
    let error = Diagnostic::error(error.code, Span::default(), message);
    syntax::ast::Expr { kind: syntax::ast::ExprKind::Malformed { text, error }, span: Span::default() }
}
