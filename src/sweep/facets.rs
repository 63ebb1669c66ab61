//! Finds in a rule's rows what every timeline wants: when, who, from where.

use std::borrow::Cow;

use crate::library::{Entity, Rule};
use crate::value::{Batch, DateTime, Schema, Type, Value};

/// Which columns say what.
pub struct Facets {
    times: Vec<usize>,
    users: Vec<usize>,
    addresses: Vec<usize>,
    /// The mapped entities, or who and from where in their stead: kind and column.
    pub entities: Vec<(String, usize)>,
    names: Vec<String>,
}

const TIMES: [&str; 9] = [
    "TimeGenerated",
    "Timestamp",
    "CreationTime",
    "EventTime",
    "StartTime",
    "StartTimeUtc",
    "FirstSeen",
    "createdDateTime",
    "CreationDate",
];
const USERS: [&str; 17] = [
    "UserPrincipalName",
    "UserId",
    "AccountCustomEntity",
    "AccountUpn",
    "Account",
    "AccountName",
    "InitiatingUserPrincipalName",
    "InitiatedByUserPrincipalName",
    "InitiatedBy",
    "Initiator",
    "Actor",
    "Caller",
    "Identity",
    "UserName",
    "User",
    "MailboxOwnerUPN",
    "TargetUserPrincipalName",
];
const ADDRESSES: [&str; 13] = [
    "IPAddress",
    "ClientIP",
    "ClientIPAddress",
    "IPCustomEntity",
    "IpAddress",
    "CallerIpAddress",
    "InitiatingIPAddress",
    "InitiatingIpAddress",
    "ActorIpAddress",
    "ActorIPAddress",
    "SourceIP",
    "RemoteIP",
    "SrcIpAddr",
];

impl Facets {
    pub fn new(schema: &Schema, rule: &Rule) -> Facets {
        let at = |name: &str| schema.iter().position(|f| f.name == name);
        let columns = |entity: &Entity| entity.fields.iter().filter_map(|(_, column)| at(column)).collect::<Vec<_>>();
        let mapped = |kind: &str| rule.entities.iter().filter(|e| e.kind.eq_ignore_ascii_case(kind)).flat_map(columns).collect();
        let known = |mut first: Vec<usize>, names: &[&str]| {
            first.extend(names.iter().filter_map(|name| at(name)));
            first
        };
        let is_time = |at: &usize| schema.get(*at).is_some_and(|f| f.ty == Type::DateTime);
        let mut times: Vec<usize> = known(Vec::new(), &TIMES).into_iter().filter(is_time).collect();
        times.extend((0..schema.len()).filter(is_time));
        let users = known(mapped("Account"), &USERS);
        let addresses = known(mapped("IP"), &ADDRESSES);
        let mut entities: Vec<(String, usize)> =
            rule.entities.iter().flat_map(|e| columns(e).into_iter().map(|column| (e.kind.clone(), column))).collect();
        if entities.is_empty() {
            let kinds = [("Account", users.first()), ("IP", addresses.first())];
            entities.extend(kinds.into_iter().filter_map(|(kind, column)| column.map(|column| (kind.to_owned(), *column))));
        }
        entities.dedup();
        Facets { times, users, addresses, entities, names: schema.iter().map(|f| f.name.clone()).collect() }
    }

    /// The columns that say when, who and from where.
    pub fn leading(&self) -> Vec<usize> {
        let entities = self.entities.iter().map(|(_, column)| column);
        self.times.iter().take(1).chain(self.users.iter().take(1)).chain(self.addresses.iter().take(1)).chain(entities).copied().collect()
    }

    /// When, and which column says so.
    pub fn time(&self, rows: &Batch, row: usize) -> Option<(DateTime, &str)> {
        self.times.iter().find_map(|at| {
            let time = rows.columns.get(*at)?.value(row).as_datetime()?;
            Some((time, self.names.get(*at)?.as_str()))
        })
    }

    pub fn user(&self, rows: &Batch, row: usize) -> String {
        first_text(&self.users, rows, row)
    }

    pub fn address(&self, rows: &Batch, row: usize) -> String {
        first_text(&self.addresses, rows, row)
    }

    /// The rest of a row as one text.
    pub fn message(&self, rows: &Batch, row: usize) -> String {
        let mut message = String::new();
        for (name, column) in self.names.iter().zip(&rows.columns) {
            let value = column.value(row);
            let cell = shown(&value);
            if cell.is_empty() || (column.ty() == Type::Dynamic && value.is_null()) {
                continue;
            }
            if !message.is_empty() {
                message.push_str("; ");
            }
            message.push_str(name);
            message.push('=');
            message.extend(cell.chars().take(LONGEST_CELL));
            if message.len() > LONGEST {
                message.push_str(" …");
                break;
            }
        }
        message
    }
}

/// The whole row is in the rule's own file.
const LONGEST: usize = 2000;
const LONGEST_CELL: usize = 300;

/// A value as people read it: text inside of a dynamic without quotes.
pub fn shown<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    if matches!(value, Value::Dynamic(_)) { value.to_text() } else { value.to_cell() }
}

fn first_text(columns: &[usize], rows: &Batch, row: usize) -> String {
    let texts = columns.iter().filter_map(|at| rows.columns.get(*at)).map(|column| shown(&column.value(row)).into_owned());
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}
