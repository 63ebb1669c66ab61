//! Ends a query that holds too much memory in the middle of a chunk: a function that makes a value, or a join that makes its pairs,
//! cannot be asked.

use std::time::Duration;

use crate::diagnostic::{Drawing, draw};
use crate::execute::memory;

use super::interrupt;
use super::status::{Status, tell};

/// How often to look. A machine fills some hundred megabytes meanwhile, and a chunk that is read is through sooner.
const EVERY: Duration = Duration::from_millis(50);

/// Watches until the process ends.
pub fn start(limit: u64) {
    std::thread::spawn(move || {
        while let Some(held) = memory::held() {
            if held > limit {
                interrupt::end(Status::QueryError as i32, || tell(&(draw(&memory::exceeded(held, limit), "", Drawing::default()) + "\n")));
            }
            std::thread::sleep(EVERY);
        }
    });
}
