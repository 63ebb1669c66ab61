//! The one pass over the input: every chunk is read once, and every rule's fragments take their share of it.

use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::{Array, Int64Array};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::engine::Session;
use crate::execute::{FragmentPartial, Shared, in_order};
use crate::input::{Account, Chunk, KIND, Scan, ScanRequest};
use crate::plan::{ColumnId, ScanColumn};
use crate::value::{Batch, Type};

use super::control::{Control, Limits, Seed, out_of_rows};
use super::gate::{RuleGate, Told};
use super::journal::{Entry, Journal, Piece};
use super::leaf::{Gathering, Leaf};
use super::outcome::Status;
use super::prepare::{Prepared, Refusal};
use super::rows::{pack, unpack};
use super::selection::{Selection, Whole};
use super::shared::request;
use super::task::Task;
use super::terms::{Term, Terms};
use super::tree::{Node, ROOT, Tree};
use super::watch::Watch;

/// A fragment's share of one chunk.
struct Share {
    task: usize,
    branch: usize,
    outcome: std::result::Result<Taken, Refusal>,
}

/// What a branch took.
struct Taken {
    partial: FragmentPartial,
    rows: usize,
    /// The rows for the journal, where it still keeps them.
    packed: Option<Vec<u8>>,
}

/// What a chunk gave.
struct Done {
    entry: Entry,
    shares: Vec<Share>,
    /// It is in the journal already.
    restored: bool,
}

/// What the pass gathered for a rule: of each of its fragments the state. Rows take more memory than it.
#[derive(Default)]
pub struct Gathered(Vec<(usize, Gathering)>);

/// Rows that wait for subqueries take so much of the disk at most, and this part of what was read. Reading again is cheaper than writing
/// more.
const DEFERRED: u64 = 4 << 20;
const DEFERRED_PART: u64 = 16;

/// The fragments of all rules over one input.
pub struct Pass<'p> {
    tasks: Vec<Task<'p>>,
    terms: Arc<Terms>,
    tree: Arc<Tree>,
    /// What tells where the rows of a kind go, if kinds are told.
    gate: Option<Arc<RuleGate>>,
    session: &'p Session,
    request: ScanRequest,
    limits: Limits,
    controls: &'p [Control],
    watch: &'p Watch,
    /// There is a journal.
    journalled: bool,
    /// Where rows may wait on disk.
    folder: Option<PathBuf>,
}

impl<'p> Pass<'p> {
    /// Makes the fragments ready. A rule whose fragments cannot be is refused.
    pub fn new(rules: &'p [Option<Prepared>], session: &'p Session, limits: Limits, controls: &'p [Control], watch: &'p Watch) -> Pass<'p> {
        let (mut shared, mut terms) = (Shared::default(), Terms::default());
        let mut tasks = Vec::new();
        for (rule, prepared) in rules.iter().enumerate() {
            let Some(prepared) = prepared else { continue };
            match Task::all(rule, prepared, session.context(), &mut shared, &mut terms) {
                Ok(made) => tasks.extend(made),
                Err(error) => controls[rule].stop(Status::Refused, format!("{} {}", error.code, error.message)),
            }
        }
        let wishes = tasks
            .iter()
            .enumerate()
            .flat_map(|(task, t)| t.wishes.iter().enumerate().filter_map(move |(branch, wish)| Some(((task, branch), wish.as_ref()?))));
        let told = Told::of(&terms, wishes.clone().flat_map(|(_, wish)| wish.filters.iter().copied()), shared.columns());
        let (tree, terms) = (Arc::new(Tree::of(wishes, &told)), Arc::new(terms));
        let gate = RuleGate::new(terms.clone(), tree.clone(), told, shared.columns()).map(Arc::new);
        let mut request = request(shared);
        if let Some(gate) = &gate {
            request.columns.push(kind(request.columns.len()));
            request.gate = Some(gate.clone());
        }
        Pass { tree, gate, tasks, terms, session, request, limits, controls, watch, journalled: false, folder: None }
    }

    /// Lets rows wait in a folder instead of in memory.
    pub fn spilling(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Reads the input, or what of it an earlier run has not read. Gives what `leaves` makes the rows of each rule's leaves of, and the
    /// account.
    pub fn run(&mut self, threads: usize, journal: Option<&mut Journal>) -> Result<(Vec<Gathered>, Account)> {
        self.journalled = journal.is_some();
        let again = journal.as_ref().map(|journal| journal.incomplete().clone()).unwrap_or_default();
        for task in again.iter().filter_map(|task| self.tasks.get(*task)) {
            task.unkept.store(true, Ordering::Relaxed);
        }
        let mut states: Vec<Gathering> = self.tasks.iter().map(|task| Gathering::new(&task.fragment)).collect();
        let scan = self.session.dataset().scan(std::mem::take(&mut self.request));
        self.read(&scan, threads, journal, &again, &mut states)?;
        self.watch.reading("".into(), scan.total_bytes());
        let mut gathered: Vec<Gathered> = self.controls.iter().map(|_| Gathered::default()).collect();
        for (number, (task, state)) in self.tasks.iter().zip(states).enumerate() {
            gathered[task.rule].0.push((number, state));
        }
        Ok((gathered, scan.account()))
    }

    fn read(
        &self,
        scan: &Scan,
        threads: usize,
        mut journal: Option<&mut Journal>,
        again: &HashSet<usize>,
        states: &mut [Gathering],
    ) -> Result<()> {
        self.watch.total(scan.total_bytes());
        let mut most = DEFERRED;
        let mut earlier = journal.as_ref().map(|journal| journal.restore());
        let next = || {
            let chunk = scan.next_chunk()?;
            self.watch.reading(scan.file(&chunk), scan.done_bytes());
            Some((chunk, earlier.as_mut().and_then(Iterator::next)))
        };
        in_order(
            threads,
            next,
            |(chunk, restored)| match restored {
                None => self.fresh(scan, chunk),
                Some(entry) => self.restored(scan, chunk, entry, again),
            },
            |Done { mut entry, mut shares, restored }| {
                if let Some(journal) = journal.as_deref_mut().filter(|_| !restored) {
                    entry.pieces = shares.iter_mut().filter_map(Share::piece).collect();
                    journal.append(&entry).map_err(unwritten)?;
                    for task in journal.incomplete() {
                        self.tasks[*task].unkept.store(true, Ordering::Relaxed);
                    }
                }
                most += entry.account.bytes / DEFERRED_PART;
                scan.note(entry.account);
                shares.into_iter().for_each(|share| self.merge(states, share, most));
                Ok(ControlFlow::Continue(()))
            },
        )
    }

    fn fresh(&self, scan: &Scan, chunk: Chunk) -> Result<Done> {
        let sequence = chunk.sequence;
        let decoded = scan.decode_apart(chunk);
        if !decoded.strangers.is_empty() {
            self.session.dataset().admit(&decoded.strangers);
            return Err(Diagnostic::error(Code::RUNTIME, Default::default(), "a file holds records of more kinds than were sampled"));
        }
        let shares = self.shares(sequence, decoded.batch, &|_| true);
        let entry = Entry { account: decoded.account, keys: decoded.keys, pieces: Vec::new() };
        Ok(Done { entry, shares, restored: false })
    }

    /// A chunk that an earlier run finished: its rows come from the journal, except those that were too many to keep.
    fn restored(&self, scan: &Scan, chunk: Chunk, mut entry: Entry, again: &HashSet<usize>) -> Result<Done> {
        let sequence = chunk.sequence;
        let kept = std::mem::take(&mut entry.pieces);
        let mut shares = Vec::new();
        if again.is_empty() {
            scan.skip(chunk, &entry.keys);
        } else {
            shares = self.shares(sequence, scan.decode_apart(chunk).batch, &|task| again.contains(&task));
        }
        for piece in kept.into_iter().filter(|p| p.task < self.tasks.len() && !again.contains(&p.task)) {
            let rows = unpack(&piece.packed, piece.rows).ok_or_else(|| unwritten(io::Error::other("an entry of it is damaged")))?;
            shares.push(Share { task: piece.task, branch: piece.branch, outcome: self.take(piece.task, sequence, || Ok(rows)) });
        }
        Ok(Done { entry, shares, restored: true })
    }

    fn shares(&self, sequence: u64, batch: Batch, wanted: &dyn Fn(usize) -> bool) -> Vec<Share> {
        let kinds = batch.columns.last().filter(|_| self.gate.is_some()).map(|kinds| kinds.longs().clone());
        let whole = Whole::new(&self.terms, batch);
        let all = Selection::all(&whole);
        let mut descent = Descent { sequence, wanted, shares: Vec::new() };
        match self.gate.as_deref().zip(kinds) {
            Some((gate, kinds)) => {
                let reached = self.reached(gate, &kinds, &all, &mut descent);
                for (number, rows) in reached.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
                    self.descend(self.tree.node(number), &all.only(rows), &mut descent);
                }
            }
            None => self.descend(self.tree.node(ROOT), &all, &mut descent),
        }
        descent.shares.sort_by_key(|share| (share.task, share.branch));
        descent.shares
    }

    /// Of each node the rows that reach it by filters that are told, in order.
    fn reached(&self, gate: &RuleGate, kinds: &Int64Array, all: &Selection<'_>, descent: &mut Descent<'_>) -> Vec<Vec<u32>> {
        let (told, mut untold) = (gate.reached(), Vec::new());
        let mut reached = vec![Vec::new(); self.tree.len()];
        for row in 0..kinds.len() {
            match told.get(kinds.value(row) as usize).filter(|_| kinds.is_valid(row)) {
                Some(nodes) => nodes.iter().for_each(|node| reached[*node].push(row as u32)),
                None => untold.push(row as u32),
            }
        }
        if !untold.is_empty() {
            self.reach(ROOT, untold, all, descent, &mut reached);
            reached.iter_mut().for_each(|rows| rows.sort_unstable());
        }
        reached
    }

    /// Adds rows to a node that they reach, and tries the filters that are told on them.
    fn reach(&self, number: usize, rows: Vec<u32>, all: &Selection<'_>, descent: &mut Descent<'_>, reached: &mut [Vec<u32>]) {
        let node = self.tree.node(number);
        for (filter, below) in node.below.iter().filter(|(filter, _)| self.tells(*filter)) {
            let passing = || all.only(rows.clone()).passing(*filter).map(|at| rows[at]).collect::<Vec<u32>>();
            if let Some(rows) = self.tried(*filter, self.tree.node(*below), descent, passing).filter(|rows| !rows.is_empty()) {
                self.reach(*below, rows, all, descent, reached);
            }
        }
        reached[number].extend(rows);
    }

    /// A filter that is tried once for each kind of record.
    fn tells(&self, filter: Term) -> bool {
        self.gate.as_ref().is_some_and(|gate| gate.tells(filter))
    }

    /// Gives the branches at a node their rows, then narrows them for those below.
    fn descend(&self, node: &Node, rows: &Selection<'_>, descent: &mut Descent<'_>) {
        if rows.rows() == 0 {
            return;
        }
        let (sequence, wanted) = (descent.sequence, descent.wanted);
        let runs = |task: usize| wanted(task) && !self.controls[self.tasks[task].rule].is_stopped();
        for (number, branch) in node.takers.iter().copied().filter(|(task, _)| runs(*task)) {
            let task = &self.tasks[number];
            let Some(wish) = task.wishes.get(branch).and_then(Option::as_ref) else { continue };
            let outcome = self.take(number, sequence, || task.fragment.rows_of_head(branch, rows.batch(&wish.outputs)));
            if !matches!(&outcome, Ok(taken) if taken.rows == 0) {
                descent.shares.push(Share { task: number, branch, outcome });
            }
        }
        for (filter, below) in node.below.iter().filter(|(filter, _)| !self.tells(*filter)) {
            let below = self.tree.node(*below);
            if below.all.iter().any(|(task, _)| runs(*task))
                && let Some(kept) = self.tried(*filter, below, descent, || rows.narrow(*filter))
            {
                self.descend(below, &kept, descent);
            }
        }
    }

    /// Tries a filter. Its work is on the account of the rule that has it alone; where it fails, so do all rules below. What is random is
    /// never shared.
    fn tried<T>(&self, filter: Term, below: &Node, descent: &mut Descent<'_>, narrow: impl FnOnce() -> T) -> Option<T> {
        let nobody = Control::default();
        let owner = below.owner.and_then(|task| self.tasks.get(task));
        let control = owner.map_or(&nobody, |task| &self.controls[task.rule]);
        let seed = owner.map_or(Seed::of(""), |task| task.seed.part(task.place(filter)).part(descent.sequence));
        match control.run(&self.limits, seed, || Ok(narrow())) {
            Ok(kept) => Some(kept),
            Err(refusal) => {
                let failed = |(task, branch): &(usize, usize)| Share { task: *task, branch: *branch, outcome: Err(refusal.clone()) };
                descent.shares.extend(below.all.iter().map(failed));
                None
            }
        }
    }

    /// Takes in what a branch gets of a chunk.
    fn take(&self, number: usize, sequence: u64, rows: impl FnOnce() -> Result<Batch>) -> std::result::Result<Taken, Refusal> {
        let task = &self.tasks[number];
        self.controls[task.rule].run(&self.limits, task.seed.part(sequence), || {
            let rows = rows()?;
            let partial = task.fragment.partial(&rows)?;
            let keep = self.journalled && rows.rows > 0 && !task.unkept.load(Ordering::Relaxed);
            let packed = keep.then(|| pack(&rows)).transpose().map_err(unwritten)?;
            Ok(Taken { partial, rows: rows.rows, packed })
        })
    }

    fn merge(&self, states: &mut [Gathering], share: Share, most: u64) {
        let (task, gathering) = (&self.tasks[share.task], &mut states[share.task]);
        let control = &self.controls[task.rule];
        if control.is_stopped() {
            return;
        }
        let merged = share.outcome.and_then(|taken| {
            if task.shows {
                self.watch.saw(task.rule, taken.rows);
            }
            control.run(&self.limits, task.seed, || gathering.take(&task.fragment, share.branch, taken.partial, self.folder.as_deref()))
        });
        if let Err((status, why)) = merged {
            control.stop(status, why);
        } else if gathering.held() > self.limits.rows {
            control.stop(Status::Cut, out_of_rows(self.limits.rows));
        } else if task.deferred && gathering.on_disk() > most {
            control.stop(Status::Cut, "its rows are read again".to_owned());
        }
        if task.deferred && control.is_stopped() {
            *gathering = Gathering::new(&task.fragment);
        }
    }

    /// The rows of a rule's leaves.
    pub fn leaves(&self, gathered: Gathered) -> Vec<Leaf> {
        let finish = |(number, gathering): (usize, Gathering)| {
            let task = &self.tasks[number];
            let control = &self.controls[task.rule];
            control.run(&self.limits, task.seed, || gathering.finish(&task.fragment)).unwrap_or_else(|(status, why)| {
                control.stop(status, why);
                Leaf::default()
            })
        };
        gathered.0.into_iter().map(finish).collect()
    }
}

/// The way of one chunk through the tree.
struct Descent<'w> {
    /// The chunk's place in the input.
    sequence: u64,
    wanted: &'w dyn Fn(usize) -> bool,
    shares: Vec<Share>,
}

impl Share {
    /// What the journal keeps of it.
    fn piece(&mut self) -> Option<Piece> {
        let taken = self.outcome.as_mut().ok()?;
        Some(Piece { task: self.task, branch: self.branch, rows: taken.rows, packed: taken.packed.take()? })
    }
}

/// The column that tells the kind of record.
fn kind(at: usize) -> ScanColumn {
    ScanColumn { id: ColumnId(at as u32), column: KIND.to_owned(), steps: Vec::new(), ty: Type::Long }
}

fn unwritten(error: io::Error) -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), format!("the journal cannot be written: {error}"))
}
