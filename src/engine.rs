//! The pipeline in one screen: text → tree → plan → optimised plan → batches → sink.

mod advise;
mod catalog;
mod held;
mod options;
mod plans;
mod questions;
mod reading;
mod session;
mod sink;
mod widen;

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use crate::bind::{Binder, BoundQuery, TimeRange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::execute::{Bounds, Executor};
use crate::input::{Account, Dataset};
use crate::plan::{Context, Relation, RelationKind};
use crate::syntax;
use crate::value::{Field, Schema};

use catalog::Known;
use held::Held;
use reading::Progress;
use widen::Widening;

pub use catalog::{Ask, Defer};
pub use options::{EngineError, STACK, SessionOptions};
pub use plans::Planned;
pub use sink::{Outcome, ResultSink};

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
    row_tables: Mutex<Option<Arc<Vec<String>>>>,
    widening: Widening,
}

impl Session {
    /// Runs a query and hands its rows to `sink`. It starts again where a value shows that a column's type was sampled too narrow, or a
    /// record that its file holds more than was sampled.
    pub fn run(&self, text: &str, sink: &mut dyn ResultSink) -> std::result::Result<Outcome, Vec<Diagnostic>> {
        let mut held = Held::new(sink, &self.widening);
        loop {
            self.widening.start();
            let outcome = self.attempt(text, &mut held);
            self.widening.stop();
            if outcome.is_err() && !held.is_released() && self.has_grown() {
                held.forget();
                continue;
            }
            let before = if outcome.is_err() && !held.is_released() { self.widening.widen() } else { None };
            let Some(before) = before else {
                return outcome.map_err(|error| vec![*error]);
            };
            held.forget();
            if self.bind(text, &Known::new(self, false)).is_err() {
                // With the wider types it is no query: then what does not fit is null, and counted.
                self.widening.restore(before);
                let _ = held.release();
                return self.attempt(text, &mut held).map_err(|error| vec![*error]);
            }
        }
    }

    /// The pipeline.
    fn attempt(&self, text: &str, sink: &mut Held<'_>) -> Result<Outcome> {
        let tree = self.parse(text)?;
        let context = self.context_of(&tree);
        let catalog = Known::new(self, true);
        let bound = catalog.settle(text, || self.binder(&catalog, &context).query(&tree))?;
        let results: Vec<(String, Schema, Relation)> =
            bound.results.into_iter().map(|table| (table.name, schema(&table.relation), self.optimize(table.relation))).collect();
        // Who reads most columns is to see all that there are.
        if results.iter().any(|(_, _, plan)| self.reads_most(plan)) && self.inside(|| self.dataset.look_deeper()) {
            return self.attempt(text, sink);
        }
        sink.announce(results.len()).map_err(|message| Diagnostic::error(Code::UNSUPPORTED, Default::default(), message))?;
        for (i, (name, schema, plan)) in results.into_iter().enumerate() {
            let name = if name.is_empty() { format!("Table_{i}") } else { name };
            sink.begin(&schema, &name);
            if !self.widening.may_concern(&plan) && !self.dataset.may_surprise() {
                let _ = sink.release();
            }
            let executor = Executor { context: &context, ..self.executor() };
            self.inside(|| executor.stream(&plan, |batch| Ok(sink.batch(&batch))))?;
            sink.end();
        }
        let _ = sink.release();
        Ok(Outcome { warnings: bound.warnings, account: self.account() })
    }

    /// Whether a plan reads most of the columns that the sampled records have.
    fn reads_most(&self, plan: &Relation) -> bool {
        match &plan.kind {
            RelationKind::Scan { columns, .. } => columns.len() * 2 >= self.dataset.all_records().fields.len(),
            _ => plan.inputs().into_iter().any(|input| self.reads_most(input)),
        }
    }

    /// A text that may begin with an operator.
    fn parse(&self, text: &str) -> Result<syntax::ast::Query> {
        syntax::parse_with(text, syntax::Options { headless: true, depth: self.options.depth })
    }

    fn bind(&self, text: &str, catalog: &Known<'_>) -> Result<BoundQuery> {
        let tree = self.parse(text)?;
        let context = self.context_of(&tree);
        catalog.settle(text, || self.binder(catalog, &context).query(&tree))
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
}

fn schema(relation: &Relation) -> Schema {
    relation.outputs.iter().map(|o| Field::new(o.name.clone(), o.ty)).collect()
}
