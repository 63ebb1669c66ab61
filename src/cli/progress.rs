//! The progress bar on standard error, for work that takes longer than a second on a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// A bar is on the screen.
static DRAWN: AtomicBool = AtomicBool::new(false);

pub struct Bar {}

impl Bar {
    pub fn start(quiet: bool, _result_on_terminal: bool) -> Bar {
        let _wanted = !quiet && io::stderr().is_terminal();
        Bar {}
    }

    pub fn finish(self) {
        clear_line();
    }
}

/// Wipes a bar that is on the screen. For an end that comes from outside.
pub fn clear_line() {
    if DRAWN.swap(false, Ordering::Relaxed) {
        let _ = io::stderr().write_all(b"\r\x1b[K");
    }
}
