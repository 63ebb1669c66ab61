//! An alert: what a rule found in a window, told so that a person or a program can act on it without the logs.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::input::Account;
use crate::library::{Rule, hex};
use crate::output::{push_json, push_string};
use crate::value::DateTime;

use super::evaluate::{Found, text};
use super::job::{Job, severity_of};
use super::template;

/// The limits of what an alert carries. Those of title, description and entities are the service's own.
const ROWS: usize = 20;
const TITLE: usize = 256;
const DESCRIPTION: usize = 5000;
const ENTITIES: usize = 500;
const DETAILS: usize = 50;

/// What goes to the outputs, as JSON.
#[derive(Serialize)]
pub struct Alert {
    /// The same for every delivery of this alert: receivers tell repeats by it.
    pub id: String,
    pub title: String,
    pub severity: &'static str,
    pub description: String,
    pub job: String,
    rule: Json,
    tactics: Vec<String>,
    techniques: Vec<String>,
    window: Json,
    trigger: Json,
    /// Rows that no earlier alert told of; `rows` has the first of them.
    pub count: usize,
    entities: Vec<Json>,
    #[serde(rename = "customDetails")]
    details: Map<String, Json>,
    /// The names of the rows' values, in order.
    columns: Vec<String>,
    rows: Vec<Box<RawValue>>,
    input: Json,
}

/// Where an alert comes from.
pub struct Origin<'a> {
    pub job: &'a Job,
    pub start: DateTime,
    pub end: DateTime,
    pub found: &'a Found,
}

impl Origin<'_> {
    /// The alert number `number` of its window, about some of the rows that were found.
    pub fn alert(&self, number: usize, rows: &[usize]) -> Alert {
        let rule = &self.job.rule;
        let first = rows.first().copied();
        let value = |name: &str| self.found.column(name).zip(first).map(|(column, row)| text(column, row));
        let overridden = |key: &str| detail(rule, key).map(|format| template::render(format, value)).filter(|text| !text.trim().is_empty());
        let of_column = |key: &str| detail(rule, key).and_then(value).filter(|text| !text.trim().is_empty());
        Alert {
            id: self.id(number),
            title: cut(&overridden("alertDisplayNameFormat").unwrap_or_else(|| rule.name.clone()), TITLE),
            severity: of_column("alertSeverityColumnName").and_then(|text| severity_of(&text)).unwrap_or(rule.severity).name(),
            description: cut(&overridden("alertDescriptionFormat").unwrap_or_else(|| rule.description.clone()), DESCRIPTION),
            job: self.job.name.clone(),
            rule: json!({
                "id": rule.id,
                "name": rule.name,
                "version": rule.version,
                "file": rule.file,
                "query": rule.digest,
                "settings": self.job.version,
            }),
            tactics: of_column("alertTacticsColumnName").map_or_else(|| rule.tactics.clone(), |text| listed(&text)),
            techniques: rule.techniques.clone(),
            window: json!({"start": self.start.to_string(), "end": self.end.to_string()}),
            trigger: json!({
                "operator": self.job.trigger.operator.name(),
                "threshold": self.job.trigger.threshold,
                "results": self.found.rows.rows,
                "grouping": self.job.grouping.name(),
            }),
            count: rows.len(),
            entities: self.entities(rows),
            details: self.details(rows),
            columns: self.found.schema.iter().map(|field| field.name.clone()).collect(),
            rows: rows.iter().take(ROWS).filter_map(|row| self.row(*row)).collect(),
            input: input(&self.found.account),
        }
    }

    fn id(&self, number: usize) -> String {
        let text = format!("{}\0{}\0{}\0{number}", self.job.name, self.job.version, self.end.ticks());
        hex(&Sha256::digest(text)[..16])
    }

    /// The entities that the mapped columns name, each once, in the order of the mappings.
    fn entities(&self, rows: &[usize]) -> Vec<Json> {
        let mut found: Vec<Json> = Vec::new();
        for entity in &self.job.rule.entities {
            for row in rows {
                if found.len() >= ENTITIES {
                    return found;
                }
                let field = |(identifier, column): &(String, String)| {
                    let value = text(self.found.column(column)?, *row);
                    (!value.is_empty()).then(|| (identifier.clone(), Json::String(value)))
                };
                let fields: Map<String, Json> = entity.fields.iter().filter_map(field).collect();
                let entity = json!({"type": entity.kind, "fields": fields});
                if !fields.is_empty() && !found.contains(&entity) {
                    found.push(entity);
                }
            }
        }
        found
    }

    fn details(&self, rows: &[usize]) -> Map<String, Json> {
        let mut details = Map::new();
        for (name, column) in &self.job.rule.custom_details {
            let Some(column) = self.found.column(column) else { continue };
            let mut values: Vec<String> = Vec::new();
            for value in rows.iter().map(|row| text(column, *row)) {
                if values.len() >= DETAILS {
                    break;
                }
                if !value.is_empty() && !values.contains(&value) {
                    values.push(value);
                }
            }
            details.insert(name.clone(), json!(values));
        }
        details
    }

    /// A row as an object, its columns in their order.
    fn row(&self, row: usize) -> Option<Box<RawValue>> {
        let mut out = String::from("{");
        for (n, (field, column)) in self.found.schema.iter().zip(&self.found.rows.columns).enumerate() {
            out.push_str(if n > 0 { "," } else { "" });
            push_string(&mut out, &field.name);
            out.push(':');
            push_json(&mut out, &column.value(row));
        }
        out.push('}');
        RawValue::from_string(out).ok()
    }
}

fn detail<'r>(rule: &'r Rule, key: &str) -> Option<&'r str> {
    rule.alert_details.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
}

/// A JSON list, or words with commas between.
fn listed(text: &str) -> Vec<String> {
    serde_json::from_str(text)
        .unwrap_or_else(|_| text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
}

fn cut(text: &str, most: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// What the rows were looked for in, and what of it could not be read. Not file by file: there may be thousands.
fn input(account: &Account) -> Json {
    let mut input = account.clone().without_times().to_json();
    if let Some(members) = input.as_object_mut() {
        members.remove("by_file");
    }
    input
}
