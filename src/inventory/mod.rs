//! What a set of inputs is and holds, as the page that an investigator attaches: every file layer by layer, what was read of it and
//! what not, when its events happened, what tools lost before, and the digests.

mod json;
mod page;
mod pass;
mod text;

use std::collections::BTreeMap;

use crate::engine::{EngineError, Session};
use crate::input::{Account, FileAccount, Spans, sha256};
use crate::value::DateTime;

pub use json::as_json;
pub use page::as_html;
pub use text::as_text;

/// The inventory of a session's inputs.
pub struct Inventory {
    pub version: &'static str,
    /// The query that it was made for.
    pub query: Option<String>,
    /// When it was made.
    pub made: DateTime,
    /// Gaps between events that are longer than this, as it was asked for.
    pub gap: String,
    pub inputs: Vec<Input>,
    pub files: Vec<File>,
    pub account: Account,
    /// Of all files together.
    pub gaps: Gaps,
    /// Records by the table whose rows they are or become.
    pub tables: BTreeMap<String, Rows>,
}

/// A file that was given.
pub struct Input {
    pub name: String,
    pub bytes: u64,
    /// Or why it could not be taken.
    pub sha256: Result<String, String>,
}

/// A file or a member of an archive.
pub struct File {
    pub name: String,
    /// What it is; `None` for what holds no records.
    pub layers: Option<Layers>,
    pub account: FileAccount,
    pub gaps: Gaps,
    pub tables: BTreeMap<String, Rows>,
}

/// The layers of a file, in words.
pub struct Layers {
    pub container: String,
    pub encoding: String,
    pub framing: String,
    pub envelope: String,
    pub families: String,
    pub dates: Option<&'static str>,
}

/// The records that are rows of a table.
#[derive(Clone, Copy, Default)]
pub struct Rows {
    pub records: u64,
    /// Microsoft does not make the table from such records: they are like its rows.
    pub inferred: bool,
}

/// Long times without events.
#[derive(Default)]
pub struct Gaps {
    pub spans: Vec<(DateTime, DateTime)>,
    /// There were more than can be kept.
    pub too_many: bool,
}

impl Gaps {
    fn of(times: Option<&Spans>) -> Gaps {
        times.map_or_else(Gaps::default, |times| Gaps { spans: times.gaps(), too_many: times.overflown })
    }
}

/// Reads all inputs of a session that inspects, and digests them beside that.
pub fn take(session: &Session, gap: &str, query: Option<String>) -> Result<Inventory, EngineError> {
    let (read, inputs) = std::thread::scope(|scope| {
        let digests = scope.spawn(|| inputs(session));
        (pass::read(session), digests.join())
    });
    let read = read.map_err(|error| EngineError(error.message))?;
    let inputs = inputs.map_err(|_| EngineError("the inputs could not be digested".to_owned()))?;
    let mut all: Option<Spans> = None;
    for file in read.account.by_file.values().filter_map(|file| file.inspection.as_deref()) {
        match &mut all {
            Some(all) => all.add(file.times.clone()),
            none => *none = Some(file.times.clone()),
        }
    }
    let mut tables: BTreeMap<String, Rows> = BTreeMap::new();
    for (name, rows) in read.tables.values().flatten() {
        let own = tables.entry(name.clone()).or_default();
        *own = Rows { records: own.records + rows.records, inferred: rows.inferred };
    }
    Ok(Inventory {
        version: env!("CARGO_PKG_VERSION"),
        query,
        made: DateTime::now(),
        gap: gap.to_owned(),
        inputs,
        files: files(session, &read),
        gaps: Gaps::of(all.as_ref()),
        tables,
        account: read.account,
    })
}

/// The files that a session was given, with their digests: reads them all once.
pub fn inputs(session: &Session) -> Vec<Input> {
    let digest = |input: crate::input::Input<'_>| Input {
        name: input.name.to_owned(),
        bytes: input.bytes,
        sha256: sha256(input.path).map_err(|error| error.to_string()),
    };
    session.dataset().inputs().map(digest).collect()
}

/// Files with records in the order in which they were read, then what was left out whole.
fn files(session: &Session, read: &pass::Read) -> Vec<File> {
    let mut files = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let file = |name: &str, layers: Option<Layers>| {
        let account = read.account.by_file.get(name).cloned().unwrap_or_default();
        let gaps = Gaps::of(account.inspection.as_deref().map(|seen| &seen.times));
        File { name: name.to_owned(), layers, gaps, account, tables: read.tables.get(name).cloned().unwrap_or_default() }
    };
    for layers in session.dataset().layers() {
        seen.insert(layers.name);
        files.push(file(layers.name, Some(words(&layers))));
    }
    files.extend(read.account.by_file.keys().filter(|name| !seen.contains(name.as_str())).map(|name| file(name, None)));
    files
}

fn words(layers: &crate::input::Layers<'_>) -> Layers {
    let or = |words: String, none: &str| if words.is_empty() { none.to_owned() } else { words };
    Layers {
        container: or(layers.container.iter().rev().copied().collect::<Vec<_>>().join(" in "), "plain file"),
        encoding: format!("{}{}", layers.encoding, if layers.byte_order_mark { " with a byte order mark" } else { "" }),
        framing: layers.framing.clone(),
        envelope: or(layers.envelope.join(", "), "none"),
        families: or(layers.families.join(", "), "none: no records"),
        dates: layers.date_order,
    }
}
