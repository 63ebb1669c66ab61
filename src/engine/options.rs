//! How a session runs queries.

use std::path::PathBuf;

use crate::input::{DayOrder, Inspect};
use crate::syntax;
use crate::value::{DateTime, Field};

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
    /// How dates like 05/06/2024 are read, whatever the files show.
    pub date_order: Option<DayOrder>,
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
            date_order: None,
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
