//! Cells and column widths: what a value looks like on a screen, and how columns share its width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::value::{DateTime, TimeSpan, Type, Value};

use super::text::push_text;
use super::visible::push_visible;

/// A value as it is shown.
pub struct Cell {
    pub text: String,
    pub width: usize,
    pub null: bool,
}

impl Cell {
    /// Keeps at most about `limit` columns of text: more would never be shown.
    pub fn new(value: &Value<'_>, limit: usize) -> Cell {
        let raw = plain(value);
        let mut text = String::new();
        push_visible(&mut text, prefix(&raw, limit.saturating_add(1)));
        Cell { width: text.width(), text, null: value.is_null() }
    }

    pub fn name(name: &str) -> Cell {
        Cell::new(&Value::string(name), usize::MAX)
    }
}

/// The text of a value for human eyes: null said, fractions of a second only where there are some.
pub fn plain(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::DateTime(v) => datetime(*v),
        other => {
            let mut text = String::new();
            push_text(&mut text, other);
            text
        }
    }
}

fn datetime(value: DateTime) -> String {
    let text = value.to_string();
    match value.ticks() % TimeSpan::TICKS_PER_SECOND {
        0 => text.replace(".0000000", ""),
        _ => text,
    }
}

/// The start of the text that holds `limit` printing characters, and all of it where it is short.
fn prefix(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut width = 0usize;
    for (at, c) in text.char_indices() {
        if width >= limit {
            return &text[..at];
        }
        width += c.width().unwrap_or(1);
    }
    text
}

/// The text cut to a width, with `…` for what is gone.
pub fn cut(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

pub fn right_aligned(ty: Type) -> bool {
    ty.is_numeric()
}

/// A column of text is not made narrower than this.
const NARROWEST: usize = 12;

/// Between two columns.
pub const GAP: usize = 2;

/// The widths that a column may have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub full: usize,
    /// Names and text may be cut down to a few characters; a number or a time that is cut would be another one.
    pub least: usize,
}

impl Wanted {
    pub fn new(ty: Type, name: usize, cells: usize) -> Wanted {
        let text = matches!(ty, Type::String | Type::Dynamic);
        let least = if text { cells.min(NARROWEST) } else { cells };
        Wanted { full: name.max(cells), least: least.max(name.min(NARROWEST)) }
    }

    /// The width where no column may be wider than `cap`.
    fn at(self, cap: usize) -> usize {
        self.full.min(cap).max(self.least)
    }
}

/// The widths of the columns that fit into `available`, first to last; fewer than given when not all fit.
/// The widest columns are cut first.
pub fn fit(wanted: &[Wanted], available: usize) -> Vec<usize> {
    let total = |columns: &[Wanted], cap: usize| columns.iter().map(|c| c.at(cap) + GAP).sum::<usize>().saturating_sub(GAP);
    let shown = (1..=wanted.len()).rev().find(|n| total(&wanted[..*n], 0) <= available);
    match shown {
        Some(shown) => {
            let wanted = &wanted[..shown];
            let cap = (0..=available).rev().find(|cap| total(wanted, *cap) <= available).unwrap_or(0);
            wanted.iter().map(|column| column.at(cap)).collect()
        }
        // Not even the first: it is cut all the same.
        None => wanted.iter().take(1).map(|_| available.max(1)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_columns_share_what_narrow_ones_leave() {
        let fit = |columns: &[(usize, usize)], available| {
            let wanted: Vec<Wanted> = columns.iter().map(|(full, least)| Wanted { full: *full, least: *least }).collect();
            super::fit(&wanted, available)
        };
        assert_eq!(fit(&[(5, 5), (50, 12), (60, 12), (10, 10)], 80), [5, 29, 29, 10]);
        assert_eq!(fit(&[(5, 5), (8, 8)], 80), [5, 8]);
        assert_eq!(fit(&[(30, 30), (50, 12), (60, 12)], 50), [30, 18]);
        assert_eq!(fit(&[(100, 100), (50, 12)], 40), [40]);
        assert_eq!(fit(&[], 40), [0; 0]);
    }

    #[test]
    fn text_is_cut_by_its_width_on_the_screen() {
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(Cell::new(&Value::string("日本\t"), 80).width, 5);
    }
}
