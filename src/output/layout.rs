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

/// Text may be cut; a number or a time that is cut would be another one.
pub fn may_be_cut(ty: Type) -> bool {
    matches!(ty, Type::String | Type::Dynamic)
}

pub fn right_aligned(ty: Type) -> bool {
    ty.is_numeric()
}

/// A column of text is not made narrower than this.
const NARROWEST: usize = 12;

/// Between two columns.
pub const GAP: usize = 2;

/// The widths of the columns that fit into `available`, first to last; fewer than given when not all fit.
/// `wanted` is each column's full width and whether it may be cut.
pub fn fit(wanted: &[(usize, bool)], available: usize) -> Vec<usize> {
    let least = |(width, cuttable): &(usize, bool)| if *cuttable { (*width).min(NARROWEST) } else { *width };
    let mut shown = 0;
    let mut used = 0;
    for column in wanted {
        used += least(column) + if shown > 0 { GAP } else { 0 };
        if used > available && shown > 0 {
            break;
        }
        shown += 1;
    }
    let wanted = &wanted[..shown];
    let room = available.saturating_sub(GAP * shown.saturating_sub(1));
    let cap = widest_cap(wanted, room);
    let widths = wanted.iter().map(|(width, cuttable)| if *cuttable { (*width).min(cap) } else { *width });
    // Alone and too wide even so: it is cut all the same.
    if shown == 1 { widths.map(|width| width.min(available.max(1))).collect() } else { widths.collect() }
}

/// The greatest width of text columns with which all columns take no more than `room`.
fn widest_cap(wanted: &[(usize, bool)], room: usize) -> usize {
    let fixed: usize = wanted.iter().filter(|(_, cuttable)| !cuttable).map(|(width, _)| width).sum();
    let mut texts: Vec<usize> = wanted.iter().filter(|(_, cuttable)| *cuttable).map(|(width, _)| *width).collect();
    texts.sort_unstable();
    let mut left = room.saturating_sub(fixed);
    for (i, width) in texts.iter().enumerate() {
        let share = left / (texts.len() - i);
        if *width > share {
            return share.max(NARROWEST);
        }
        left -= width;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_columns_share_what_narrow_ones_leave() {
        assert_eq!(fit(&[(5, false), (50, true), (60, true), (10, true)], 80), [5, 29, 29, 10]);
        assert_eq!(fit(&[(5, false), (8, true)], 80), [5, 8]);
        assert_eq!(fit(&[(30, false), (50, true), (60, true)], 50), [30, 18]);
        assert_eq!(fit(&[(100, false), (50, true)], 40), [40]);
    }

    #[test]
    fn text_is_cut_by_its_width_on_the_screen() {
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(Cell::new(&Value::string("日本\t"), 80).width, 5);
    }
}
