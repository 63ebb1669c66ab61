//! The histogram of matches over time, as SVG.

use std::fmt::Write;

use crate::library::Severity;
use crate::page::{count, time};
use crate::sweep::results::Summary;
use crate::value::{DateTime, TimeSpan};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 24.0;
const TOP: f64 = 8.0;

/// Bars of matches, by severity; `None` where no match has a time.
pub fn histogram(summaries: &[Summary]) -> Option<String> {
    let first = summaries.iter().filter_map(|s| s.first).min()?.ticks();
    let last = summaries.iter().filter_map(|s| s.last).max()?.ticks();
    let width = bin(last - first);
    let start = first - first.rem_euclid(width);
    let bins = usize::try_from((last - start) / width + 1).ok()?;
    let mut stacks = vec![[0usize; Severity::ALL.len()]; bins];
    for summary in summaries {
        let severity = Severity::ALL.iter().position(|s| *s == summary.rule.severity).unwrap_or(0);
        for moment in &summary.times {
            if let Some(stack) = stacks.get_mut(((moment.ticks() - start) / width) as usize) {
                stack[severity] += 1;
            }
        }
    }
    let top = ceiling(stacks.iter().map(|s| s.iter().sum()).max().unwrap_or(0));
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Matches over time\">");
    grid(&mut svg, top);
    bars(&mut svg, &stacks, top, (start, width));
    labels(&mut svg, start, width, bins);
    svg.push_str("</svg>");
    Some(svg)
}

fn height(value: usize, top: usize) -> f64 {
    value as f64 / top as f64 * (HEIGHT - TOP - BOTTOM)
}

fn grid(svg: &mut String, top: usize) {
    for quarter in [0, 2, 4] {
        let value = top * quarter / 4;
        let y = HEIGHT - BOTTOM - height(value, top);
        let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", LEFT - 8.0, y + 4.0, count(value));
    }
}

fn bars(svg: &mut String, stacks: &[[usize; Severity::ALL.len()]], top: usize, (start, width): (i64, i64)) {
    let step = (WIDTH - LEFT) / stacks.len() as f64;
    let bar = (step - 1.0).max(step * 0.5).min(40.0);
    for (number, stack) in stacks.iter().enumerate().filter(|(_, stack)| stack.iter().any(|n| *n > 0)) {
        let when = DateTime::from_ticks(start + width * number as i64).map(time).unwrap_or_default();
        let total: usize = stack.iter().sum();
        let _ = write!(svg, "<g><title>{when}: {}</title>", count(total));
        let mut y = HEIGHT - BOTTOM;
        for (severity, value) in Severity::ALL.iter().zip(stack).rev().filter(|(_, value)| **value > 0) {
            // What is there is to be seen, however small beside the rest.
            let tall = height(*value, top).max(1.5);
            y -= tall;
            let x = LEFT + step * number as f64 + (step - bar) / 2.0;
            let _ = write!(svg, "<rect class=\"{}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{bar:.1}\" height=\"{tall:.1}\"/>", severity.name());
        }
        svg.push_str("</g>");
    }
}

fn labels(svg: &mut String, start: i64, width: i64, bins: usize) {
    let step = (WIDTH - LEFT) / bins as f64;
    let shown = bins.min(6);
    for label in 0..shown {
        let number = label * bins / shown;
        let Some(moment) = DateTime::from_ticks(start + width * number as i64) else { continue };
        let text = time(moment);
        let text = if width >= TimeSpan::TICKS_PER_DAY { text.get(..10) } else { text.get(5..16) };
        let x = LEFT + step * number as f64;
        let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\">{}</text>", HEIGHT - 7.0, text.unwrap_or_default());
    }
}

/// A round length of time that makes at most 60 bars of a span.
fn bin(span: i64) -> i64 {
    const MINUTE: i64 = 600_000_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = TimeSpan::TICKS_PER_DAY;
    let round = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 91 * DAY];
    round.into_iter().find(|width| span / width < 60).unwrap_or_else(|| (span / 60 / (365 * DAY) + 1) * 365 * DAY)
}

/// A round number that is no less, and can be halved.
fn ceiling(most: usize) -> usize {
    let mut scale = 1;
    loop {
        if let Some(round) = [2, 4, 6, 10].into_iter().map(|n| n * scale).find(|n| *n >= most) {
            return round;
        }
        scale *= 10;
    }
}
