//! How JSON stands in a text, told from its head.

use std::borrow::Cow;

use super::super::family::Family;
use super::super::framing::known::{ends_in_id, holds_records, is_id, is_known};
use super::super::framing::restart::{known_record, starts_page};
use super::super::framing::values::NESTED_PAGE;
use super::super::framing::{Framing, salvage};
use super::super::json::{End, skip_space, skip_value, string_end, whole_value};
use super::super::peel;

/// What starts with a brace or a bracket and goes on like JSON.
pub fn is_json(body: &str) -> bool {
    let rest = body[1..].trim_start();
    let names_value = || ["true", "false", "null"].iter().any(|value| rest.starts_with(value));
    let fits = match (body.as_bytes()[0], rest.as_bytes().first()) {
        (b'{', next) => matches!(next, None | Some(b'"' | b'}')),
        (_, next) => matches!(next, None | Some(b'{' | b'[' | b'"' | b']' | b'0'..=b'9' | b'-')) || names_value(),
    };
    fits || has_keys(&body.as_bytes()[..body.len().min(2048)]) || are_objects(body)
}

/// A brace, and then a key or the end.
pub fn opens_object(body: &str) -> bool {
    body.strip_prefix('{').is_some_and(|rest| matches!(rest.trim_start().as_bytes().first(), None | Some(b'"' | b'}')))
}

/// Where the first bracket of a text is whose first character or two are not what they were.
pub fn damaged_json(body: &str) -> Option<usize> {
    let bracket = body.find(['{', '[']);
    let mut rest = body.chars();
    let first = rest.next().map_or(0, char::len_utf8);
    if peel::is_text(rest.as_str().as_bytes()) {
        return Some(first);
    }
    // A key, whose brace is lost: more keys follow.
    let colon = body.starts_with('"').then(|| string_end(body.as_bytes(), 1)).flatten().map(|end| skip_space(body.as_bytes(), end + 1));
    if colon.and_then(|at| body.as_bytes()[at..].strip_prefix(b":")).is_some_and(has_keys) {
        return Some(0);
    }
    let goes_on = rest.as_str().trim_start().starts_with(['{', '[', '"']) && has_keys(&body.as_bytes()[..body.len().min(2048)]);
    let soon = bracket.is_some_and(|at| body[..at].chars().count() <= 2 && is_json(&body[at..]) && begins(&body.as_bytes()[at..]));
    // What stands behind an id is no whole text.
    let start = bracket.filter(|at| !ends_in_id(&body.as_bytes()[..*at])).unwrap_or(0);
    (are_objects(body) || goes_on || soon).then_some(start)
}

/// What starts with this bracket has a key or an element after it, not the rest of a name in quotes.
fn begins(bytes: &[u8]) -> bool {
    let at = skip_space(bytes, 1);
    let followed_by = |ends: &[u8]| {
        let end = string_end(bytes, at + 1);
        end.and_then(|end| bytes.get(skip_space(bytes, end + 1))).is_none_or(|byte| ends.contains(byte))
    };
    match (bytes[0], bytes.get(at)) {
        (b'{', Some(b'"')) => followed_by(b":"),
        (b'[', Some(b'"')) => followed_by(b",]"),
        (b'[', Some(b'{')) => begins(&bytes[at..]),
        _ => true,
    }
}

/// There is a key of JSON in it (in a cell of CSV its quotes are doubled).
fn has_keys(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"\":").any(|at| at > 0 && text[at - 1] != b'"')
}

/// The framing of a text that starts with a brace or a bracket.
pub fn json_framing(body: &str) -> Framing {
    let bytes = body.as_bytes();
    if bytes[0] == b'"' {
        let strings = peel::is_text(bytes) && body.trim_end().contains('\n');
        return if strings { Framing::Lines } else { Framing::Values { pages: false } };
    }
    if bytes[0] == b'[' {
        let first = skip_space(bytes, 1);
        let keys = head_keys(body, first);
        if keys.iter().any(|(key, _)| *key == "FrameType") {
            return Framing::Table;
        }
        return Framing::Values { pages: is_page_of(body, &keys) || is_unknown_page(body, &keys) };
    }
    // An array of strings whose bracket is damaged.
    if peel::is_text(&bytes[1..]) {
        return Framing::Values { pages: false };
    }
    let keys = head_keys(body, 0);
    if keys.iter().any(|(key, at)| matches!(*key, "tables" | "Tables") && bytes[*at] == b'[') || is_table(body, &keys) {
        return Framing::Table;
    }
    if is_page_of(body, &keys) || is_unknown_page(body, &keys) || is_keyed(body, &keys) {
        return Framing::Values { pages: true };
    }
    if are_objects(body) {
        return Framing::Lines;
    }
    let end = skip_value(bytes, 0);
    let first = &bytes[..end.unwrap_or(bytes.len())];
    // An array with its commas at the start of lines, whose bracket is damaged.
    if end.is_some_and(|end| bytes[end..].starts_with(b"\n,") || bytes[end..].starts_with(b"\r\n,")) {
        return Framing::Values { pages: false };
    }
    let followed = end.and_then(|end| bytes[end..].iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r' | b',')));
    match followed {
        Some(b'\n') | None if !first.contains(&b'\n') => Framing::Lines,
        _ => Framing::Values { pages: false },
    }
}

/// The framing of a text that is not what it seems to be: read so it has these records and none is of a known family, and yet there are
/// some in it.
pub fn other_framing(body: &str, framing: &Framing, records: &[Cow<'_, str>]) -> Option<Framing> {
    let one_text = matches!(framing, Framing::Values { .. }) || (matches!(framing, Framing::Lines) && !body.trim_end().contains('\n'));
    if !one_text {
        return None;
    }
    let shows_records = records.iter().any(|record| is_known(record));
    // A page that is read as a record followed one whose head is damaged; or records stand behind their ids, and the brace is damaged.
    let bytes = body.as_bytes();
    let is_damaged = || match (bytes[0], whole_value(bytes, 0)) {
        (b'{' | b'[', End::Unfinished) => false,
        (b'{' | b'[', End::At(end)) => bytes.get(skip_space(bytes, end)).is_some_and(|next| !b",{[\0".contains(next)),
        _ => true,
    };
    let next = |from: usize| known_record(&bytes[from..]).map(|at| from + at);
    let keyed = || {
        let first = next(0);
        let second = first.and_then(|at| next(at + 1));
        [first, second].into_iter().flatten().any(|at| ends_in_id(&bytes[..at]))
    };
    let headless = matches!(framing, Framing::Values { pages: false })
        && (records.iter().any(|record| starts_page(record.as_bytes())) || is_damaged() && keyed());
    if headless || !shows_records && known_record(bytes).is_some() {
        Some(Framing::Hidden)
    } else if !shows_records && salvage::is_answer(body) {
        Some(Framing::Table)
    } else {
        None
    }
}

/// How JSON stands in a text, in words, as far as its head shows.
pub fn shape(body: &str, framing: &Framing) -> &'static str {
    let bytes = body.as_bytes();
    let end = skip_value(bytes, 0);
    let first = &bytes[..end.unwrap_or(bytes.len())];
    let more = end.is_some_and(|end| bytes[end..].iter().any(|b| matches!(b, b'{' | b'[')));
    match (framing, bytes[0], more, first.contains(&b'\n')) {
        (Framing::Lines, _, _, _) => "one JSON object per line",
        (Framing::Table, _, _, _) => "column names, then rows",
        (Framing::Hidden, _, _, _) => "JSON whose beginning is damaged",
        (Framing::Values { pages: true }, b'{', _, _) if is_keyed(body, &head_keys(body, 0)) => "a JSON object of records by their ids",
        (Framing::Values { pages: true }, b'{', false, _) => "a page of JSON records",
        (Framing::Values { pages: true }, b'{', true, _) => "pages of JSON records back to back",
        (Framing::Values { pages: true }, _, _, _) => "an array of pages of JSON records",
        (_, b'[', true, _) => "JSON arrays back to back",
        (_, b'[', false, true) => "a JSON array over many lines",
        (_, b'[', false, false) => "a JSON array on one line",
        (_, _, true, _) => "JSON objects back to back",
        (_, _, false, _) => "a JSON object",
    }
}

/// An object that holds records in an array.
fn is_page_of(text: &str, keys: &[(&str, usize)]) -> bool {
    let holds = |key: &str, at: usize| match text.as_bytes()[at] {
        b'[' => matches!(key, "value" | "records" | "results" | "Results" | "Records"),
        b'{' => key == NESTED_PAGE && head_keys(text, at).iter().any(|(key, at)| *key == NESTED_PAGE && text.as_bytes()[*at] == b'['),
        _ => false,
    };
    keys.iter().any(|(key, at)| holds(key, *at))
        && !keys.iter().any(|(key, _)| matches!(*key, "CreationTime" | "RecordType" | "properties" | "TimeGenerated"))
}

/// An object of no known family that holds records of one in an array, whatever the array is called.
fn is_unknown_page(text: &str, keys: &[(&str, usize)]) -> bool {
    let bytes = text.as_bytes();
    let holds = |(_, at): &(&str, usize)| bytes[*at] == b'[' && holds_records(&bytes[*at..]);
    let Some(array) = keys.iter().position(holds) else { return false };
    // After damage the array ends too early, and a record's keys seem to be the page's.
    let own = if whole_value(bytes, 0) == End::Broken { &keys[..=array] } else { keys };
    let names: Vec<&str> = own.iter().map(|(key, _)| *key).collect();
    Family::of_names(&names) == Family::Other
}

/// An object whose keys are ids and whose values are the records.
fn is_keyed(text: &str, keys: &[(&str, usize)]) -> bool {
    // One of them may be damaged.
    keys.iter().take(3).any(|(key, at)| is_id(key.as_bytes()) && text.as_bytes()[*at] == b'{' && is_known(value(text, *at)))
}

/// The value at an index, as far as the text goes.
fn value(text: &str, at: usize) -> &str {
    let end = skip_value(text.as_bytes(), at).unwrap_or(text.len());
    text.get(at..end).unwrap_or_default()
}

/// An object that is a table, or whose first array holds tables, whatever it is called.
fn is_table(text: &str, keys: &[(&str, usize)]) -> bool {
    let lists = |name: &str| keys.iter().find(|(key, at)| *key == name && text.as_bytes()[*at] == b'[').map(|(_, at)| *at);
    if let (Some(_), Some(rows)) = (lists("fields"), lists("rows")) {
        return text.as_bytes().get(skip_space(text.as_bytes(), rows + 1)) == Some(&b'[');
    }
    let Some((_, at)) = keys.iter().find(|(_, at)| text.as_bytes()[*at] == b'[') else { return false };
    let first = skip_space(text.as_bytes(), at + 1);
    let inner: Vec<&str> = if text.as_bytes().get(first) == Some(&b'{') { head_names(text, first) } else { Vec::new() };
    let has = |names: [&str; 2]| inner.iter().any(|name| names.contains(name));
    has(["columns", "Columns"]) && has(["rows", "Rows"])
}

fn head_names(text: &str, at: usize) -> Vec<&str> {
    head_keys(text, at).into_iter().map(|(key, _)| key).collect()
}

/// Several lines, most of which are objects, or the first few all.
pub fn are_objects(body: &str) -> bool {
    const FEW: usize = 8;
    let (mut lines, mut objects) = (0, 0);
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()).take(50) {
        lines += 1;
        let line = line.trim_end_matches(',').as_bytes();
        objects += usize::from((line.first() == Some(&b'{') || peel::is_text(line)) && skip_value(line, 0) == Some(line.len()));
        if lines == FEW && objects == FEW {
            break;
        }
    }
    lines > 1 && objects * 2 >= lines
}

/// The keys of the object at `at` with the places of their values, as far as the text goes.
fn head_keys(text: &str, at: usize) -> Vec<(&str, usize)> {
    let bytes = text.as_bytes();
    let mut keys = Vec::new();
    let mut at = at + 1;
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at) {
            Some(b',') => at += 1,
            Some(b'"') => {
                let Some(end) = string_end(bytes, at + 1) else { return keys };
                let colon = skip_space(bytes, end + 1);
                let value = skip_space(bytes, colon + 1);
                if let (Some(b':'), Some(_), Some(key)) = (bytes.get(colon), bytes.get(value), text.get(at + 1..end)) {
                    keys.push((key, value));
                }
                let Some(next) = skip_value(bytes, value.min(bytes.len())) else { return keys };
                at = next;
            }
            // A byte that does not belong here.
            Some(byte) if !matches!(byte, b'}' | b']' | b'{' | b'[') => at += 1,
            _ => return keys,
        }
    }
}
