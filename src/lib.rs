//! Kalypso: Kusto-style queries over exported Microsoft 365 audit logs. Start reading at `engine`.

pub mod diagnostic;
pub mod value;
