//! What the process holds in memory, and stopping a query that holds too much between two chunks. Read from `/proc`; where there is
//! none, no limit holds.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::value::Batch;

use super::pipeline::Step;

/// The most bytes that the process has held so far.
pub fn peak() -> Option<u64> {
    figure("/proc/self/status", "VmHWM:")
}

/// The bytes that the process holds now.
pub fn held() -> Option<u64> {
    figure("/proc/self/status", "VmRSS:")
}

/// The error of a query that holds more than it may.
pub fn exceeded(held: u64, limit: u64) -> Box<Diagnostic> {
    let message = format!("the query holds {} MB of memory, and may hold {} MB", held / 1_000_000, limit / 1_000_000);
    let help = "`--memory-limit` sets how much; filter or project earlier, or summarize by fewer keys";
    Diagnostic::error(Code::MEMORY, Default::default(), message).help(help)
}

/// Half of what the machine has, in bytes.
pub fn half_of_machine() -> Option<u64> {
    figure("/proc/meminfo", "MemTotal:").map(|all| all / 2)
}

/// A figure of a file of the kernel, which counts in kB.
fn figure(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Ends a run when the process holds more than so many bytes. Looked at now and then as chunks go by.
pub struct MemoryStep {
    limit: u64,
    seen: AtomicU32,
}

impl MemoryStep {
    /// Looking costs as much as a small chunk.
    const EVERY: u32 = 8;

    pub fn new(limit: u64) -> MemoryStep {
        MemoryStep { limit, seen: AtomicU32::new(0) }
    }
}

impl Step for MemoryStep {
    fn apply(&self, batch: Batch) -> Result<Batch> {
        let now = self.seen.fetch_add(1, Ordering::Relaxed).is_multiple_of(Self::EVERY);
        match if now { held().filter(|held| *held > self.limit) } else { None } {
            None => Ok(batch),
            Some(held) => Err(exceeded(held, self.limit)),
        }
    }
}
