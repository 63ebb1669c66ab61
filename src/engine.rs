//! The pipeline in one screen: text → tree → plan → optimised plan → batches → sink.

mod widen;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::bind::{Binder, BoundQuery, Catalog, RAW, Table, TimeRange, coalesced};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::execute::{Bounds, Executor};
use crate::input::{Account, Dataset, InputOptions, Inspect, PlaceDatabase, Scan, ScanRequest, TIMES, TableSchema, watchlist};
use crate::lint::Linter;
use crate::plan::{ChunkTask, Context, Expr, Places, Relation, ScanColumn, ScanStream, Source};
use crate::syntax;
use crate::tables;
use crate::value::{Batch, DateTime, Field, Schema};

use widen::{Held, Widening};

/// How a session runs queries.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// What `now()` says; the machine's clock where not given.
    pub now: Option<DateTime>,
    /// Worker threads; 0 for as many as the machine has cores.
    pub threads: usize,
    /// Files, folders, globs, `-`.
    pub inputs: Vec<String>,
    /// Tables that are known without data.
    pub schema: Vec<(String, Vec<Field>)>,
    /// Values for `declare query_parameters`.
    pub parameters: Vec<(String, String)>,
    /// `now()` is the time of the newest record.
    pub now_is_newest: bool,
    /// A folder of watchlists, one `.csv` file each.
    pub watchlists: Option<PathBuf>,
    /// A folder of stored functions, one `.kql` file each.
    pub functions: Option<PathBuf>,
    /// Levels that a query may nest. Each takes some 20 KB of stack.
    pub depth: usize,
    /// A database in MaxMind's format: where addresses are.
    pub geoip: Option<PathBuf>,
    /// Whether `externaldata` may read http and https addresses.
    pub network: bool,
    pub strict: bool,
    pub keep_duplicates: bool,
    /// Every record is read to its end, and looked at for an inventory.
    pub inspect: Option<Inspect>,
    /// CSV files name their columns in the first row.
    pub header: bool,
    /// Bytes of memory that a query may make the process hold; `None` for any.
    pub memory_limit: Option<u64>,
    /// Bytes per chunk; 0 for the default.
    pub chunk_bytes: usize,
    /// Off in tests that compare with the plan as it was written.
    pub optimize: bool,
}

impl Default for SessionOptions {
    fn default() -> SessionOptions {
        SessionOptions {
            now: None,
            now_is_newest: false,
            watchlists: None,
            threads: 0,
            inputs: Vec::new(),
            schema: Vec::new(),
            parameters: Vec::new(),
            functions: None,
            depth: syntax::Options::default().depth,
            geoip: None,
            network: false,
            strict: false,
            keep_duplicates: true,
            inspect: None,
            header: true,
            memory_limit: None,
            chunk_bytes: 0,
            optimize: true,
        }
    }
}

/// Bytes of stack for a thread that binds or runs queries: a plan is as deep as its query is long. Only what is used is ever there.
pub const STACK: usize = 256 << 20;

/// Why a session could not start.
#[derive(Debug)]
pub struct EngineError(pub String);

/// Inputs that were opened, and everything that queries over them share.
pub struct Session {
    options: SessionOptions,
    context: Context,
    dataset: Dataset,
    threads: usize,
    pool: Option<rayon::ThreadPool>,
    /// The account of the scan that read most.
    account: Mutex<Option<Account>>,
    progress: Arc<Progress>,
    /// What tables are cut to.
    range: Option<TimeRange>,
    /// Tables whose own rows were asked for, and which there are: not worth finding out for a few.
    asked: AtomicUsize,
    row_tables: OnceLock<Option<Vec<String>>>,
    widening: Widening,
}

/// How far the scan that runs has come.
#[derive(Debug, Default)]
struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

/// What a finished run says beside its rows.
#[derive(Debug)]
pub struct Outcome {
    pub warnings: Vec<Diagnostic>,
    pub account: Account,
}

/// A query, bound and optimised.
pub struct Planned {
    pub results: Vec<Relation>,
    pub warnings: Vec<Diagnostic>,
    /// The tables that it names.
    pub tables: Vec<String>,
    /// Subqueries that had to be run first (`toscalar`, `in (T | …)`).
    pub subqueries: usize,
}

/// Takes the result tables of a run.
pub trait ResultSink: Send {
    /// How many tables will come; an error refuses them.
    fn announce(&mut self, _tables: usize) -> std::result::Result<(), String> {
        Ok(())
    }
    fn begin(&mut self, schema: &Schema, name: &str);
    fn batch(&mut self, batch: &Batch) -> ControlFlow<()>;
    fn end(&mut self);
}

impl Session {
    pub fn open(options: SessionOptions) -> std::result::Result<Session, EngineError> {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let threads = if options.threads == 0 { cores } else { options.threads };
        let mut input = InputOptions {
            keep_duplicates: options.keep_duplicates,
            validate: options.strict || options.inspect.is_some(),
            inspect: options.inspect,
            csv_header: options.header,
            threads,
            table_of: tables::by_columns,
            ..InputOptions::default()
        };
        if options.chunk_bytes > 0 {
            input.chunk_bytes = options.chunk_bytes;
        }
        let dataset = Dataset::open(&options.inputs, input).map_err(|error| EngineError(error.to_string()))?;
        // A pool costs a few milliseconds: a query without inputs does not need one.
        let threads = if options.inputs.is_empty() { 1 } else { threads };
        let pool = match threads {
            1 => None,
            n => Some(
                rayon::ThreadPoolBuilder::new()
                    .num_threads(n)
                    .stack_size(STACK.max(options.depth << 16))
                    .build()
                    .map_err(|error| EngineError(error.to_string()))?,
            ),
        };
        let context =
            Context { now: options.now.unwrap_or_else(DateTime::now), places: places(options.geoip.as_deref())?, network: options.network };
        let newest = options.now_is_newest;
        let mut session = Session {
            options,
            context,
            dataset,
            threads,
            pool,
            account: Mutex::new(None),
            progress: Arc::default(),
            range: None,
            asked: AtomicUsize::new(0),
            row_tables: OnceLock::new(),
            widening: Widening::default(),
        };
        if newest && let Some(time) = session.newest().map_err(|error| EngineError(error.message))? {
            session.context.now = time;
        }
        Ok(session)
    }

    /// The time of the newest record.
    fn newest(&self) -> Result<Option<DateTime>> {
        let rows = self.answer(&format!("summarize max({})", coalesced(&TIMES)))?;
        Ok(rows.columns.first().filter(|_| rows.rows > 0).and_then(|column| column.value(0).as_datetime()))
    }

    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The tables that the records may be rows of.
    pub fn tables(&self) -> std::result::Result<Vec<TableSchema>, Vec<Diagnostic>> {
        let mut names = self.made_tables(true);
        names.extend(self.row_tables().map_err(|error| vec![*error])?);
        names.sort();
        names.dedup();
        Ok(names
            .iter()
            .filter_map(|name| tables::find(name))
            .map(|table| TableSchema { name: table.name.to_owned(), fields: table.fields, ..TableSchema::default() })
            .collect())
    }

    /// The tables that records of other shapes are made into.
    pub fn made_tables(&self, inferred: bool) -> Vec<String> {
        let families = self.dataset.families();
        let fits = |section: &tables::Section| (inferred || !section.inferred) && section.families.iter().any(|f| families.contains(f));
        tables::mapped().filter(|name| tables::sections(name).iter().any(fits)).map(str::to_owned).collect()
    }

    /// The tables of records that are rows already.
    fn row_tables(&self) -> Result<Vec<String>> {
        if !self.dataset.families().contains(&"rows") {
            return Ok(Vec::new());
        }
        let rows = self.answer("where ['$family'] == 'rows' | distinct tostring(['$table'])")?;
        Ok(rows.columns.iter().flat_map(|c| (0..rows.rows).map(|row| c.value(row).to_text().into_owned())).collect())
    }

    /// When the records happened: the first and the last time, and how many records tell none.
    pub fn span(&self) -> Result<(Option<DateTime>, Option<DateTime>, u64)> {
        let time = coalesced(&TIMES);
        let rows = self.answer(&format!("summarize min({time}), max({time}), countif(isnull({time}))"))?;
        let value = |at: usize| rows.columns.get(at).filter(|_| rows.rows > 0).map(|column| column.value(0));
        let time = |at: usize| value(at).and_then(|value| value.as_datetime());
        Ok((time(0), time(1), value(2).and_then(|value| value.as_i64()).unwrap_or(0).unsigned_abs()))
    }

    /// The rows of a question of our own.
    fn answer(&self, text: &str) -> Result<Batch> {
        let bound = self.bind(text, &Known::new(self, true))?;
        let relation = bound.results.into_iter().next().map(|table| crate::optimize::optimize(table.relation));
        relation.map_or(Ok(Batch::empty([])), |plan| self.inside(|| self.executor().collect(&plan)))
    }

    /// Bytes of the input read so far, and how many there are; to be asked while `run` runs.
    pub fn progress(&self) -> Box<dyn Fn() -> (u64, u64) + Send> {
        let progress = self.progress.clone();
        Box::new(move || (progress.done.load(Ordering::Relaxed), progress.total.load(Ordering::Relaxed)))
    }

    /// Ends the run where a value is wider than its column was sampled, and the run can start again.
    fn refuse_unfit(&self, account: &Account) -> Result<()> {
        if self.widening.see(&account.unfit, self.dataset.all_records()) {
            return Err(Diagnostic::error(Code::RUNTIME, Default::default(), "a column is wider than it was sampled"));
        }
        Ok(())
    }

    /// Notes how far a scan has come, for `progress`.
    pub fn advance(&self, scan: &Scan) {
        self.progress.total.store(scan.total_bytes(), Ordering::Relaxed);
        self.progress.done.store(scan.done_bytes(), Ordering::Relaxed);
    }

    /// Parses and binds without reading data. The schemas are those of the results, where it binds.
    pub fn check(&self, text: &str) -> (Vec<Diagnostic>, Option<Vec<Schema>>) {
        match self.checked(text) {
            Ok(bound) => (bound.warnings, Some(bound.results.iter().map(|table| schema(&table.relation)).collect())),
            Err(error) => (vec![*error], None),
        }
    }

    /// Binds with the rules of `lint` looking on; what they advise is among the warnings.
    fn checked(&self, text: &str) -> Result<BoundQuery> {
        let unread = Known::new(self, false);
        let tree = self.parse(text)?;
        let mut linter = Linter::new(text);
        let context = self.context_of(&tree);
        let mut binder = self.binder(&unread, &context);
        binder.observer = Some(&mut linter);
        let mut bound = binder.query(&tree)?;
        bound.warnings.extend(linter.finish(&tree));
        Ok(bound)
    }

    /// A text that may begin with an operator.
    fn parse(&self, text: &str) -> Result<syntax::ast::Query> {
        syntax::parse_with(text, syntax::Options { headless: true, depth: self.options.depth })
    }

    /// Each stage as text: the query as it was understood, the plan, the optimised plan.
    pub fn explain(&self, text: &str) -> std::result::Result<String, Vec<Diagnostic>> {
        let known = Known::new(self, true);
        let tree = self.parse(text).map_err(|error| vec![*error])?;
        let bound = self.bind(text, &known).map_err(|error| vec![*error])?;
        let mut out = format!("-- query\n{}\n", syntax::print(&tree));
        for table in bound.results {
            out.push_str("-- plan\n");
            out.push_str(&table.relation.to_string());
            out.push_str("\n-- optimised\n");
            out.push_str(&self.optimize(table.relation).to_string());
            out.push('\n');
        }
        Ok(out)
    }

    /// Runs a query and hands its rows to `sink`. It starts again where a value shows that a column's type was sampled too narrow.
    pub fn run(&self, text: &str, sink: &mut dyn ResultSink) -> std::result::Result<Outcome, Vec<Diagnostic>> {
        let mut held = Held::new(sink, &self.widening);
        loop {
            self.widening.start();
            let outcome = self.run_bound(text, &mut held);
            self.widening.stop();
            let before = if outcome.is_err() && !held.is_released() { self.widening.widen() } else { None };
            let Some(before) = before else {
                let _ = held.release();
                return outcome.map_err(|error| vec![*error]);
            };
            held.forget();
            if self.bind(text, &Known::new(self, false)).is_err() {
                // With the wider types it is no query: then what does not fit is null, and counted.
                self.widening.restore(before);
                let _ = held.release();
                return self.run_bound(text, &mut held).map_err(|error| vec![*error]);
            }
        }
    }

    /// A query's plan, for callers that run it in a way of their own.
    pub fn plan(&self, text: &str, parameters: &[(String, String)]) -> Result<Planned> {
        self.plan_asking(text, parameters, &|plan| self.collect(&plan))
    }

    /// All rows of a plan.
    pub fn collect(&self, plan: &Relation) -> Result<Batch> {
        self.inside(|| self.executor().collect(plan))
    }

    /// The same; the plans of subqueries are run by `ask`.
    pub fn plan_asking(&self, text: &str, parameters: &[(String, String)], ask: Ask<'_>) -> Result<Planned> {
        let known = Known { parameters, ask: Some(ask), ..Known::new(self, true) };
        let bound = self.bind(text, &known)?;
        let results = bound.results.into_iter().map(|table| self.optimize(table.relation)).collect();
        Ok(Planned { results, warnings: bound.warnings, tables: known.tables(), subqueries: known.evaluated.load(Ordering::Relaxed) })
    }

    /// The tables that a query names, without reading data. What is wrong with the query is told beside them.
    pub fn tables_of(&self, text: &str, parameters: &[(String, String)]) -> (Vec<String>, Result<()>) {
        let known = Known { parameters, ..Known::new(self, false) };
        let bound = self.bind(text, &known).map(drop);
        (known.tables(), bound)
    }

    /// The same inputs, at another time.
    pub fn at(mut self, now: DateTime) -> Session {
        self.context.now = now;
        self
    }

    /// The same inputs at the end of a span of time, as if they held that span alone. The next account is that of what runs next.
    pub fn within(&mut self, start: DateTime, end: DateTime) {
        self.context.now = end;
        self.range = Some(TimeRange { start, end, columns: &TIMES });
        *self.account.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What `now()` says and its kin.
    pub fn context(&self) -> &Context {
        &self.context
    }

    pub fn threads(&self) -> usize {
        self.threads
    }

    fn run_bound(&self, text: &str, sink: &mut Held<'_>) -> Result<Outcome> {
        let known = Known::new(self, true);
        let tree = self.parse(text)?;
        let context = self.context_of(&tree);
        let bound = self.binder(&known, &context).query(&tree)?;
        sink.announce(bound.results.len()).map_err(|message| Diagnostic::error(Code::UNSUPPORTED, Default::default(), message))?;
        for (i, table) in bound.results.into_iter().enumerate() {
            let name = if table.name.is_empty() { format!("Table_{i}") } else { table.name };
            sink.begin(&schema(&table.relation), &name);
            let plan = self.optimize(table.relation);
            if !self.widening.may_concern(&plan) {
                let _ = sink.release();
            }
            let executor = Executor { context: &context, ..self.executor() };
            self.inside(|| executor.stream(&plan, |batch| Ok(sink.batch(&batch))))?;
            sink.end();
        }
        Ok(Outcome { warnings: bound.warnings, account: self.account() })
    }

    fn bind(&self, text: &str, catalog: &Known<'_>) -> Result<BoundQuery> {
        let tree = self.parse(text)?;
        self.binder(catalog, &self.context_of(&tree)).query(&tree)
    }

    fn binder<'b>(&self, catalog: &'b Known<'b>, context: &'b Context) -> Binder<'b> {
        let mut binder = Binder::new(catalog, context);
        // A level of the text may be a few of the tree.
        binder.most_levels = 3 * self.options.depth;
        binder
    }

    /// What holds for a run, as the query may set it.
    fn context_of(&self, tree: &syntax::ast::Query) -> Context {
        let now = crate::bind::query_now(tree).unwrap_or(self.context.now);
        Context { now, ..self.context.clone() }
    }

    fn optimize(&self, relation: Relation) -> Relation {
        if self.options.optimize { crate::optimize::optimize(relation) } else { relation }
    }

    fn executor(&self) -> Executor<'_> {
        Executor {
            context: &self.context,
            source: self,
            threads: self.threads,
            bounds: Bounds { memory: self.options.memory_limit, ..Bounds::default() },
        }
    }

    /// Runs work that spawns tasks on the session's threads.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// What was read so far.
    pub fn account(&self) -> Account {
        let read = self.account.lock().unwrap_or_else(PoisonError::into_inner).clone();
        read.unwrap_or_else(|| self.dataset.account().clone())
    }

    fn note(&self, account: Account) {
        let mut most = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        if most.as_ref().is_none_or(|m| m.records <= account.records) {
            *most = Some(account);
        }
    }
}

fn places(file: Option<&Path>) -> std::result::Result<Option<Arc<dyn Places>>, EngineError> {
    file.map(|file| PlaceDatabase::open(file).map(|opened| Arc::new(opened) as Arc<dyn Places>).map_err(EngineError)).transpose()
}

fn schema(relation: &Relation) -> Schema {
    relation.outputs.iter().map(|o| Field::new(o.name.clone(), o.ty)).collect()
}

/// Runs the plan of a subquery.
pub type Ask<'a> = &'a dyn Fn(Relation) -> Result<Batch>;

/// What the binder may ask of a session.
struct Known<'s> {
    session: &'s Session,
    /// Whether subqueries may read data.
    evaluate: bool,
    /// Values for `declare query_parameters`, before the session's own.
    parameters: &'s [(String, String)],
    /// What runs subqueries, where it is not the session itself.
    ask: Option<Ask<'s>>,
    /// Subqueries that were run.
    evaluated: AtomicUsize,
    /// Tables that were asked for and are known, in the order of the first time.
    named: Mutex<Vec<String>>,
}

/// Tables that are looked for without knowing whether there are any rows of them.
const FEW: usize = 3;

impl<'s> Known<'s> {
    fn new(session: &'s Session, evaluate: bool) -> Known<'s> {
        Known { session, evaluate, parameters: &[], ask: None, evaluated: AtomicUsize::new(0), named: Mutex::default() }
    }

    fn row_tables(&self) -> Option<&Vec<String>> {
        self.session.row_tables.get_or_init(|| self.session.row_tables().ok()).as_ref()
    }

    fn tables(&self) -> Vec<String> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
        tables::find(name).map(|table| Table { name: name.to_owned(), fields: table.fields, open: false })
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
        let rows = self.row_tables().cloned().unwrap_or_default();
        let declared = self.session.options.schema.iter().map(|(name, _)| name.clone());
        let mut names: Vec<String> = declared.chain(made).chain(rows).collect();
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
        self.row_tables().is_none_or(|tables| tables.iter().any(|t| t == table))
    }

    fn is_empty(&self, table: &str) -> bool {
        // What the inputs hold is scanned as their records, without a name.
        !table.is_empty()
    }

    fn families(&self) -> Vec<&str> {
        self.session.dataset.families()
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

    fn is_property(&self, name: &str) -> bool {
        self.session.dataset.all_records().properties.contains(name)
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
        let text = std::fs::read_to_string(folder.join(format!("{name}.kql"))).ok()?;
        Some(Arc::new(syntax::parse_function(&text).unwrap_or_else(|error| unreadable(name, text, &error))))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.iter().chain(&self.session.options.parameters).find(|(n, _)| n == name).map(|(_, value)| value.clone())
    }
}

impl Source for Session {
    fn scan(&self, table: &str, columns: &[ScanColumn], predicate: Option<&Expr>) -> Result<Box<dyn ScanStream + '_>> {
        if !table.is_empty() {
            return Ok(Box::new(NoRows));
        }
        let request =
            ScanRequest { table: table.to_owned(), columns: columns.to_vec(), predicate: predicate.cloned(), ..ScanRequest::default() };
        Ok(Box::new(Reading { scan: self.dataset.scan(request), session: self }))
    }

    fn has_places(&self, table: &str) -> bool {
        table.is_empty() && self.dataset.has_places()
    }

    fn fetch(&self, _table: &str, columns: &[ScanColumn], places: &[i64]) -> Result<Batch> {
        let (batch, account) = self.dataset.fetch(columns, places);
        self.refuse_unfit(&account)?;
        Ok(batch)
    }
}

/// What stands for a stored function whose text is wrong: the error is raised where it is called.
fn unreadable(name: &str, text: String, error: &Diagnostic) -> syntax::ast::Expr {
    let line = text.get(..error.span.start as usize).map_or(1, |before| before.matches('\n').count() + 1);
    let message = format!("the stored function `{name}` cannot be read: line {line}: {}", error.message);
    let error = Diagnostic::error(error.code, Span::default(), message);
    syntax::ast::Expr { kind: syntax::ast::ExprKind::Malformed { text, error }, span: Span::default() }
}

/// A declared table without data.
struct NoRows;

impl ScanStream for NoRows {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        None
    }
}

/// A running scan; its account is noted when it is over.
struct Reading<'s> {
    scan: Scan,
    session: &'s Session,
}

impl ScanStream for Reading<'_> {
    fn next_chunk(&self) -> Option<ChunkTask<'_>> {
        let chunk = self.scan.next_chunk()?;
        Some(Box::new(move || {
            let decoded = self.scan.decode_apart(chunk);
            let unfit = self.session.refuse_unfit(&decoded.account);
            self.scan.note(decoded.account);
            unfit?;
            self.session.advance(&self.scan);
            if self.session.options.strict {
                self.refuse_losses()?;
            }
            Ok(decoded.batch)
        }))
    }
}

impl Reading<'_> {
    /// `--strict`: the first record that cannot be read ends the run.
    fn refuse_losses(&self) -> Result<()> {
        let account = self.scan.account();
        match account.losses().next() {
            None => Ok(()),
            Some((reason, skipped)) => {
                let place = skipped.places.first().map(|p| format!(" at byte {} of {}", p.offset, p.file)).unwrap_or_default();
                Err(Diagnostic::error(Code::RUNTIME, Default::default(), format!("{reason}{place}")))
            }
        }
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.session.note(self.scan.account());
    }
}
