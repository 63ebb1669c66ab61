//! Kalypso: Kusto-style queries over exported Microsoft 365 audit logs. Start reading at `engine`.

#![deny(unsafe_code)]

pub mod aggregates;
pub mod bind;
pub mod cli;
pub mod diagnostic;
pub mod engine;
pub mod execute;
pub mod functions;
pub mod input;
pub mod inventory;
pub mod jobs;
pub mod library;
pub mod lint;
pub mod operators;
pub mod optimize;
pub mod output;
pub mod page;
pub mod plan;
pub mod plugins;
pub mod sketch;
pub mod sweep;
pub mod syntax;
pub mod tables;
pub mod value;
pub mod windows;
