//! A program that gets the alert on its standard input.

use std::io::{self, ErrorKind, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::jobs::store::Delivery;

/// Longer than this no program is waited for: one that hangs must not stop the watch.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the program to its end. It tells by its exit status whether it took the alert.
pub fn run(words: &[String], delivery: &Delivery) -> Result<(), String> {
    let Some((program, arguments)) = words.split_first() else { return Err("no program is named".to_owned()) };
    // Nothing of the alert is among the words: what stands in logs must not become an argument.
    let mut command = Command::new(program);
    command.args(arguments).env("KALYPSO_ALERT_ID", &delivery.id).env("KALYPSO_JOB", &delivery.job);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::inherit()).spawn().map_err(|error| error.to_string())?;
    let line = format!("{}\n", delivery.body);
    let input = child.stdin.take();
    // A program that does not read would otherwise stop the writing of a long alert.
    let writing = std::thread::spawn(move || input.map_or(Ok(()), |mut input| input.write_all(line.as_bytes())));
    let status = wait(&mut child).map_err(|error| error.to_string())?;
    let Some(status) = status else { return Err(format!("it did not end within {} seconds", PATIENCE.as_secs())) };
    if !status.success() {
        return Err(format!("it ended with {status}"));
    }
    match writing.join() {
        // A program that does not want to know more may stop reading.
        Ok(Err(error)) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The end of a program; `None` where it had to be stopped.
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let (start, mut pause) = (Instant::now(), Duration::from_millis(1));
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(100));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
