//! The account of a scan as JSON and back: for `--stats-format json`, the inventory, and a sweep's journal and record.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value as Json, json};

use crate::value::{DateTime, Type};

use super::account::{Account, FileAccount, Losses, Place, Skipped};

impl Account {
    pub fn to_json(&self) -> Json {
        json!({
            "files": self.files,
            "bytes": self.bytes,
            "records": self.records,
            "parsed": self.parsed,
            "duplicates": self.duplicates,
            "conflicts": self.conflicts.to_json(),
            "uncompared": self.uncompared,
            "misfits": self.misfits,
            "unfit": self.unfit.iter().map(|(column, types)| (column.clone(), unfit(types))).collect::<Map<String, Json>>(),
            "families": self.families,
            "skipped": losses(&self.skipped),
            "complete": self.is_complete(),
            "first": self.first.map(|t| t.to_string()),
            "last": self.last.map(|t| t.to_string()),
            "by_file": self.by_file.iter().map(|(name, file)| (name.clone(), file.to_json())).collect::<Map<String, Json>>(),
        })
    }

    pub fn from_json(json: &Json) -> Account {
        let number = |name: &str| json[name].as_u64().unwrap_or(0);
        let object = |name: &str| json[name].as_object().into_iter().flatten();
        Account {
            files: number("files"),
            bytes: number("bytes"),
            records: number("records"),
            parsed: number("parsed"),
            duplicates: number("duplicates"),
            conflicts: Skipped::from_json(&json["conflicts"]),
            uncompared: number("uncompared"),
            misfits: number("misfits"),
            families: object("families").map(|(name, n)| (name.clone(), n.as_u64().unwrap_or(0))).collect(),
            skipped: read_losses(&json["skipped"]),
            unfit: object("unfit").filter_map(|(column, types)| Some((column.clone(), read_unfit(types)?))).collect(),
            first: time(&json["first"]),
            last: time(&json["last"]),
            by_file: object("by_file").map(|(name, file)| (name.clone(), FileAccount::from_json(file))).collect(),
        }
    }
}

impl FileAccount {
    pub fn to_json(&self) -> Json {
        json!({
            "bytes": self.bytes,
            "records": self.records,
            "duplicates": self.duplicates,
            "conflicts": self.conflicts,
            "skipped": losses(&self.skipped),
            "first": self.first.map(|t| t.to_string()),
            "last": self.last.map(|t| t.to_string()),
        })
    }

    fn from_json(json: &Json) -> FileAccount {
        let number = |name: &str| json[name].as_u64().unwrap_or(0);
        FileAccount {
            bytes: number("bytes"),
            records: number("records"),
            duplicates: number("duplicates"),
            conflicts: number("conflicts"),
            skipped: read_losses(&json["skipped"]),
            first: time(&json["first"]),
            last: time(&json["last"]),
            inspection: None,
        }
    }
}

impl Skipped {
    pub fn to_json(&self) -> Json {
        let places: Vec<Json> = self.places.iter().map(|place| json!({"file": place.file, "offset": place.offset})).collect();
        json!({"count": self.count, "places": places})
    }

    fn from_json(json: &Json) -> Skipped {
        let place = |place: &Json| Place {
            file: place["file"].as_str().unwrap_or_default().to_owned(),
            offset: place["offset"].as_u64().unwrap_or(0),
        };
        let places = json["places"].as_array().into_iter().flatten().map(place).collect();
        Skipped { count: json["count"].as_u64().unwrap_or(0), places }
    }
}

fn time(json: &Json) -> Option<DateTime> {
    json.as_str().and_then(DateTime::parse)
}

/// A column's sampled type, and one that holds the values too that do not fit that.
fn unfit((read_as, fits): &(Type, Type)) -> Json {
    json!({"read_as": read_as.name(), "fits": fits.name()})
}

fn read_unfit(json: &Json) -> Option<(Type, Type)> {
    Some((Type::parse(json["read_as"].as_str()?)?, Type::parse(json["fits"].as_str()?)?))
}

fn losses(losses: &Losses) -> Json {
    losses.iter().map(|(reason, skipped)| ((*reason).to_owned(), skipped.to_json())).collect::<Map<String, Json>>().into()
}

fn read_losses(json: &Json) -> Losses {
    let losses = json.as_object().into_iter().flatten();
    losses.map(|(reason, skipped)| (interned(reason), Skipped::from_json(skipped))).collect::<BTreeMap<_, _>>()
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
