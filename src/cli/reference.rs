//! `functions`, `operators` and `plugins`: the reference, printed from the registries.

use std::io::IsTerminal;

use crate::value::{Batch, Column, Field, Schema, Type, Value};
use crate::{aggregates, diagnostic, functions, operators, plugins, windows};

use super::arguments::{OutputArguments, ReferenceArguments};
use super::status::{Failure, Status, print};
use super::target::Target;

/// What the reference says about one name.
struct Entry {
    name: &'static str,
    aliases: &'static [&'static str],
    category: &'static str,
    usage: Vec<String>,
    summary: &'static str,
    examples: Vec<(&'static str, &'static str)>,
    /// Why it does not run, or how it differs from Kusto's.
    remark: String,
}

pub fn functions(arguments: &ReferenceArguments) -> Result<Status, Failure> {
    let scalar = functions::all().map(of_function);
    let mut entries: Vec<Entry> = scalar.chain(aggregates::all().map(of_aggregate)).chain(windows::all().map(of_window)).collect();
    entries.sort_by(|a, b| (a.category, a.name).cmp(&(b.category, b.name)));
    show(&entries, "function", arguments)
}

pub fn operators(arguments: &ReferenceArguments) -> Result<Status, Failure> {
    let entries: Vec<Entry> = operators::TABLE.iter().map(of_operator).collect();
    show(&entries, "operator", arguments)
}

pub fn plugins(arguments: &ReferenceArguments) -> Result<Status, Failure> {
    let entries: Vec<Entry> = plugins::all().map(of_plugin).collect();
    show(&entries, "plugin", arguments)
}

fn of_function(function: &'static crate::plan::Function) -> Entry {
    let remark = match function.kernel {
        crate::plan::Kernel::Refused(reason) => refused(reason),
        _ => function.differs.to_owned(),
    };
    Entry {
        name: function.name,
        aliases: function.aliases,
        category: function.category,
        usage: usage(function.name, function.signatures),
        summary: function.summary,
        examples: function.examples.to_vec(),
        remark,
    }
}

fn of_aggregate(aggregate: &'static crate::plan::Aggregate) -> Entry {
    Entry {
        name: aggregate.name,
        aliases: aggregate.aliases,
        category: if aggregate.category.is_empty() { "Aggregation functions" } else { aggregate.category },
        usage: usage(aggregate.name, aggregate.signatures),
        summary: aggregate.summary,
        examples: aggregate.examples.to_vec(),
        remark: aggregate.differs.to_owned(),
    }
}

fn of_window(function: &'static crate::plan::WindowFunction) -> Entry {
    Entry {
        name: function.name,
        aliases: &[],
        category: "Window functions",
        usage: usage(function.name, function.signatures),
        summary: function.summary,
        examples: function.examples.to_vec(),
        remark: String::new(),
    }
}

fn of_operator(row: &'static operators::Row) -> Entry {
    let (name, aliases) = row.names.split_first().map_or(("", &[][..]), |(name, rest)| (*name, rest));
    let examples = row.examples.to_vec();
    let usage = row.syntax.lines().map(str::to_owned).collect();
    Entry { name, aliases, category: "Tabular operators", usage, summary: row.summary, examples, remark: row.differs.to_owned() }
}

fn of_plugin(plugin: &'static plugins::Plugin) -> Entry {
    let remark = match plugin.lowering {
        plugins::Lowering::Refused(reason) => refused(reason),
        plugins::Lowering::Bind(_) | plugins::Lowering::Tables(_) => plugin.differs.to_owned(),
    };
    let usage = plugin.syntax.lines().map(str::to_owned).collect();
    let examples = plugin.examples.to_vec();
    Entry { name: plugin.name, aliases: &[], category: "Plugins", usage, summary: plugin.summary, examples, remark }
}

fn refused(reason: &str) -> String {
    format!("Not supported: {reason}")
}

fn usage(name: &str, signatures: &[&str]) -> Vec<String> {
    signatures.iter().map(|signature| format!("{name}{signature}")).collect()
}

fn show(entries: &[Entry], kind: &str, arguments: &ReferenceArguments) -> Result<Status, Failure> {
    let markdown = arguments.output.format.as_deref() == Some("markdown");
    match &arguments.name {
        None if markdown => print(page(entries).as_bytes()),
        None if is_for_reading(&arguments.output) => print(listing(entries).as_bytes()),
        None => list(entries, &arguments.output),
        Some(name) => match entries.iter().find(|entry| entry.name == name || entry.aliases.contains(&name.as_str())) {
            Some(entry) if markdown => print(section(entry).as_bytes()),
            Some(entry) => print(plain(entry).as_bytes()),
            None => Err(unknown(name, kind, entries)),
        },
    }
}

fn unknown(name: &str, kind: &str, entries: &[Entry]) -> Failure {
    let near = diagnostic::nearest(name, entries.iter().map(|entry| entry.name));
    let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
    Failure::usage(format!("no {kind} is called {name}{hint}"))
}

/// On a terminal, unless a format is asked for.
fn is_for_reading(arguments: &OutputArguments) -> bool {
    arguments.format.is_none() && arguments.output.is_none() && std::io::stdout().is_terminal()
}

/// Names and summaries below their headings.
fn listing(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for group in entries.chunk_by(|a, b| a.category == b.category) {
        out.push_str(if out.is_empty() { "" } else { "\n" });
        out.push_str(&format!("{}:\n", group[0].category));
        out.extend(group.iter().map(|entry| format!("  {:width$}  {}\n", entry.name, entry.summary)));
    }
    out
}

/// The list as a table, in any output format.
fn list(entries: &[Entry], arguments: &OutputArguments) -> Result<Status, Failure> {
    let cells =
        entries.iter().map(|e| [e.name.to_owned(), e.category.to_owned(), e.usage.join("\n"), e.summary.to_owned(), e.remark.clone()]);
    write(["Name", "Category", "Usage", "Summary", "Remark"], &cells.collect::<Vec<_>>(), arguments)
}

/// A table of texts.
pub fn write<const N: usize>(names: [&str; N], rows: &[[String; N]], arguments: &OutputArguments) -> Result<Status, Failure> {
    let schema: Schema = names.iter().map(|name| Field::new(*name, Type::String)).collect::<Vec<_>>().into();
    let column = |i: usize| Column::from_values(Type::String, rows.iter().map(|row| Value::string(row[i].as_str())));
    let mut target = Target::open(arguments, true)?;
    target.write(&schema, &Batch::new((0..N).map(column).collect(), rows.len()));
    target.close()?;
    Ok(Status::Ran)
}

fn plain(entry: &Entry) -> String {
    let mut out = entry.usage.iter().map(|usage| format!("{usage}\n")).collect::<String>();
    out.push_str(&format!("\n{}\n", entry.summary));
    if !entry.aliases.is_empty() {
        out.push_str(&format!("\nAlso called: {}\n", entry.aliases.join(", ")));
    }
    if !entry.remark.is_empty() {
        out.push_str(&format!("\n{}\n", entry.remark));
    }
    if !entry.examples.is_empty() {
        out.push_str("\nExamples:\n");
    }
    for (query, result) in &entry.examples {
        out.push_str(&format!("  {}\n    {}\n", query.replace('\n', "\n  "), result.replace('\n', "\n    ")));
    }
    out
}

/// The whole reference as one Markdown page.
fn page(entries: &[Entry]) -> String {
    let mut out = String::new();
    for group in entries.chunk_by(|a, b| a.category == b.category) {
        out.push_str(&format!("## {}\n\n", group[0].category));
        out.extend(group.iter().map(|entry| section(entry) + "\n"));
    }
    out
}

fn section(entry: &Entry) -> String {
    let mut out = format!("### {}\n\n{}\n\n```text\n{}\n```\n", entry.name, entry.summary, entry.usage.join("\n"));
    if !entry.aliases.is_empty() {
        out.push_str(&format!("\nAlso called: {}.\n", entry.aliases.iter().map(|a| format!("`{a}`")).collect::<Vec<_>>().join(", ")));
    }
    if !entry.remark.is_empty() {
        out.push_str(&format!("\n{}\n", entry.remark));
    }
    for (query, result) in &entry.examples {
        out.push_str(&format!("\n```kusto\n{query}\n```\n\n```text\n{result}\n```\n"));
    }
    out
}
