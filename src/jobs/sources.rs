//! The input files of a job: what was seen of each, what has changed, and which of them a window needs.
//!
//! A watch that runs every five minutes over years of exports must not read them all each time. What is new is read once to learn
//! from when to when its records are; a file without a record in a window is then not opened for it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::engine::{Session, SessionOptions};
use crate::input;
use crate::library::hex;
use crate::value::DateTime;

use super::deliver::Output;
use super::job::Job;
use super::run::{Cause, Failure};
use super::store::{SourceRecord, Store};

/// The files that a job's inputs are now.
pub struct Sources {
    inputs: Vec<String>,
    files: Vec<(String, SourceRecord)>,
}

impl Sources {
    /// Finds the files, and reads what is new about them. What is odd about their change is noted: logs only grow.
    pub fn look(store: &Store, job: &Job, threads: usize, notes: &mut Vec<String>) -> Result<Sources, Failure> {
        refuse_outputs(job)?;
        let found = input::files(&job.inputs).map_err(|error| Failure::new(Cause::Definition, error.to_string()))?.files;
        let (mut files, mut changed) = (Vec::new(), Vec::new());
        for path in found {
            let name = path.to_string_lossy().into_owned();
            let known = store.source(&name)?;
            let record = match known.as_ref().filter(|known| is_same(&path, known)) {
                Some(known) => known.clone(),
                None => {
                    // A file that cannot be read is left to the run, which says so.
                    let record = look_at(&path, known.as_ref(), threads, notes).unwrap_or_default();
                    changed.push((name.clone(), record.clone()));
                    record
                }
            };
            files.push((name, record));
        }
        if !changed.is_empty() {
            store.set_sources(&changed)?;
        }
        Ok(Sources { inputs: job.inputs.clone(), files })
    }

    /// The inputs that a span of time needs. One file with records is always among them: it shows how they are made.
    pub fn within(&self, start: DateTime, end: DateTime) -> Vec<String> {
        let (start, end) = (start.ticks(), end.ticks());
        let outside = |record: &SourceRecord| record.span.is_some_and(|(first, last)| last < start || first >= end);
        if !self.files.iter().any(|(_, record)| outside(record)) {
            return self.inputs.clone();
        }
        let newest = self.files.iter().filter(|(_, record)| record.span.is_some()).max_by_key(|(_, record)| record.span);
        let needed = |(name, record): &&(String, SourceRecord)| !outside(record) || newest.is_some_and(|(newest, _)| newest == name);
        self.files.iter().filter(needed).map(|(name, _)| name.clone()).collect()
    }
}

/// Alerts that are written into the inputs would be read as records, and files of evidence are never written to.
fn refuse_outputs(job: &Job) -> Result<(), Failure> {
    let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    for output in &job.outputs {
        let Output::Ndjson(path) = output else { continue };
        let folder = resolved(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
        let place = folder.join(path.file_name().unwrap_or_default());
        let inside = |input: &String| Path::new(input).is_dir() && place.starts_with(resolved(Path::new(input)));
        let among = || input::files(&job.inputs).is_ok_and(|found| found.files.iter().any(|file| resolved(file) == place));
        if job.inputs.iter().any(inside) || among() {
            return Err(Failure::new(Cause::Definition, format!("the output {} lies among the inputs", path.display())));
        }
    }
    Ok(())
}

fn is_same(path: &Path, known: &SourceRecord) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.len() == known.size && modified(&metadata) == known.modified)
}

fn modified(metadata: &fs::Metadata) -> u64 {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_nanos() as u64)
}

fn look_at(path: &Path, known: Option<&SourceRecord>, threads: usize, notes: &mut Vec<String>) -> io::Result<SourceRecord> {
    let metadata = fs::metadata(path)?;
    let size = metadata.len();
    let before = known.map_or(0, |known| known.size.min(size));
    let (start, whole) = digests(path, before, size)?;
    if let Some(known) = known.filter(|known| !known.digest.is_empty()) {
        if size < known.size {
            notes.push(format!("{} has become shorter since it was last read: {} bytes of {}", path.display(), size, known.size));
        } else if start != known.digest {
            notes.push(format!("{} was rewritten since it was last read", path.display()));
        }
        if whole == known.digest {
            return Ok(SourceRecord { modified: modified(&metadata), ..known.clone() });
        }
    }
    Ok(SourceRecord { size, modified: modified(&metadata), digest: whole, span: span(path, threads) })
}

/// The digests of a file's first bytes and of all that it had when it was looked at.
fn digests(path: &Path, first: u64, size: u64) -> io::Result<(String, String)> {
    let mut file = File::open(path)?.take(size);
    let mut hash = Sha256::new();
    hash_some(&mut file, first, &mut hash)?;
    let start = hex(&hash.clone().finalize());
    hash_some(&mut file, size - first, &mut hash)?;
    Ok((start, hex(&hash.finalize())))
}

fn hash_some(file: &mut impl Read, mut left: u64, hash: &mut Sha256) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    while left > 0 {
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        match file.read(&mut buffer[..most])? {
            0 => break,
            read => {
                hash.update(&buffer[..read]);
                left -= read as u64;
            }
        }
    }
    Ok(())
}

/// From when to when the records of a file are; `None` where some tell no time or could not be read.
fn span(path: &Path, threads: usize) -> Option<(i64, i64)> {
    let path: PathBuf = path.to_owned();
    let options = SessionOptions { inputs: vec![path.to_string_lossy().into_owned()], threads, ..SessionOptions::default() };
    let session = Session::open(options).ok()?;
    let (first, last, undated) = session.span().ok()?;
    let is_told = undated == 0 && session.account().is_complete() && session.account().skipped.is_empty();
    first.zip(last).filter(|_| is_told).map(|(first, last)| (first.ticks(), last.ticks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_needs_the_files_of_its_time_and_one_to_show_the_form() {
        let at = |tick: i64| DateTime::from_ticks(tick).unwrap();
        let file = |name: &str, span| (name.to_owned(), SourceRecord { span, ..SourceRecord::default() });
        let files = vec![file("old", Some((0, 9))), file("new", Some((10, 19))), file("undated", None)];
        let sources = Sources { inputs: vec!["all".to_owned()], files };
        assert_eq!(sources.within(at(5), at(15)), ["all"]);
        assert_eq!(sources.within(at(10), at(15)), ["new", "undated"]);
        assert_eq!(sources.within(at(0), at(10)), ["old", "new", "undated"]);
        assert_eq!(sources.within(at(30), at(40)), ["new", "undated"]);
    }
}
