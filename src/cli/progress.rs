//! The progress bar on standard error, for work that takes longer than a second on a terminal.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::output::figures::size;

use super::terminal;

/// What is on the screen beside the result. There is one screen, hence one bar in a process.
struct Screen {
    bar: Option<ProgressBar>,
    /// No bar may be drawn any more.
    over: bool,
    /// A piece of the result is on its way to the same screen, or stopped within a line.
    busy: bool,
    /// When the last piece was there.
    written: Option<Instant>,
}

static SCREEN: Mutex<Screen> = Mutex::new(Screen { bar: None, over: false, busy: false, written: None });

const DELAY: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);
/// The bar comes back below a result that has come to a stop for so long.
const PAUSE: Duration = Duration::from_millis(500);

/// Bytes read so far, and how many there are.
pub type Measure = Box<dyn Fn() -> (u64, u64) + Send>;

/// What to say beside the bar.
pub type Remark = Box<dyn Fn() -> String + Send>;

/// Draws a bar from a second on, until `end`; it makes way for a result on the same terminal.
pub fn start(measure: Measure, color: bool) {
    start_with(measure, Box::new(String::new), color);
}

/// The same, with a remark on the line below.
pub fn start_with(measure: Measure, remark: Remark, color: bool) {
    if !io::stderr().is_terminal() {
        return;
    }
    std::thread::spawn(move || {
        let started = Instant::now();
        while !screen().over {
            std::thread::sleep(TICK);
            if started.elapsed() > DELAY {
                draw(measure(), remark(), started, color);
            }
        }
    });
}

/// Wipes the bar, and lets no other appear.
pub fn end() {
    let mut screen = screen();
    screen.over = true;
    screen.wipe();
}

fn screen() -> MutexGuard<'static, Screen> {
    SCREEN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Screen {
    fn wipe(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn is_free(&self) -> bool {
        !self.over && !self.busy && self.written.is_none_or(|written| written.elapsed() > PAUSE)
    }
}

fn draw((done, total): (u64, u64), remark: String, started: Instant, color: bool) {
    let mut screen = screen();
    // Looked at under the lock: `end` and the result wipe the bar under it.
    if total == 0 || !screen.is_free() {
        return;
    }
    let bar = screen.bar.get_or_insert_with(|| {
        let bar = ProgressBar::new(total).with_elapsed(started.elapsed());
        bar.set_style(style(color, terminal::columns().unwrap_or(80)));
        bar
    });
    bar.set_length(total.max(done));
    bar.set_position(done);
    if !remark.is_empty() {
        bar.set_message(format!("\n{remark}"));
    }
}

/// Columns that the figures beside the bar take.
const FIGURES: usize = 50;

fn style(color: bool, columns: usize) -> ProgressStyle {
    let width = columns.saturating_sub(FIGURES).clamp(1, 30);
    let colors = if color { ".cyan/dim" } else { "" };
    ProgressStyle::with_template(&format!("{{bar:{width}{colors}}} {{figures}}{{msg}}"))
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━━─")
        .with_key("figures", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(&figures(state.pos(), state.len().unwrap_or(0), state.elapsed()));
        })
}

/// Bytes, rate and time left. Both are those of the whole run so far: a figure that jumps with every chunk tells nobody anything.
fn figures(done: u64, total: u64, elapsed: Duration) -> String {
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let mut text = format!("{} of {}, {}/s", size(done), size(total), size(rate as u64));
    if done > 0 {
        let _ = write!(text, ", {} left", time((total.saturating_sub(done) as f64 / rate).ceil() as u64));
    }
    text
}

/// A span of time for people.
fn time(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes}:{seconds:02} min"),
        (hours, minutes, _) => format!("{hours}:{minutes:02} h"),
    }
}

/// A terminal's output: the bar makes way for what is written.
pub struct BesideBar<W>(pub W);

impl<W: Write> Write for BesideBar<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        {
            let mut screen = screen();
            screen.busy = true;
            screen.wipe();
        }
        // Not under the lock: a terminal that stands still must not keep Ctrl-C from ending the run.
        let written = self.0.write(bytes)?;
        let mut screen = screen();
        screen.busy = bytes.get(..written).is_some_and(|out| !out.ends_with(b"\n"));
        screen.written = Some(Instant::now());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_run_so_far() {
        let told = |done, seconds| figures(done, 1_000_000_000, Duration::from_secs(seconds));
        assert_eq!(told(250_000_000, 5), "250 MB of 1.0 GB, 50.0 MB/s, 15 s left");
        assert_eq!(told(1_000_000, 2), "1.0 MB of 1.0 GB, 500 KB/s, 33:18 min left");
        assert_eq!(told(100_000, 2), "100 KB of 1.0 GB, 50.0 KB/s, 5:33 h left");
        assert_eq!(told(0, 2), "0 B of 1.0 GB, 0 B/s");
    }
}
