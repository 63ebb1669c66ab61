//! Ctrl-C and termination: at once, with no half-written file left behind.

/// Ends the process on the first signal, with 128 and the signal's number as the shell expects.
#[cfg(unix)]
pub fn install() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(128 + signal, || {});
        }
    });
}

/// Where there are no signals, the system ends the process; a temporary file may then stay behind, never a half-written result.
#[cfg(not(unix))]
pub fn install() {}

/// Ends the process from any thread. `say` has the screen to itself.
pub fn end(status: i32, say: impl FnOnce()) -> ! {
    crate::output::discard_unfinished();
    super::progress::end();
    say();
    // Not `process::exit`: it would wait for what other threads hold.
    #[cfg(unix)]
    signal_hook::low_level::exit(status);
    #[cfg(not(unix))]
    std::process::exit(status)
}
