//! `schema`: the tables and columns found in the inputs.

use super::arguments::SchemaArguments;
use super::status::{Failure, Status};

pub fn run(_arguments: &SchemaArguments) -> Result<Status, Failure> {
    Err(Failure::usage("`schema` is not here yet"))
}
