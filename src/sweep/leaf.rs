//! The rows of a leaf: those that wait for the end of the pass, for a join or another operation that needs all of them, and are many,
//! wait on disk. The rules' memory then is what they compare and count, and not what they will show of it, or never show.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::execute::{Finished, Fragment, FragmentPartial, FragmentState, Groups};
use crate::value::{Batch, Held};

use super::rows::{pack, unpack};

/// So many bytes of each branch of each fragment wait in memory.
const IN_MEMORY: usize = 4 << 20;

/// What a fragment has gathered: its state, and those of its rows that wait on disk.
pub struct Gathering {
    state: FragmentState,
    spill: Option<Spill>,
}

impl Gathering {
    pub fn new(fragment: &Fragment<'_>) -> Gathering {
        Gathering { state: fragment.start(), spill: None }
    }

    /// Takes in what the next chunk gave. Many rows wait in the folder, if there is one.
    pub fn take(&mut self, fragment: &Fragment<'_>, branch: usize, partial: FragmentPartial, folder: Option<&Path>) -> Result<()> {
        fragment.merge(&mut self.state, branch, partial);
        let Some(folder) = folder.filter(|_| self.state.waiting(branch) > IN_MEMORY) else { return Ok(()) };
        let spill = match &mut self.spill {
            Some(spill) => spill,
            none => none.insert(Spill::create(folder)?),
        };
        self.state.take_waiting(branch).iter().try_for_each(|rows| spill.append(branch, rows))
    }

    /// Rows and groups that are held.
    pub fn held(&self) -> usize {
        self.state.held()
    }

    /// Bytes of rows on disk.
    pub fn on_disk(&self) -> u64 {
        self.spill.as_ref().map_or(0, Spill::end)
    }

    /// The fragment's rows.
    pub fn finish(mut self, fragment: &Fragment<'_>) -> Result<Leaf> {
        match self.spill {
            Some(spill) => {
                let later = fragment.branches().enumerate().map(|(branch, _)| self.state.take_waiting(branch)).collect();
                Ok(Leaf::spilled(spill, later))
            }
            None => Ok(match fragment.finish(self.state)? {
                Finished::Groups(groups) if groups.pieces() > 1 => Leaf::of_groups(groups),
                few => Leaf::of(few.rows()?),
            }),
        }
    }
}

/// A file without a name, which goes with the process.
struct Spill {
    file: Mutex<File>,
    pieces: Vec<Piece>,
}

struct Piece {
    branch: usize,
    start: u64,
    bytes: usize,
    rows: usize,
}

impl Spill {
    fn create(folder: &Path) -> Result<Spill> {
        let file = tempfile::tempfile_in(folder).map_err(unkept)?;
        Ok(Spill { file: Mutex::new(file), pieces: Vec::new() })
    }

    /// Appends rows of a branch.
    fn append(&mut self, branch: usize, rows: &Held) -> Result<()> {
        let packed = pack(&rows.batch()).map_err(unkept)?;
        let start = self.end();
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner).write_all(&packed).map_err(unkept)?;
        self.pieces.push(Piece { branch, start, bytes: packed.len(), rows: rows.rows() });
        Ok(())
    }

    fn end(&self) -> u64 {
        self.pieces.last().map_or(0, |last| last.start + last.bytes as u64)
    }

    fn read(&self, piece: &Piece) -> Result<Batch> {
        let mut bytes = vec![0; piece.bytes];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(piece.start)).and_then(|_| file.read_exact(&mut bytes)).map_err(unkept)?;
        unpack(&bytes, piece.rows).ok_or_else(|| unkept(io::Error::other("they are damaged")))
    }
}

/// A leaf's rows, in input order.
#[derive(Default)]
pub struct Leaf {
    spill: Option<Spill>,
    groups: Option<Groups>,
    parts: Vec<Part>,
}

enum Part {
    Rows(Batch),
    /// The number of a piece of the file.
    OnDisk(usize),
    /// A piece of the groups.
    Groups(Piecemeal),
}

/// Groups that become rows when they are asked for. Most are asked for once or twice, those that a step for each of many groups reads more
/// often: they stay rows.
struct Piecemeal {
    number: usize,
    reads: AtomicUsize,
    rows: OnceLock<Batch>,
}

impl Piecemeal {
    /// The first readings make the rows for themselves.
    const FIRST: usize = 2;

    fn new(number: usize) -> Piecemeal {
        Piecemeal { number, reads: AtomicUsize::new(0), rows: OnceLock::new() }
    }

    fn rows(&self, groups: &Groups) -> Batch {
        match self.reads.fetch_add(1, Ordering::Relaxed) < Self::FIRST {
            true => groups.piece(self.number),
            false => self.rows.get_or_init(|| groups.piece(self.number)).clone(),
        }
    }
}

impl Leaf {
    fn of(rows: Vec<Batch>) -> Leaf {
        Leaf { parts: rows.into_iter().map(Part::Rows).collect(), ..Leaf::default() }
    }

    fn of_groups(groups: Groups) -> Leaf {
        let parts = (0..groups.pieces()).map(|number| Part::Groups(Piecemeal::new(number))).collect();
        Leaf { groups: Some(groups), parts, ..Leaf::default() }
    }

    /// Of rows on disk and those that came after them, branch by branch.
    fn spilled(spill: Spill, later: Vec<Vec<Held>>) -> Leaf {
        let mut parts = Vec::new();
        for (branch, later) in later.iter().enumerate() {
            let pieces = spill.pieces.iter().enumerate().filter(|(_, piece)| piece.branch == branch);
            parts.extend(pieces.map(|(number, _)| Part::OnDisk(number)));
            parts.extend(later.iter().map(|rows| Part::Rows(rows.batch())));
        }
        Leaf { spill: Some(spill), parts, ..Leaf::default() }
    }

    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// How many rows there are in all parts.
    pub fn rows(&self) -> usize {
        let of_part = |part: &Part| match part {
            Part::Rows(rows) => rows.rows,
            Part::OnDisk(piece) => self.spill.as_ref().map_or(0, |spill| spill.pieces[*piece].rows),
            Part::Groups(_) => 0,
        };
        self.parts.iter().map(of_part).sum::<usize>() + self.groups.as_ref().map_or(0, Groups::rows)
    }

    pub fn is_empty(&self) -> bool {
        self.spill.is_none() && self.groups.is_none() && self.parts.iter().all(|part| matches!(part, Part::Rows(rows) if rows.rows == 0))
    }

    /// The rows of a part.
    pub fn part(&self, number: usize) -> Result<Batch> {
        match (&self.parts[number], &self.spill, &self.groups) {
            (Part::Rows(rows), ..) => Ok(rows.clone()),
            (Part::OnDisk(piece), Some(spill), _) => spill.read(&spill.pieces[*piece]),
            (Part::Groups(piece), _, Some(groups)) => Ok(piece.rows(groups)),
            (Part::OnDisk(_) | Part::Groups(_), ..) => Err(unkept(io::Error::other("they are lost"))),
        }
    }
}

fn unkept(error: io::Error) -> Box<Diagnostic> {
    Diagnostic::error(Code::RUNTIME, Default::default(), format!("rows that wait cannot be kept on disk: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates;
    use crate::plan::{AggregateCall, ColumnId, Context, Expr, Output, Relation, RelationKind, ScanColumn};
    use crate::value::{Column, DateTime, Type, Value};

    fn all(leaf: &Leaf) -> Vec<Batch> {
        (0..leaf.parts()).map(|part| leaf.part(part).unwrap()).collect()
    }

    #[test]
    fn branches_come_one_after_the_other() {
        let rows = |text: &'static str| Batch { columns: vec![Column::from_values(Type::String, [Value::string(text)])], rows: 1 };
        let mut spill = Spill::create(&std::env::temp_dir()).unwrap();
        for (branch, text) in [(1, "c"), (0, "a"), (1, "d")] {
            spill.append(branch, &Held::of(&rows(text))).unwrap();
        }
        let leaf = Leaf::spilled(spill, vec![vec![Held::of(&rows("b"))], vec![]]);
        let texts: Vec<String> = all(&leaf).iter().map(|batch| batch.columns[0].strings().value(0).to_owned()).collect();
        assert_eq!(texts, ["a", "b", "c", "d"]);
        assert!(!leaf.is_empty());
    }

    #[test]
    fn many_groups_become_rows_in_pieces() {
        const GROUPS: i64 = 20_000;
        let id = ColumnId(0);
        let column = || Expr::Column { id, ty: Type::Long };
        let columns = vec![ScanColumn { id, column: "n".to_owned(), steps: Vec::new(), ty: Type::Long }];
        let output = |id: u32| Output { id: ColumnId(id), name: format!("c{id}"), ty: Type::Long };
        let kind = RelationKind::Scan { table: String::new(), columns, predicate: None };
        let scan = Relation { outputs: vec![output(0)], ordered: false, kind };
        let aggregate = aggregates::find("sum").unwrap();
        let call = AggregateCall { aggregate, arguments: vec![column()], filter: None, outputs: vec![(ColumnId(2), Type::Long)] };
        let kind = RelationKind::Aggregate { input: Box::new(scan), keys: vec![(ColumnId(1), column())], calls: vec![call] };
        let relation = Relation { outputs: vec![output(1), output(2)], ordered: false, kind };
        let fragment = Fragment::new(&relation, &Context { now: DateTime::MIN, places: None, network: false }).unwrap();
        let mut gathering = Gathering::new(&fragment);
        for _ in 0..2 {
            let numbers = Column::from_values(Type::Long, (0..GROUPS).map(Value::Long));
            let partial = fragment.partial(&Batch { columns: vec![numbers], rows: GROUPS as usize }).unwrap();
            gathering.take(&fragment, 0, partial, None).unwrap();
        }
        let leaf = gathering.finish(&fragment).unwrap();
        assert!(leaf.parts() > 1 && !leaf.is_empty());
        for _ in 0..4 {
            let rows = all(&leaf);
            let longs = |at: usize| rows.iter().flat_map(move |batch| batch.columns[at].longs().values().iter().copied());
            assert!(longs(0).eq(0..GROUPS) && longs(1).eq((0..GROUPS).map(|n| 2 * n)));
        }
    }
}
