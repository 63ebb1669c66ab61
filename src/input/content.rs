//! A hash of what a record says, to tell a repeated record from another version of it.

use xxhash_rust::xxh3::xxh3_64;

use super::extract::elements;
use super::json::{members, skip_space, unescape};

/// What makes the contents of two records the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// The same text: enough where all inputs come in one shape.
    Text,
    /// The same members with the same values, in any order and spelling: shapes differ in white space, escapes and order.
    Meaning,
}

/// Containers that nest deeper are compared as text.
const DEEPEST: usize = 32;

pub fn hash(record: &str, sameness: Sameness) -> u64 {
    match sameness {
        Sameness::Text => xxh3_64(record.trim().as_bytes()),
        Sameness::Meaning => {
            let start = skip_space(record.as_bytes(), 0);
            value(record.get(start..).unwrap_or("").trim_end(), 0)
        }
    }
}

fn value(raw: &str, depth: usize) -> u64 {
    match raw.as_bytes().first() {
        Some(b'{') if depth < DEEPEST => {
            let mut sum = 1u64;
            members(raw, 0, |key, member| {
                // Annotations are the transport's, not the record's.
                if !key.starts_with("@odata.") {
                    sum = sum.wrapping_add(mix(text(key), value(member, depth + 1)));
                }
            });
            sum
        }
        Some(b'[') if depth < DEEPEST => {
            let mut all = 2u64;
            elements(raw, 0, |_, from, to| all = mix(all, raw.get(from..to).map_or(0, |element| value(element, depth + 1))));
            all
        }
        Some(b'"') => text(raw.get(1..raw.len() - 1).unwrap_or("")),
        _ => xxh3_64(raw.as_bytes()),
    }
}

/// Of a string by its content, whatever escapes it is written with.
fn text(content: &str) -> u64 {
    if !content.contains('\\') {
        return xxh3_64(content.as_bytes());
    }
    let mut plain = String::with_capacity(content.len());
    unescape(content, &mut plain);
    xxh3_64(plain.as_bytes())
}

fn mix(a: u64, b: u64) -> u64 {
    (a ^ b.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_add(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_spelling_do_not_matter_and_values_do() {
        let same = |a: &str, b: &str| hash(a, Sameness::Meaning) == hash(b, Sameness::Meaning);
        assert!(same(r#"{"a":"x\/y","b":[1,{"c":2}]}"#, "{\r\n \"b\":  [1, {\"c\": 2}],\n\"@odata.type\":\"t\",\"a\":\"x/y\"}\n"));
        assert!(!same(r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#));
        assert!(!same("[1,2]", "[2,1]"));
        assert!(!same(r#"{"a":"1"}"#, r#"{"a":"2"}"#));
        assert!(same(r#"{"a":null}"#, r#"{"a": null}"#));
        let deep = "[".repeat(100_000);
        assert!(same(&deep, &deep));
    }
}
