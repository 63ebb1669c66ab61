//! Finds where a JSON value ends, and where it cannot be one value: what frames records has to know damage when it sees it, or one lost
//! bracket takes all that follows with it.

use super::skip::{skip_space, skip_value, string_end};

/// How a value ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Before this index.
    At(usize),
    /// The text is over before the value is.
    Unfinished,
    /// No value goes on like this.
    Broken,
}

/// What may come next.
#[derive(Clone, Copy)]
enum Next {
    Value,
    /// A key, or the end of the object.
    Member,
    /// An element, or the end of the array.
    Element,
    /// A comma, or the end.
    After,
}

/// Deeper than this brackets are counted, not matched.
const DEEPEST: u32 = u128::BITS;

/// Where the value ends that starts at `at`. Its tokens must follow one another as in JSON; commas to spare do no harm.
pub fn whole_value(bytes: &[u8], at: usize) -> End {
    let (start, mut at, mut next) = (at, at, Next::Value);
    // A bit for each open bracket, the innermost the lowest: 1 for a brace.
    let (mut open, mut depth) = (0u128, 0u32);
    loop {
        at = skip_space(bytes, at);
        let Some(byte) = bytes.get(at) else { return End::Unfinished };
        next = match (next, *byte) {
            (Next::Value | Next::Element, bracket @ (b'{' | b'[')) => {
                if depth == DEEPEST {
                    return skip_value(bytes, start).map_or(End::Unfinished, End::At);
                }
                (open, depth) = (open << 1 | u128::from(bracket == b'{'), depth + 1);
                at += 1;
                inside(open)
            }
            (Next::Value | Next::Element, b'"') => match string_end(bytes, at + 1) {
                Some(end) => {
                    at = end + 1;
                    Next::After
                }
                None => return End::Unfinished,
            },
            (Next::Member, b'"') => match string_end(bytes, at + 1).map(|end| skip_space(bytes, end + 1)) {
                Some(colon) if bytes.get(colon) == Some(&b':') => {
                    at = colon + 1;
                    Next::Value
                }
                Some(colon) if colon < bytes.len() => return End::Broken,
                _ => return End::Unfinished,
            },
            (Next::Member | Next::After, b'}') if open & 1 == 1 => {
                (open, depth, at) = (open >> 1, depth - 1, at + 1);
                Next::After
            }
            (Next::Element | Next::After, b']') if open & 1 == 0 && depth > 0 => {
                (open, depth, at) = (open >> 1, depth - 1, at + 1);
                Next::After
            }
            (Next::Member | Next::Element | Next::After, b',') => {
                at += 1;
                inside(open)
            }
            (Next::Value | Next::Element, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'+' | b'.') => {
                at = word_end(bytes, at);
                if at == bytes.len() {
                    return End::Unfinished;
                }
                Next::After
            }
            _ => return End::Broken,
        };
        if depth == 0 {
            return End::At(at);
        }
    }
}

fn inside(open: u128) -> Next {
    if open & 1 == 1 { Next::Member } else { Next::Element }
}

/// Where a number, `true`, `null` or their like ends.
fn word_end(bytes: &[u8], at: usize) -> usize {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.');
    bytes[at..].iter().position(|b| !is_part(b)).map_or(bytes.len(), |n| at + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_breaks() {
        for (text, end) in [
            (r#"{"a":"}{","b":[1,{}]}x"#, End::At(21)),
            ("[[],-1.5e+3,true ]]", End::At(18)),
            (r#"{"a":1,,"b":2,}"#, End::At(15)),
            (r#""x" "#, End::At(3)),
            ("12 ", End::At(2)),
            ("12", End::Unfinished),
            ("", End::Unfinished),
            (r#"{"a":{"b":1}"#, End::Unfinished),
            (r#"{"a":1]"#, End::Broken),
            (r#"{"a":0{"b":1}}"#, End::Broken),
            (r#"{"a":"b"c","d":1}"#, End::Broken),
            (r#"{"a" "b"}"#, End::Broken),
            (r#"{"a":1}"#, End::At(7)),
            ("[1:2]", End::Broken),
            ("]", End::Broken),
        ] {
            assert_eq!(whole_value(text.as_bytes(), 0), end, "{text}");
        }
        let deep = "[".repeat(300) + &"]".repeat(300);
        assert_eq!(whole_value(deep.as_bytes(), 0), End::At(600));
        assert_eq!(whole_value(&deep.as_bytes()[..599], 0), End::Unfinished);
    }
}
