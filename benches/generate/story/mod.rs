//! A small tenant with a story: what happened to Northwind Traders from 9 to 11 September 2024, in the shapes that an analyst is given.
//!
//! `fixtures/README.md` tells the story; this room writes its records. Every file is the same on every machine.

mod directory;
mod files;
mod mail;
mod other;
mod people;
mod sharing;
mod signins;

use std::io::Result;
use std::path::Path;

use serde_json::{Value, json};

use crate::records::Record;
use crate::tenant::{Dice, ORGANIZATION};

/// A kind of record: number, name, workload, and what its `ResultStatus` says.
#[derive(Clone, Copy)]
struct Kind(u32, &'static str, &'static str, &'static str);

const EXCHANGE_ADMIN: Kind = Kind(1, "ExchangeAdmin", "Exchange", "True");
const EXCHANGE_ITEM: Kind = Kind(2, "ExchangeItem", "Exchange", "Succeeded");
const EXCHANGE_GROUP: Kind = Kind(3, "ExchangeItemGroup", "Exchange", "Succeeded");
const EXCHANGE_AGGREGATED: Kind = Kind(50, "ExchangeItemAggregated", "Exchange", "Succeeded");
const EXCHANGE_SEARCH: Kind = Kind(98, "ExchangeSearch", "Exchange", "Succeeded");
const FILE: Kind = Kind(6, "SharePointFileOperation", "SharePoint", "");
const SHARING: Kind = Kind(14, "SharePointSharingOperation", "SharePoint", "");
const DIRECTORY: Kind = Kind(8, "AzureActiveDirectory", "AzureActiveDirectory", "Success");
const SIGN_IN: Kind = Kind(15, "AzureActiveDirectoryStsLogon", "AzureActiveDirectory", "Success");
const COMPLIANCE: Kind = Kind(18, "SecurityComplianceCenterEOPCmdlet", "SecurityComplianceCenter", "Success");
const DISCOVERY: Kind = Kind(24, "Discovery", "SecurityComplianceCenter", "");
const TEAMS: Kind = Kind(25, "MicrosoftTeams", "MicrosoftTeams", "");

/// The story while it is told.
struct Story {
    dice: Dice,
    /// Records of the unified audit log.
    records: Vec<Record>,
    sign_ins: Vec<signins::SignIn>,
}

/// Writes the tenant's exports into a folder.
pub fn write(folder: &Path) -> Result<()> {
    let mut story = Story { dice: Dice::new(9), records: Vec::new(), sign_ins: Vec::new() };
    signins::tell(&mut story);
    mail::tell(&mut story);
    directory::tell(&mut story);
    sharing::tell(&mut story);
    other::tell(&mut story);
    story.records.sort_by(|a, b| a.time.cmp(&b.time));
    files::write(&mut story, folder)
}

impl Story {
    /// A record of the unified audit log: what all have, and what this kind has more.
    fn log(&mut self, time: &str, kind: Kind, operation: &'static str, user: &str, more: Value) {
        let Kind(number, name, workload, result) = kind;
        let is_system = user.starts_with("NT AUTHORITY");
        let id = self.dice.guid();
        let mut record = json!({
            "CreationTime": time, "Id": id, "Operation": operation, "OrganizationId": ORGANIZATION, "RecordType": number,
            "UserKey": people::key(user), "UserType": if is_system { 3 } else { 0 }, "Version": 1, "Workload": workload, "UserId": user,
        });
        if let (Value::Object(record), Value::Object(more)) = (&mut record, more) {
            if !result.is_empty() {
                record.insert("ResultStatus".to_owned(), result.into());
            }
            record.extend(more);
        }
        let json = record.to_string();
        self.records.push(Record { json, time: time.to_owned(), user: user.to_owned(), operation, record_type: name, number, id });
    }
}

/// An array of names and values, as audit records have them.
fn pairs(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect()
}
