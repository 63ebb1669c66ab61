//! From exports on disk to batches: container, encoding, framing, envelope, record. Each layer is decided on its own.
//!
//! `Dataset::open` finds and sniffs the inputs; `Dataset::scan` starts a scan, from which many tasks take chunks
//! (`Scan::next_chunk`, cheap) and decode them (`Scan::decode`, heavy).
//!
//! # How a column is found in a record
//!
//! A record may wrap another: the export's columns around `AuditData` (text or object, also Graph's `auditData`), a diagnostic
//! record around `properties`. A column is looked for by its exact name in the wrapper, then in the inner record, then in any
//! case in the wrapper, then in the inner record. (Exact names come first so that `UserId` is the record's own and not Graph's
//! `userId`, which holds the user key.) `AuditData` is the inner record, or the record itself where nothing wraps it. The
//! column without a name is the whole record. Of a repeated key the last value counts.
//!
//! When all wanted columns are found and their names stand nowhere in the rest of a record, the rest is not read, and a record that
//! cannot match is not parsed at all: such a record is known to be whole by its last byte only. `InputOptions::validate` reads every
//! record to its end, so that what is counted as broken does not depend on the query.
//!
//! # Types
//!
//! Columns of known families are declared; others are typed by a sample: int, long, real; anything with a nested value is
//! dynamic; anything else that is mixed is string. `RecordType` is long where all samples are numbers, and string where an
//! export names it.

mod account;
mod account_json;
mod blocks;
mod bytes;
mod container;
mod content;
mod convert;
mod dataset;
mod decode;
mod digest;
mod discover;
mod download;
mod duplicates;
mod encoding;
mod extract;
mod family;
mod framing;
mod gate;
mod inspect;
mod json;
mod kernels;
mod keys;
mod layers;
mod opening;
mod paths;
mod peel;
mod place;
mod places;
mod prefilter;
mod ranges;
mod route;
mod scan;
mod schema;
mod sniff;
mod source;
mod texts;
mod textual;
mod timestamp;
pub mod watchlist;

pub use account::{Account, FileAccount, Losses, Place, Skipped, Unfit};
pub use dataset::{Dataset, InputOptions};
pub use digest::sha256;
pub use discover::{InputError, files, files_below};
pub use download::texts_at;
pub use gate::{Gate, Kind};
pub use inspect::{Inspect, Inspection, Spans};
pub use layers::{Input, Layers};
pub use paths::INNER;
pub use places::PlaceDatabase;
pub use route::KIND;
pub use scan::{Chunk, Decoded, Scan, ScanRequest, Strangers};
pub use schema::TableSchema;
pub use texts::{Text, texts};
pub use textual::{Layout, fields, records};
pub use timestamp::{DayOrder, TIMES};
