//! A program that gets the alert on its standard input.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use crate::jobs::store::Delivery;

/// Runs the program to its end. It tells by its exit status whether it took the alert.
pub fn run(words: &[String], delivery: &Delivery) -> Result<(), String> {
    let Some((program, arguments)) = words.split_first() else { return Err("no program is named".to_owned()) };
    // Nothing of the alert is among the words: what stands in logs must not become an argument.
    let mut command = Command::new(program);
    command.args(arguments).env("KALYPSO_ALERT_ID", &delivery.id).env("KALYPSO_JOB", &delivery.job);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::inherit()).spawn().map_err(|error| error.to_string())?;
    let written = match child.stdin.take() {
        Some(mut input) => input.write_all(delivery.body.as_bytes()).and_then(|()| input.write_all(b"\n")),
        None => Ok(()),
    };
    let status = child.wait().map_err(|error| error.to_string())?;
    match written {
        _ if !status.success() => Err(format!("it ended with {status}")),
        // A program that does not want to know more may stop reading.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
