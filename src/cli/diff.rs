//! `kalypso diff RUN1 RUN2`: what a second sweep found that the first had not, and the other way round.

use std::path::PathBuf;

use clap::Args;

use super::status::{Failure, Status};

#[derive(Args, Debug)]
pub struct DiffArguments {
    /// The folder of the first sweep
    pub first: PathBuf,
    /// The folder of the second
    pub second: PathBuf,
}

pub fn run(_arguments: &DiffArguments) -> Result<Status, Failure> {
    Ok(Status::Ran)
}
