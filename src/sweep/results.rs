//! Writes what rules found: `findings.ndjson`, two files a rule, the timeline; and keeps what the report says of each rule.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::library::Rule;
use crate::output::{self, Sink, Style, push_json, push_string};
use crate::value::{Batch, DateTime, Field, Held, Schema, Type, Value};

use super::facets::{Facets, shown};
use super::outcome::{Outcome, Status};

/// What is kept of a rule when its rows are written.
#[derive(Clone, Debug)]
pub struct Summary {
    pub rule: Rule,
    pub status: Status,
    pub reason: String,
    pub rows: usize,
    pub first: Option<DateTime>,
    pub last: Option<DateTime>,
    /// The name of its files, without their endings.
    pub file: Option<String>,
    pub columns: Vec<String>,
    /// Columns that are worth seeing first.
    pub leading: Vec<usize>,
    /// The first rows, as cells.
    pub sample: Vec<Vec<String>>,
    /// By kind: values and how many rows have them, the most frequent first.
    pub entities: Vec<(String, Vec<(String, usize)>)>,
    /// When its matches happened.
    pub times: Vec<DateTime>,
    pub tables: Vec<String>,
    pub subqueries: usize,
    /// Columns that it reads of which some values did not fit their type.
    pub unfit: Vec<String>,
}

/// A row of a rule in the timeline of all.
struct Hit {
    time: Option<DateTime>,
    description: String,
    rule: usize,
    row: usize,
    user: String,
    address: String,
    message: String,
}

/// Takes outcomes in the rules' order.
pub struct Results {
    folder: PathBuf,
    findings: BufWriter<File>,
    hits: Vec<Hit>,
    summaries: Vec<Summary>,
    names: HashMap<String, usize>,
    style: Style,
}

/// Rows of each rule that the report shows, and values of an entity.
const SAMPLE: usize = 10;
const VALUES: usize = 8;

impl Results {
    pub fn create(folder: &Path, csv_safe: bool) -> io::Result<Results> {
        std::fs::create_dir_all(folder.join("rules"))?;
        Ok(Results {
            folder: folder.to_owned(),
            findings: BufWriter::new(File::create(folder.join("findings.ndjson"))?),
            hits: Vec::new(),
            summaries: Vec::new(),
            names: HashMap::new(),
            style: Style { csv_safe, ..Style::default() },
        })
    }

    pub fn add(&mut self, rule: Rule, tables: Vec<String>, subqueries: usize, unfit: Vec<String>, outcome: &Outcome) -> io::Result<()> {
        let facets = Facets::new(&outcome.schema, &rule);
        let (mut times, mut sample, mut entities) = (Vec::new(), Vec::new(), Entities::default());
        let mut count = 0;
        for rows in outcome.rows.iter().map(Held::batch) {
            for row in 0..rows.rows {
                let time = facets.time(&rows, row);
                times.extend(time.map(|(time, _)| time));
                let hit = Hit {
                    time: time.map(|(time, _)| time),
                    description: time.map(|(_, name)| name.to_owned()).unwrap_or_default(),
                    rule: self.summaries.len(),
                    row: count + row,
                    user: facets.user(&rows, row),
                    address: facets.address(&rows, row),
                    message: facets.message(&rows, row),
                };
                finding(&mut self.findings, &rule, &hit, &outcome.schema, &rows, row)?;
                self.hits.push(hit);
            }
            sample.extend((0..rows.rows.min(SAMPLE - sample.len())).map(|row| cells(&rows, row)));
            entities.add(&facets, &rows);
            count += rows.rows;
        }
        let file = if count > 0 { Some(self.files(&rule, &outcome.schema, &outcome.rows)?) } else { None };
        self.summaries.push(Summary {
            status: outcome.status,
            reason: outcome.reason.clone(),
            rows: count,
            first: times.iter().min().copied(),
            last: times.iter().max().copied(),
            file,
            columns: outcome.schema.iter().map(|f| f.name.clone()).collect(),
            leading: facets.leading(),
            sample,
            entities: entities.top(),
            times,
            tables,
            subqueries,
            unfit,
            rule,
        });
        Ok(())
    }

    /// Writes the rule's rows in two forms; gives the files' name.
    fn files(&mut self, rule: &Rule, schema: &Schema, rows: &[Held]) -> io::Result<String> {
        let name = self.file_name(rule);
        for format in ["csv", "parquet"] {
            let rows = rows.iter().map(Held::batch);
            self.table(&self.folder.join("rules").join(format!("{name}.{format}")), format, schema, rows)?;
        }
        Ok(name)
    }

    fn table(&self, path: &Path, format: &str, schema: &Schema, mut rows: impl Iterator<Item = Batch>) -> io::Result<()> {
        let sink: Sink = Box::new(BufWriter::new(File::create(path)?));
        let Some(format) = output::find(format) else { return Err(io::Error::other(format!("no format is called {format}"))) };
        let mut writer = (format.make)(sink, &self.style);
        writer.begin(schema)?;
        rows.try_for_each(|rows| writer.batch(&rows))?;
        writer.end()?;
        writer.finish()
    }

    /// A name that every file system takes, and no other rule has.
    fn file_name(&mut self, rule: &Rule) -> String {
        let stem = Path::new(&rule.file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_else(|| rule.name.clone());
        let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).take(100).collect();
        let uses = self.names.entry(plain.to_ascii_lowercase()).or_default();
        *uses += 1;
        if *uses == 1 { plain } else { format!("{plain}-{uses}") }
    }

    /// Writes what needs all rules, and gives what the report tells.
    pub fn finish(mut self) -> io::Result<Vec<Summary>> {
        self.findings.flush()?;
        let mut hits = std::mem::take(&mut self.hits);
        hits.sort_by_key(|hit| (hit.time.is_none(), hit.time, hit.rule, hit.row));
        let schema: Schema = TIMELINE.iter().map(|name| Field::new(*name, Type::String)).collect();
        let column = |name: &str| {
            let cell = |hit| Value::string(self.cell(name, hit));
            crate::value::Column::from_values(Type::String, hits.iter().map(cell))
        };
        let rows = Batch { columns: TIMELINE.iter().map(|name| column(name)).collect(), rows: hits.len() };
        self.table(&self.folder.join("timeline.csv"), "csv", &schema, std::iter::once(rows))?;
        Ok(self.summaries)
    }

    fn cell<'a>(&'a self, column: &str, hit: &'a Hit) -> Cow<'a, str> {
        let Some(summary) = self.summaries.get(hit.rule) else { return Cow::default() };
        let rule = &summary.rule;
        match column {
            "datetime" => hit.time.map(|t| t.to_string()).unwrap_or_default().into(),
            "timestamp_desc" => hit.description.as_str().into(),
            "source" => source(&summary.tables).into(),
            "rule" => rule.name.as_str().into(),
            "severity" => rule.severity.name().into(),
            "tactics" => rule.tactics.join(" ").into(),
            "techniques" => rule.techniques.join(" ").into(),
            "user" => hit.user.as_str().into(),
            "ip" => hit.address.as_str().into(),
            "message" => hit.message.as_str().into(),
            "rule_id" => rule.id.as_str().into(),
            "file" => summary.file.as_ref().map(|name| format!("rules/{name}.csv")).unwrap_or_default().into(),
            _ => (hit.row + 1).to_string().into(),
        }
    }
}

/// The columns that timeline tools look for, then where the whole row is.
const TIMELINE: [&str; 13] = [
    "datetime",
    "timestamp_desc",
    "source",
    "rule",
    "severity",
    "tactics",
    "techniques",
    "user",
    "ip",
    "message",
    "rule_id",
    "file",
    "row",
];

/// The tables' names as a reader knows them.
pub fn source(tables: &[String]) -> String {
    let shown: Vec<&str> = tables.iter().map(|t| if t.is_empty() { "audit records" } else { t }).collect();
    shown.join(", ")
}

fn finding(out: &mut impl Write, rule: &Rule, hit: &Hit, schema: &Schema, rows: &Batch, row: usize) -> io::Result<()> {
    let mut line = String::from("{\"rule\":");
    push_string(&mut line, &rule.id);
    let time = hit.time.map(|t| t.to_string()).unwrap_or_default();
    let texts =
        [("name", rule.name.as_str()), ("severity", rule.severity.name()), ("time", &time), ("user", &hit.user), ("ip", &hit.address)];
    for (name, text) in texts {
        line.push(',');
        push_string(&mut line, name);
        line.push(':');
        push_string(&mut line, text);
    }
    line.push_str(",\"row\":{");
    for (at, (field, column)) in schema.iter().zip(&rows.columns).enumerate() {
        if at > 0 {
            line.push(',');
        }
        push_string(&mut line, &field.name);
        line.push(':');
        push_json(&mut line, &column.value(row));
    }
    line.push_str("}}\n");
    out.write_all(line.as_bytes())
}

fn cells(rows: &Batch, row: usize) -> Vec<String> {
    rows.columns.iter().map(|column| shown(&column.value(row)).into_owned()).collect()
}

/// How often each value of an entity's columns was seen, kind by kind.
#[derive(Default)]
struct Entities(Vec<(String, HashMap<String, usize>)>);

impl Entities {
    fn add(&mut self, facets: &Facets, rows: &Batch) {
        for (kind, column) in &facets.entities {
            let Some(column) = rows.columns.get(*column) else { continue };
            let at = self.0.iter().position(|(k, _)| k == kind).unwrap_or_else(|| {
                self.0.push((kind.clone(), HashMap::new()));
                self.0.len() - 1
            });
            for value in column.values() {
                let text = shown(&value);
                if !text.is_empty() {
                    *self.0[at].1.entry(text.into_owned()).or_default() += 1;
                }
            }
        }
    }

    /// The most frequent values.
    fn top(self) -> Vec<(String, Vec<(String, usize)>)> {
        let top = |(kind, counts): (String, HashMap<String, usize>)| {
            let mut values: Vec<(String, usize)> = counts.into_iter().collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            values.truncate(VALUES);
            (kind, values)
        };
        self.0.into_iter().map(top).filter(|(_, values)| !values.is_empty()).collect()
    }
}
