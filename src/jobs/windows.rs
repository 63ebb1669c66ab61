//! Which windows of time are due: a job looks at one at each multiple of its frequency.
//!
//! Multiples are counted from the start of year 1, a Monday: hours and days begin where people expect, and a week on Monday. So the
//! windows do not depend on when the scheduler happened to start the program, and a replay sees those that the live runs saw.

use crate::value::{DateTime, TimeSpan};

/// The last multiple of the frequency up to a time.
pub fn last_end(time: DateTime, frequency: TimeSpan) -> i64 {
    time.ticks() - time.ticks().rem_euclid(frequency.ticks().max(1))
}

/// Where a job stands.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// It never ran.
    New,
    /// The end of the last window that is done, in ticks.
    Done(i64),
    /// The same, by an earlier version of the job: the window is looked at again.
    Changed(i64),
}

/// The ends of the windows that are due, in ticks: the current one for a new job, else every one since the last.
pub fn due(progress: Progress, now: DateTime, frequency: TimeSpan) -> impl Iterator<Item = i64> {
    let step = frequency.ticks().max(1);
    let last = last_end(now, frequency);
    let first = match progress {
        Progress::New => last,
        Progress::Done(end) => end - end.rem_euclid(step) + step,
        Progress::Changed(end) => end - end.rem_euclid(step),
    };
    std::iter::successors(Some(first), move |end| end.checked_add(step)).take_while(move |end| *end <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stand_on_a_grid_and_missed_ones_are_caught_up() {
        let time = |text: &str| DateTime::parse(text).unwrap();
        let ends = |progress, now: &str| -> Vec<String> {
            let hour = TimeSpan::from_ticks(TimeSpan::TICKS_PER_HOUR);
            due(progress, time(now), hour).filter_map(DateTime::from_ticks).map(|end| end.to_string()[11..16].to_owned()).collect()
        };
        assert_eq!(ends(Progress::New, "2024-06-04T10:59"), ["10:00"]);
        let nine = time("2024-06-04T09:00").ticks();
        assert_eq!(ends(Progress::Done(nine), "2024-06-04T12:01"), ["10:00", "11:00", "12:00"]);
        assert_eq!(ends(Progress::Changed(nine), "2024-06-04T10:00"), ["09:00", "10:00"]);
        assert!(ends(Progress::Done(nine), "2024-06-04T08:00").is_empty());
        let week = TimeSpan::from_ticks(7 * TimeSpan::TICKS_PER_DAY);
        assert_eq!(DateTime::from_ticks(last_end(time("2024-06-05"), week)).unwrap().day_of_week(), 1);
    }
}
