//! The progress bar on standard error, for work that takes longer than a second on a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The bar that is on the screen. There is one screen, hence one bar in a process.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);
/// No bar may be drawn any more.
static OVER: AtomicBool = AtomicBool::new(false);

const DELAY: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

/// Bytes read so far, and how many there are.
pub type Measure = Box<dyn Fn() -> (u64, u64) + Send>;

/// What to say beside the bar.
pub type Remark = Box<dyn Fn() -> String + Send>;

/// Draws a bar from a second on, until `end` or the result's first line on the same terminal.
pub fn start(measure: Measure) {
    start_with(measure, Box::new(String::new));
}

/// The same, with a remark on the line below.
pub fn start_with(measure: Measure, remark: Remark) {
    if !io::stderr().is_terminal() {
        return;
    }
    std::thread::spawn(move || {
        let started = Instant::now();
        while !OVER.load(Ordering::Acquire) {
            std::thread::sleep(TICK);
            if started.elapsed() > DELAY {
                draw(measure(), remark(), started);
            }
        }
    });
}

fn draw((done, total): (u64, u64), remark: String, started: Instant) {
    let mut bar = BAR.lock().unwrap_or_else(PoisonError::into_inner);
    // Looked at under the lock: `end` wipes the bar under it.
    if OVER.load(Ordering::Acquire) || total == 0 {
        return;
    }
    let bar = bar.get_or_insert_with(|| {
        let bar = ProgressBar::new(total).with_elapsed(started.elapsed());
        let style = "{bar:30.cyan/dim} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left{msg}";
        bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━━─"));
        bar
    });
    bar.set_length(total.max(done));
    bar.set_position(done);
    if !remark.is_empty() {
        bar.set_message(format!("\n{remark}"));
    }
}

/// Wipes the bar, and lets no other appear.
pub fn end() {
    OVER.store(true, Ordering::Release);
    if let Some(bar) = BAR.lock().unwrap_or_else(PoisonError::into_inner).take() {
        bar.finish_and_clear();
    }
}

/// A terminal's output: the bar goes when the result comes.
pub struct AfterBar<W>(pub W);

impl<W: Write> Write for AfterBar<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !OVER.load(Ordering::Acquire) {
            end();
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
