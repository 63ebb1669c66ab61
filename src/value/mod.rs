//! KQL's types, scalar values and columns of them. The bottom of the house: uses no other room.

mod batch;
mod builder;
mod column;
mod convert;
mod datetime;
mod datetime_text;
mod decimal;
mod dynamic;
mod guid;
mod held;
mod json_copy;
mod json_parse;
mod json_scan;
mod key;
mod real;
mod scalar;
mod shown;
pub mod text_bound;
mod timespan;
mod types;

pub use batch::{Batch, Field, Schema};
pub use builder::ColumnBuilder;
pub use column::Column;
pub use datetime::{DateTime, days_in_month};
pub use decimal::Decimal;
pub use dynamic::{Dynamic, Json, PathStep};
pub use guid::Guid;
pub use held::Held;
pub use json_scan::{first_quote, quote_or_backslash};
pub use key::{encode_rows, encode_value};
pub use scalar::Value;
pub use shown::may_show;
pub use timespan::TimeSpan;
pub use types::Type;
