//! Ctrl-C and termination: at once, with no half-written file left behind.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::output::discard_unfinished;

/// Ends the process on the first signal, with 128 and the signal's number as the shell expects.
pub fn install() {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            discard_unfinished();
            super::progress::end();
            // Not `process::exit`: it would wait for what other threads hold.
            signal_hook::low_level::exit(128 + signal);
        }
    });
}
