//! The longest text that a value may be, and what happens to a query that makes a longer one.
//!
//! A function of a row cannot fail: it is the hottest code there is, and nothing else could go wrong in it. So the one thing that does
//! unwinds from where the text would be made to `execute`, which makes an error of it (`execute::guard`).

use std::borrow::Borrow;

/// In bytes. Arrow's views could hold texts of 2 GiB; but a function holds several copies of its text, and a machine's memory ends
/// earlier, which the process would not survive. Records are bounded far below.
pub const LONGEST: usize = 512 << 20;

/// What a run unwinds with.
#[derive(Clone, Copy, Debug)]
pub struct TextTooLong;

/// To be asked before a text of this length is made, where the length is not bounded by that of texts that are there.
pub fn check(length: usize) {
    if length > LONGEST {
        std::panic::resume_unwind(Box::new(TextTooLong));
    }
}

/// Texts with a delimiter between them.
pub fn join<T: Borrow<str>>(texts: &[T], delimiter: &str) -> String {
    check(texts.iter().map(|text| text.borrow().len() + delimiter.len()).sum());
    texts.join(delimiter)
}

/// `check` for so many texts of one length.
pub fn check_times(count: usize, length: usize) {
    check(count.saturating_mul(length));
}
