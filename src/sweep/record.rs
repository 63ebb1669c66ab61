//! `run.json`, `account.json`: what ran over what, and what became of it; and reading one back.

use std::io;
use std::path::Path;

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::engine::Session;
use crate::input::{Account, sha256};
use crate::library::{Rule, hex};

use super::outcome::Status;
use super::results::Summary;
use super::{Options, report};

/// What a finished sweep is told from.
pub struct Record<'r> {
    pub summaries: &'r [Summary],
    pub account: &'r Account,
    pub session: &'r Session,
    pub options: &'r Options,
}

/// What tells one sweep from another: the program, rules, inputs, and how they are read.
pub fn identity(rules: &[Rule], session: &Session, options: &Options) -> String {
    let mut hash = Sha256::new();
    // Another build may cut the rules' plans in other places, and the journal knows these by their numbers.
    let program = std::env::current_exe().and_then(|file| file.metadata()).ok();
    hash.update(format!("{:?}\0", program.map(|program| (program.len(), program.modified().ok()))));
    hash.update(format!("{} {} {:?}", env!("CARGO_PKG_VERSION"), options.reading, (options.limits, options.csv_safe, options.hash)));
    for rule in rules {
        hash.update(format!("\0{}\0{}\0{}", rule.file, rule.id, rule.digest));
    }
    for (file, size) in session.dataset().files() {
        let changed = file.metadata().and_then(|m| m.modified()).ok();
        // What was unpacked is new in every run; the archive itself is among the inputs' names.
        let changed = changed.filter(|_| !file.starts_with(std::env::temp_dir()));
        let name = if changed.is_some() { file.to_string_lossy().into_owned() } else { String::new() };
        hash.update(format!("\0{name}\0{size}\0{changed:?}"));
    }
    for (name, family) in session.dataset().sources() {
        hash.update(format!("\0{name}\0{family}"));
    }
    // A pass may have found more than those.
    session.dataset().families().iter().for_each(|family| hash.update(format!("\0{family}")));
    hex(&hash.finalize())
}

impl Record<'_> {
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        pretty(&folder.join("account.json"), &self.account())?;
        let inputs = self.inputs()?;
        std::fs::write(folder.join("report.html"), report::render(self.summaries, self.account, &self.provenance(&inputs)))?;
        let rules: Vec<Json> = self.summaries.iter().map(rule).collect();
        let counts = Status::ALL.map(|status| (status.name().to_owned(), json!(self.count(status))));
        pretty(
            &folder.join("run.json"),
            &json!({
                "kalypso": env!("CARGO_PKG_VERSION"),
                "now": self.session.context().now.to_string(),
                "counts": serde_json::Map::from_iter(counts),
                "rows": self.summaries.iter().map(|s| s.rows).sum::<usize>(),
                "first": self.summaries.iter().filter_map(|s| s.first).min().map(|t| t.to_string()),
                "last": self.summaries.iter().filter_map(|s| s.last).max().map(|t| t.to_string()),
                "limits": {
                    "rows": self.options.limits.rows,
                    "seconds": self.options.limits.time.map(|t| t.as_secs_f64()),
                },
                "inputs": inputs,
                "rules": rules,
                "outputs": outputs(folder)?,
            }),
        )
    }

    fn count(&self, status: Status) -> usize {
        self.summaries.iter().filter(|s| s.status == status).count()
    }

    fn account(&self) -> Json {
        let mut account = self.account.clone().without_times().to_json();
        let sources = self.session.dataset().sources().map(|(name, family)| json!({"name": name, "family": family}));
        account["sources"] = sources.collect();
        account
    }

    fn inputs(&self) -> io::Result<Vec<Json>> {
        let sources = self.session.dataset().files();
        let input = |(path, size): &(&Path, u64)| {
            let mut input = json!({"file": path.to_string_lossy(), "bytes": size});
            if self.options.hash {
                input["sha256"] = json!(sha256(path)?);
            }
            Ok(input)
        };
        sources.iter().filter(|(path, _)| !path.starts_with(std::env::temp_dir())).map(input).collect()
    }

    fn provenance(&self, inputs: &[Json]) -> report::Provenance {
        report::Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now: self.session.context().now.to_string(),
            inputs: inputs
                .iter()
                .map(|i| report::Input {
                    name: i["file"].as_str().unwrap_or_default().to_owned(),
                    bytes: i["bytes"].as_u64().unwrap_or(0),
                    digest: i["sha256"].as_str().map(str::to_owned),
                })
                .collect(),
        }
    }
}

fn rule(summary: &Summary) -> Json {
    let rule = &summary.rule;
    json!({
        "id": rule.id,
        "name": rule.name,
        "file": rule.file,
        "version": rule.version,
        "severity": rule.severity.name(),
        "tactics": rule.tactics,
        "techniques": rule.techniques,
        "digest": rule.digest,
        "status": summary.status.name(),
        "reason": summary.reason,
        "rows": summary.rows,
        "first": summary.first.map(|t| t.to_string()),
        "last": summary.last.map(|t| t.to_string()),
        "files": summary.file.iter().flat_map(|name| [format!("rules/{name}.csv"), format!("rules/{name}.parquet")]).collect::<Vec<_>>(),
        "tables": summary.tables,
        "subqueries": summary.subqueries,
        "unfit": summary.unfit,
    })
}

/// The digest of every file that was written so far.
fn outputs(folder: &Path) -> io::Result<Json> {
    let mut files = serde_json::Map::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(io::Error::other)?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy().replace('\\', "/");
            files.insert(name, json!(sha256(entry.path())?));
        }
    }
    Ok(Json::Object(files))
}

fn pretty(path: &Path, json: &Json) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(json).map_err(io::Error::other)?;
    text.push('\n');
    std::fs::write(path, text)
}

/// A finished sweep, read back.
pub struct Recorded {
    pub now: String,
    pub rules: Vec<RecordedRule>,
}

/// A rule of a finished sweep.
#[derive(Clone, Debug)]
pub struct RecordedRule {
    pub id: String,
    pub name: String,
    pub severity: String,
    pub status: String,
    pub reason: String,
    pub rows: u64,
    pub digest: String,
}

/// Reads `run.json`.
pub fn read_record(folder: &Path) -> Result<Recorded, String> {
    let path = folder.join("run.json");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let json: Json = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let text = |json: &Json, name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let rule = |json: &Json| RecordedRule {
        id: text(json, "id"),
        name: text(json, "name"),
        severity: text(json, "severity"),
        status: text(json, "status"),
        reason: text(json, "reason"),
        rows: json["rows"].as_u64().unwrap_or(0),
        digest: text(json, "digest"),
    };
    let Some(rules) = json["rules"].as_array() else { return Err(format!("{}: it is no record of a sweep", path.display())) };
    Ok(Recorded { now: text(&json, "now"), rules: rules.iter().map(rule).collect() })
}
