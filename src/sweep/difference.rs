//! Compares two finished sweeps, rule by rule and row by row.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::{Value as Json, json, value::RawValue};

use super::record::{RecordedRule, read_record};

/// Rules that differ.
pub struct Difference {
    pub rules: Vec<RuleDifference>,
}

/// How a rule came out in two sweeps.
pub struct RuleDifference {
    pub id: String,
    pub name: String,
    /// Its status in each; `absent` where the sweep did not have it.
    pub before: String,
    pub after: String,
    /// The rule is another than it was.
    pub changed: bool,
    /// Rows that only one of the sweeps has, as JSON, in the order of that sweep.
    pub rows: Vec<(Change, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the second sweep has it.
    Found,
    /// Only the first sweep has it.
    Gone,
}

#[derive(serde::Deserialize)]
struct Finding<'f> {
    rule: String,
    #[serde(borrow)]
    row: &'f RawValue,
}

type Rows = HashMap<String, Vec<String>>;

pub fn difference(first: &Path, second: &Path) -> Result<Difference, String> {
    let (before, after) = (read_record(first)?, read_record(second)?);
    let (mut gone, mut found) = (rows(first)?, rows(second)?);
    let mut ids: BTreeMap<&str, (Option<&RecordedRule>, Option<&RecordedRule>)> = BTreeMap::new();
    before.rules.iter().for_each(|rule| ids.entry(&rule.id).or_default().0 = Some(rule));
    after.rules.iter().for_each(|rule| ids.entry(&rule.id).or_default().1 = Some(rule));
    let rules = ids.into_iter().filter_map(|(id, (old, new))| {
        let known = new.or(old)?;
        let status = |rule: Option<&RecordedRule>| rule.map_or("absent", |r| &r.status).to_owned();
        let rule = RuleDifference {
            id: id.to_owned(),
            name: known.name.clone(),
            before: status(old),
            after: status(new),
            changed: old.zip(new).is_some_and(|(old, new)| old.digest != new.digest),
            rows: compare(gone.remove(id).unwrap_or_default(), found.remove(id).unwrap_or_default()),
        };
        (rule.before != rule.after || rule.changed || !rule.rows.is_empty()).then_some(rule)
    });
    Ok(Difference { rules: rules.collect() })
}

/// The rows of every rule.
fn rows(folder: &Path) -> Result<Rows, String> {
    let path = folder.join("findings.ndjson");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut rows = Rows::new();
    for line in BufReader::new(File::open(&path).map_err(failed)?).lines() {
        let line = line.map_err(failed)?;
        let finding: Finding<'_> = serde_json::from_str(&line).map_err(|error| format!("{}: {error}", path.display()))?;
        rows.entry(finding.rule).or_default().push(finding.row.get().to_owned());
    }
    Ok(rows)
}

/// Rows of one that the other has not, each as often as it is missing.
fn compare(before: Vec<String>, after: Vec<String>) -> Vec<(Change, String)> {
    let without = |all: &[String], others: &[String], change: Change| {
        let mut left: HashMap<&str, usize> = HashMap::new();
        others.iter().for_each(|row| *left.entry(row).or_default() += 1);
        let missing = all.iter().filter(|row| match left.get_mut(row.as_str()) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        });
        missing.map(|row| (change, row.clone())).collect::<Vec<_>>()
    };
    let mut rows = without(&after, &before, Change::Found);
    rows.extend(without(&before, &after, Change::Gone));
    rows
}

impl Difference {
    /// A row a line; a rule without rows, whose status changed, has a line of its own.
    pub fn lines(&self) -> String {
        let mut out = String::new();
        for rule in &self.rules {
            let head = json!({"rule": rule.id, "name": rule.name, "before": rule.before, "after": rule.after, "changed": rule.changed});
            if rule.rows.is_empty() {
                out.push_str(&format!("{head}\n"));
            }
            for (change, row) in &rule.rows {
                let mut line = head.clone();
                line["change"] = json!(if *change == Change::Found { "found" } else { "gone" });
                line["row"] = serde_json::from_str(row).unwrap_or(Json::Null);
                out.push_str(&format!("{line}\n"));
            }
        }
        out
    }
}
