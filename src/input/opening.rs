//! How records start: cheap to compare, and it tells a record that may be of another family than those that were looked at.

use memchr::memchr;

use super::framing::restart::first_key;

/// A record's text up to its first colon; where that is an id, which records of many families have first, also its second key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    first: Vec<u8>,
    second: Option<Vec<u8>>,
}

impl Opening {
    /// `None` where no colon is near.
    pub fn of(record: &[u8]) -> Option<Opening> {
        let first = first_key(record);
        let is_id = first.to_ascii_lowercase().ends_with(b"\"id\":");
        let second = is_id.then(|| second_key(&record[first.len()..]).to_vec());
        (!first.is_empty()).then(|| Opening { first: first.to_vec(), second })
    }

    pub fn first(&self) -> &[u8] {
        &self.first
    }

    /// Whether a record starts like this.
    pub fn is_of(&self, record: &[u8]) -> bool {
        let rest = record.strip_prefix(self.first.as_slice());
        rest.is_some_and(|rest| self.second.as_ref().is_none_or(|second| second_key(rest) == second))
    }
}

/// The key after a value that is a string without escapes; empty where it is something else.
fn second_key(value: &[u8]) -> &[u8] {
    /// Ids are no longer.
    const LONGEST: usize = 200;
    let string = |text: &[u8]| {
        let text = text.trim_ascii_start().strip_prefix(b"\"")?;
        let end = memchr(b'"', &text[..text.len().min(LONGEST)])?;
        Some((text.len(), end))
    };
    let key = || {
        let (left, end) = string(value)?;
        let rest = value[value.len() - left + end + 1..].trim_ascii_start().strip_prefix(b",")?;
        let (left, end) = string(rest)?;
        rest.get(rest.len() - left..rest.len() - left + end)
    };
    key().unwrap_or(b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_followed_by_what_tells() {
        let opening = Opening::of(br#"{"CreationTime":"2024","Id":"x"}"#).unwrap();
        assert!(opening.is_of(br#"{"CreationTime":1}"#) && !opening.is_of(br#"{ "CreationTime":1}"#) && !opening.is_of(b"{"));
        let opening = Opening::of(br#"{"id":"a","category":"b"}"#).unwrap();
        assert!(opening.is_of(br#"{"id":"c" , "category":"b"}"#));
        for other in
            [&br#"{"id":"a","createdDateTime":"b"}"#[..], br#"{"id":"a"}"#, br#"{"id":"a","#, br#"{"id":1,"category":"b"}"#, br#"{"id":"#]
        {
            assert!(!opening.is_of(other));
        }
        assert_eq!(Opening::of(b"{}"), None);
    }
}
