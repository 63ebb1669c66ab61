//! Scheduled jobs: rules that look at growing folders of exports, window by window, and raise each alert exactly once.
//!
//! A file says which jobs there are (`definition`, `job`); a scheduler starts the program now and then, and `run` looks at every window
//! that is due (`windows`, `evaluate`, `trigger`). What a window came to is one transaction of the state (`store`): that it is done,
//! which rows were seen, and the alerts, which stand in an outbox until they have arrived (`deliver`).

mod alert;
mod definition;
mod deliver;
mod duration;
mod evaluate;
mod install;
mod job;
mod run;
mod sources;
mod status;
mod store;
mod template;
mod trigger;
mod windows;

pub use deliver::{Output, Permissions};
pub use install::{Plan, Scheduler};
pub use run::{Cause, Failure, JobReport, Options, Report, run};
pub use status::status;
