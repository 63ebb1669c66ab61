//! An output file that is there whole or not at all: written under a temporary name beside its place, then renamed.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile};

use super::Sink;

/// Temporary files of this process that are not in their place yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every half-written file and lets none be finished any more. For the moment before the process ends by a signal.
pub fn discard_unfinished() {
    let mut files = unfinished();
    for path in files.drain(..) {
        let _ = fs::remove_file(path);
    }
    std::mem::forget(files);
}

/// A file being written. Dropped without `commit`, it leaves nothing behind.
pub struct OutputFile {
    /// `None` where the place is no regular file (`/dev/null`, a pipe): renaming would replace it.
    temporary: Option<NamedTempFile>,
    place: PathBuf,
}

impl OutputFile {
    /// Starts the file that will stand at `path`, and gives the sink to write it.
    pub fn create(path: &Path) -> io::Result<(OutputFile, Sink)> {
        // Through a link, to the file that it names.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let present = fs::metadata(&place).ok();
        if present.as_ref().is_some_and(|m| !m.is_file() && !m.is_dir()) {
            let file = File::options().write(true).open(&place)?;
            return Ok((OutputFile { temporary: None, place }, Box::new(BufWriter::new(file))));
        }
        if present.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        let temporary = builder(present.map(|m| m.permissions())).tempfile_in(folder(&place))?;
        unfinished().push(temporary.path().to_owned());
        let sink = BufWriter::with_capacity(1 << 16, temporary.as_file().try_clone()?);
        Ok((OutputFile { temporary: Some(temporary), place }, Box::new(sink)))
    }

    /// Puts the file in its place. The sink must have been flushed.
    pub fn commit(mut self) -> io::Result<()> {
        let Some(temporary) = self.temporary.take() else { return Ok(()) };
        let mut files = unfinished();
        files.retain(|path| path != temporary.path());
        temporary.persist(&self.place).map(drop).map_err(|error| error.error)
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            unfinished().retain(|path| path != temporary.path());
        }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Temporary files are private by default; this one gets what the file it replaces has, or what the user's umask allows.
fn builder(present: Option<Permissions>) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".kalypso-").suffix(".part");
    match present {
        Some(permissions) => drop(builder.permissions(permissions)),
        #[cfg(unix)]
        None => drop(builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666))),
        #[cfg(not(unix))]
        None => {}
    }
    builder
}
