//! Saved queries: a folder of `.kql` files and of rules as Sentinel and Defender publish them, or the library inside the binary.

mod front_matter;
mod load;
mod parameter;
mod rule;
mod severity;
mod shipped;
mod yaml;

pub use load::{load, shipped};
pub use parameter::Parameter;
pub use rule::{Entity, Rule, RuleError, find, hex};
pub use severity::Severity;
