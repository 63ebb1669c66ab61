//! The account of a scan as JSON and back: for the journal, and for `account.json`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value as Json, json};

use crate::input::{Account, Place, Skipped};
use crate::value::DateTime;

pub fn write(account: &Account) -> Json {
    let place = |place: &Place| json!({"file": place.file, "offset": place.offset});
    let skipped = |(reason, skipped): (&&str, &Skipped)| {
        let places: Vec<Json> = skipped.places.iter().map(place).collect();
        ((*reason).to_owned(), json!({"count": skipped.count, "places": places}))
    };
    json!({
        "files": account.files,
        "bytes": account.bytes,
        "records": account.records,
        "parsed": account.parsed,
        "duplicates": account.duplicates,
        "misfits": account.misfits,
        "families": account.families,
        "skipped": account.skipped.iter().map(skipped).collect::<Map<String, Json>>(),
        "first": account.first.map(|t| t.to_string()),
        "last": account.last.map(|t| t.to_string()),
    })
}

pub fn read(json: &Json) -> Account {
    let number = |name: &str| json[name].as_u64().unwrap_or(0);
    let time = |name: &str| json[name].as_str().and_then(DateTime::parse);
    let object = |name: &str| json[name].as_object().into_iter().flatten();
    Account {
        files: number("files"),
        bytes: number("bytes"),
        records: number("records"),
        parsed: number("parsed"),
        duplicates: number("duplicates"),
        misfits: number("misfits"),
        families: object("families").map(|(name, n)| (name.clone(), n.as_u64().unwrap_or(0))).collect(),
        skipped: object("skipped").map(|(reason, skipped)| (interned(reason), read_skipped(skipped))).collect::<BTreeMap<_, _>>(),
        first: time("first"),
        last: time("last"),
    }
}

fn read_skipped(json: &Json) -> Skipped {
    let place =
        |place: &Json| Place { file: place["file"].as_str().unwrap_or_default().to_owned(), offset: place["offset"].as_u64().unwrap_or(0) };
    let places = json["places"].as_array().into_iter().flatten().map(place).collect();
    Skipped { count: json["count"].as_u64().unwrap_or(0), places }
}

/// Reasons are constants of the program; those that come back from a journal live as long as it, each once.
fn interned(reason: &str) -> &'static str {
    static KNOWN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.iter().find(|k| **k == reason) {
        return known;
    }
    let kept: &'static str = Box::leak(reason.to_owned().into_boxed_str());
    known.push(kept);
    kept
}
