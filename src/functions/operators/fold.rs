//! Case folding as Kusto's case-insensitive operators do it: character by character, by the simple upper case. No character
//! beyond ASCII folds into ASCII, so ASCII text only ever matches ASCII text.

use std::hash::Hasher;

/// The folded form of a character.
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) if !one.is_ascii() => one,
        _ => c,
    }
}

/// The folded form of a text.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { text.chars().map(fold_char).collect() }
}

/// Whether two texts are equal but for case.
pub fn equal(a: &str, b: &str) -> bool {
    if a.is_ascii() || b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().map(fold_char).eq(b.chars().map(fold_char))
}

/// A hash that texts equal but for case share.
pub fn hash(text: &str) -> u64 {
    let mut hasher = ahash::AHasher::default();
    if text.is_ascii() {
        for part in text.as_bytes().chunks(32) {
            let mut folded = [0u8; 32];
            for (to, from) in folded.iter_mut().zip(part) {
                *to = from.to_ascii_uppercase();
            }
            hasher.write(&folded[..part.len()]);
        }
    } else {
        hasher.write(fold(text).as_bytes());
    }
    hasher.finish()
}
