//! From the words on the command line to files: files, folders (recursively, sorted), globs, `-` for standard input.

use std::fmt;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

/// Why the inputs cannot be opened at all.
#[derive(Debug)]
pub enum InputError {
    /// No file has this name, or matches this pattern.
    NotFound(String),
    Pattern {
        pattern: String,
        message: String,
    },
    Unreadable {
        path: PathBuf,
        error: std::io::Error,
    },
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputError::NotFound(input) => write!(f, "no file matches `{input}`"),
            InputError::Pattern { pattern, message } => write!(f, "the pattern `{pattern}` is malformed: {message}"),
            InputError::Unreadable { path, error } => write!(f, "`{}` cannot be read: {error}", path.display()),
        }
    }
}

impl std::error::Error for InputError {}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of the inputs; a file that several inputs name is there once.
    pub files: Vec<PathBuf>,
    /// Folders and links that could not be looked into.
    pub closed: Vec<PathBuf>,
}

/// The files that the inputs name.
pub fn files(inputs: &[String]) -> Result<Found, InputError> {
    let mut all = Found::default();
    for input in inputs {
        let path = Path::new(input);
        let found = if path.is_dir() {
            walk(path, |_| true)
        } else if path.exists() {
            Found { files: vec![path.to_owned()], closed: Vec::new() }
        } else if input.contains(['*', '?', '[', '{']) {
            matching(input)?
        } else {
            return Err(InputError::NotFound(input.clone()));
        };
        if found.files.is_empty() && found.closed.is_empty() && !path.is_dir() {
            return Err(InputError::NotFound(input.clone()));
        }
        all.files.extend(found.files);
        all.closed.extend(found.closed);
    }
    let mut seen = std::collections::HashSet::new();
    all.files.retain(|file| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
    Ok(all)
}

/// The files whose paths begin with a text, as in a store: a folder's, a file itself.
pub fn files_below(prefix: &str) -> Vec<PathBuf> {
    let path = Path::new(prefix);
    if path.is_dir() {
        return walk(path, |_| true).files;
    }
    let (Some(folder), Some(start)) = (path.parent(), path.file_name()) else { return Vec::new() };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name().into_iter().filter_map(Result::ok);
    let begun = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&*start.to_string_lossy()));
    begun.flat_map(|entry| walk(entry.path(), |_| true).files).collect()
}

fn walk(root: &Path, keep: impl Fn(&Path) -> bool) -> Found {
    let mut found = Found::default();
    for entry in WalkDir::new(root).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() && keep(entry.path()) => found.files.push(entry.into_path()),
            Ok(_) => {}
            // A link into a folder around it leads to nothing new; where a pattern's root is not there, nothing matches.
            Err(error) if error.loop_ancestor().is_some() || error.depth() == 0 && !root.exists() => {}
            Err(error) => found.closed.extend(error.path().map(Path::to_owned)),
        }
    }
    found
}

fn matching(pattern: &str) -> Result<Found, InputError> {
    let malformed = |error: globset::Error| InputError::Pattern { pattern: pattern.to_owned(), message: error.kind().to_string() };
    let matcher = GlobBuilder::new(pattern).literal_separator(true).build().map_err(malformed)?.compile_matcher();
    // The folders before the first wildcard need no search.
    let fixed = &pattern[..pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len())];
    let root = fixed.rfind('/').map_or("", |at| &pattern[..=at]);
    let root = if root.is_empty() { Path::new(".") } else { Path::new(root) };
    Ok(walk(root, |path| matcher.is_match(path) || path.strip_prefix("./").is_ok_and(|rest| matcher.is_match(rest))))
}
