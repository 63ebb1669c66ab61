//! Finding and sniffing the inputs: files side by side, what containers hold, streams.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tempfile::TempDir;

use super::super::account::Account;
use super::super::container::{self, Access, Kind, Member};
use super::super::encoding::Encoding;
use super::super::family::{self, Family};
use super::super::framing::splitter::LONGEST_RECORD;
use super::super::schema::{COMMON, Sampler};
use super::super::sniff::{self, HEAD, Look};
use super::super::source::Source;
use super::files::{FIRST_LOOK, head, is_junk, is_pipe, iso, spread, unreadable};
use super::{Dataset, Inner, InputOptions, RAW, sameness};

pub struct Opening {
    sources: Vec<Source>,
    inputs: Vec<(Arc<str>, PathBuf, u64)>,
    /// The containers around the file in work.
    packed: Vec<&'static str>,
    pub account: Account,
    sampler: Sampler,
    /// Of the records of the unified audit log only.
    unified: Sampler,
    /// Sources, by their index, that look like no log.
    timeless: Vec<(usize, Sampler)>,
    unpacked: Vec<TempDir>,
    /// When the file in work was written.
    modified: Option<Arc<str>>,
    options: InputOptions,
    look: Look,
}

/// Of so many records of all files together the members are looked at, but of a few of each file in any case, and of no more than it takes
/// to know most columns: whoever asks for others, or for all, has the files looked at for longer (`Dataset::look_deeper`).
const RECORDS: usize = 12_800;
const FEWEST: usize = 8;
const MOST: usize = 128;

/// Into how many parts many files are divided that are opened side by side.
const PARTS: usize = 64;

impl Opening {
    fn new(options: InputOptions, files: usize) -> Opening {
        let look = Look { csv_header: options.csv_header, records: (RECORDS / files.max(1)).clamp(FEWEST, MOST) };
        Opening {
            sources: Vec::new(),
            inputs: Vec::new(),
            packed: Vec::new(),
            account: Account::default(),
            sampler: Sampler::default(),
            unified: Sampler::default(),
            timeless: Vec::new(),
            unpacked: Vec::new(),
            modified: None,
            options,
            look,
        }
    }

    /// Opens files, where there may be several threads side by side. What is found is in their order all the same.
    pub fn of(files: &[PathBuf], options: InputOptions) -> Opening {
        let all = files.len();
        let part = |files: &[PathBuf]| {
            let mut opening = Opening::new(options.clone(), all);
            files.iter().for_each(|path| opening.file(path));
            opening
        };
        if options.threads == 1 {
            return part(files);
        }
        let parts: Vec<Opening> = files.par_chunks(files.len().div_ceil(PARTS).max(1)).map(part).collect();
        parts.into_iter().reduce(Opening::add).unwrap_or_else(|| Opening::new(options, 0))
    }

    /// Takes in what was found in the files after these.
    fn add(mut self, other: Opening) -> Opening {
        let before = self.sources.len();
        self.timeless.extend(other.timeless.into_iter().map(|(index, sampler)| (before + index, sampler)));
        self.sources.extend(other.sources);
        self.inputs.extend(other.inputs);
        self.account.add(other.account);
        self.sampler.merge(&other.sampler);
        self.unified.merge(&other.unified);
        self.unpacked.extend(other.unpacked);
        self
    }

    fn file(&mut self, path: &Path) {
        let name: Arc<str> = path.to_string_lossy().into();
        let metadata = path.metadata().ok();
        let size = metadata.as_ref().map_or(0, |m| m.len());
        let is_pipe = metadata.as_ref().is_some_and(is_pipe);
        self.modified = metadata.and_then(|m| m.modified().ok()).map(|time| iso(time).into());
        if is_pipe {
            return self.stream(&name, || std::fs::File::open(path).map(|pipe| Box::new(pipe) as Box<dyn Read + Send>));
        }
        self.inputs.push((name.clone(), path.to_owned(), size));
        self.found(Member { name: name.to_string(), path: path.to_owned(), access: Access::Plain, size }, 0);
    }

    /// Takes in a file or a member, or notes why not.
    fn found(&mut self, member: Member, depth: usize) {
        let name = member.name.clone();
        if let Err(reason) = self.source(member, depth) {
            self.account.skip(reason, &name, 0);
        }
    }

    fn source(&mut self, member: Member, depth: usize) -> Result<(), &'static str> {
        if is_junk(&member.name) {
            return Err(family::JUNK);
        }
        let outer = container::open(&member.path, &member.access).map_err(unreadable(&member.access))?;
        let (outer_kind, outer) = container::peek(outer).map_err(unreadable(&member.access))?;
        let access = match (outer_kind, &member.access) {
            (Kind::Gzip | Kind::Zstd, _) => Access::Compressed,
            (Kind::Parquet, Access::Plain) => Access::Parquet,
            (_, access) => access.clone(),
        };
        let (kind, reader) = if access == member.access {
            (outer_kind, outer)
        } else {
            container::open(&member.path, &access).and_then(container::peek).map_err(|_| BROKEN_CONTAINER)?
        };
        let container = self.container(outer_kind, kind);
        match kind {
            Kind::Unsupported => return Err(UNSUPPORTED_CONTAINER),
            Kind::Zip | Kind::Tar | Kind::SevenZip | Kind::Parquet => {
                let stream = (access != Access::Plain || kind == Kind::Parquet).then_some(reader);
                let around = std::mem::replace(&mut self.packed, container);
                let unpacked = self.archive(kind, &member, stream, depth);
                self.packed = around;
                return unpacked;
            }
            Kind::None | Kind::Gzip | Kind::Zstd => {}
        }
        let mut start = head(reader, HEAD).map_err(|_| BROKEN_CONTAINER)?;
        let mut sampler = Sampler::default();
        let mut sniffed = sniff::sniff(&start, start.len() < HEAD, self.look, &mut sampler)?;
        // A first record that is longer than the head would leave all columns unknown.
        let mut wanted = HEAD;
        while start.len() == wanted && sniffed.shows_no_record(&start) && wanted < LONGEST_HEAD {
            wanted = (wanted * 8).min(LONGEST_HEAD);
            start = container::open(&member.path, &access).and_then(|reader| head(reader, wanted)).map_err(|_| BROKEN_CONTAINER)?;
            sampler = Sampler::default();
            sniffed = sniff::sniff(&start, start.len() < wanted, self.look, &mut sampler)?;
        }
        if access == Access::Plain && sniffed.encoding == Encoding::Utf8 && member.size > HEAD as u64 {
            let beyond = spread(&member.path, member.size, self.options.threads, FIRST_LOOK, |block, thin| sniffed.beyond(block, thin));
            beyond.iter().for_each(|block| sniffed.take_in(block, &mut sampler));
        }
        sniffed.settle_table(self.options.table_of);
        sniffed.order = self.options.date_order.unwrap_or(sniffed.order);
        if sniffed.family.is_unified() {
            self.unified.merge(&sampler);
        }
        if sniffed.family == Family::Other && !sampler.saw_time() {
            self.timeless.push((self.sources.len(), sampler));
        } else {
            self.sampler.merge(&sampler);
        }
        self.sources.push(Source {
            name: member.name.into(),
            path: member.path,
            access,
            container,
            size: member.size,
            modified: self.modified.clone(),
            sniffed,
            late: Arc::default(),
        });
        Ok(())
    }

    /// The containers around the content of the file in work.
    fn container(&self, outer: Kind, inner: Kind) -> Vec<&'static str> {
        let mut packed = self.packed.clone();
        packed.extend([outer, inner].iter().filter(|kind| **kind != Kind::None).map(|kind| kind.name()));
        packed.dedup();
        packed
    }

    fn archive(&mut self, kind: Kind, member: &Member, stream: Option<Box<dyn Read + Send>>, depth: usize) -> Result<(), &'static str> {
        if depth >= container::DEEPEST {
            return Err(TOO_DEEP);
        }
        let folder = self.folder()?;
        let found = container::members(kind, &member.path, stream, &folder).map_err(|_| BROKEN_CONTAINER)?;
        if found.members.iter().any(|inner| inner.name == OFFICE_PART) {
            return Err(family::OFFICE);
        }
        let whole = found.members.is_empty() && found.losses.len() == 1;
        for loss in found.losses {
            let name = loss.name.filter(|_| !whole).map_or_else(|| member.name.clone(), |name| format!("{}/{name}", member.name));
            self.account.skip(loss.reason.unwrap_or(BROKEN_CONTAINER), &name, loss.offset);
        }
        for inner in found.members {
            self.found(Member { name: format!("{}/{}", member.name, inner.name), ..inner }, depth + 1);
        }
        Ok(())
    }

    /// The folder for what must be unpacked; it goes when the data set goes.
    fn folder(&mut self) -> Result<PathBuf, &'static str> {
        if self.unpacked.is_empty() {
            self.unpacked.push(tempfile::Builder::new().prefix("kalypso-").tempdir().map_err(|_| NO_ROOM)?);
        }
        Ok(self.unpacked.first().map(|folder| folder.path().to_owned()).unwrap_or_default())
    }

    /// What can be read once only, written to a file because it is read more than once.
    pub fn stream(&mut self, name: &str, open: impl FnOnce() -> std::io::Result<Box<dyn Read + Send>>) {
        let written = self.folder().and_then(|folder| {
            let stream = open().map_err(|_| UNREADABLE)?;
            container::members(Kind::None, Path::new(name), Some(stream), &folder).map_err(|_| NO_ROOM)
        });
        match written {
            Ok(found) => found.members.into_iter().for_each(|member| {
                self.inputs.push((name.into(), member.path.clone(), member.size));
                self.found(Member { name: name.to_owned(), ..member }, 0);
            }),
            Err(reason) => self.account.skip(reason, name, 0),
        }
    }

    /// Files without any time are left out beside logs (configuration that collecting tools write); on their own they are read.
    fn settle_timeless(&mut self) {
        let timeless = std::mem::take(&mut self.timeless);
        if timeless.len() == self.sources.len() {
            return timeless.into_iter().for_each(|(_, sampler)| self.sampler.merge(&sampler));
        }
        for (index, _) in timeless.into_iter().rev() {
            let source = self.sources.remove(index);
            self.account.skip(family::TIMELESS, &source.name, 0);
        }
    }

    pub fn finish(mut self) -> Dataset {
        self.settle_timeless();
        if self.sources.iter().any(|s| s.sniffed.family.is_unified()) {
            COMMON.iter().for_each(|name| {
                self.sampler.column(name);
                self.unified.column(name);
            });
        }
        let inner = Inner {
            sameness: sameness(&self.sources),
            sources: self.sources,
            inputs: self.inputs,
            options: self.options,
            opened: self.account,
            first: [self.sampler.clone(), self.unified.clone()],
            all: self.sampler.finish(""),
            unified: self.unified.finish(RAW),
            deeper: OnceLock::new(),
            watched: AtomicBool::new(false),
            grown: AtomicBool::new(false),
            _unpacked: self.unpacked,
        };
        Dataset { inner: Arc::new(inner) }
    }
}

/// The member that every Office document has.
const OFFICE_PART: &str = "[Content_Types].xml";

pub const UNREADABLE: &str = "the file cannot be read";
pub const CLOSED: &str = "a folder or a link that cannot be followed";
pub const TOO_DEEP: &str = "containers that nest too deep";
pub const NO_ROOM: &str = "it could not be unpacked into the temporary folder";
pub const UNSUPPORTED_CONTAINER: &str = "compressed in a way that is not supported (bzip2, xz, rar): unpack it first";
pub const BROKEN_CONTAINER: &str = "the compressed file is damaged";

/// So much is looked at to see the first record whole.
const LONGEST_HEAD: usize = LONGEST_RECORD;
