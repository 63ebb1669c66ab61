//! Whether something begins and ends as a record does: a lost quote turns texts inside out, a lost bracket lets a record swallow the next.

use memchr::memmem;

use crate::input::json::{skip_space, string_end};

use super::known::ends_in_id;
use super::restart::first_key;

/// Does a key stand behind the brace? After a lost quote a brace in a text seems to be one.
pub fn has_key(bytes: &[u8], at: usize) -> bool {
    let quote = skip_space(bytes, at + 1);
    let end = (bytes.get(quote) == Some(&b'"')).then(|| string_end(bytes, quote + 1)).flatten();
    end.is_some_and(|end| bytes.get(skip_space(bytes, end + 1)) == Some(&b':'))
}

/// Does what ends here end like a record, with nothing after it that belongs to one?
pub fn is_followed(bytes: &[u8], end: usize) -> bool {
    let next = bytes[end..].iter().find(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t' | b','));
    bytes[end - 1] == b'}' && matches!(next, None | Some(b'{' | b'[' | b']' | 0))
}

/// May something that ends here stand outside of records? The inside of a string that follows shows that it swallowed a quote.
pub fn may_follow(bytes: &[u8], end: usize) -> bool {
    let rest = bytes[end..].trim_ascii_start();
    matches!(rest.first(), None | Some(b',' | b'[' | b']' | b'{' | b'}' | 0)) && !rest.starts_with(b"{\\")
}

/// Whether a record's first key stands in it again, as where the next record begins. Most records start with the same key.
#[derive(Debug, Default)]
pub struct StartsAgain(Option<memmem::Finder<'static>>);

impl StartsAgain {
    pub fn of(&mut self, record: &[u8]) -> bool {
        let start = first_key(record);
        if self.0.as_ref().is_none_or(|finder| finder.needle() != start) {
            self.0 = Some(memmem::Finder::new(start).into_owned());
        }
        start.is_empty() || self.0.as_ref().is_some_and(|finder| finder.find(&record[1..]).is_some())
    }
}

/// The same behind an id.
pub fn holds_next(record: &[u8]) -> bool {
    let start = first_key(record);
    !start.is_empty() && memmem::find_iter(&record[1..], start).any(|at| ends_in_id(&record[..at + 1]))
}
