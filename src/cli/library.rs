//! `kalypso library` and `kalypso run`: what saved queries there are, and running one by its name.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::library::{self, Rule, RuleError};
use crate::output::visible;
use crate::syntax;

use super::arguments::{Binding, InputArguments, OutputArguments, QueryArguments, QueryText, ReportArguments};
use super::query;
use super::status::{Failure, Status, print};

#[derive(Args, Debug)]
pub struct LibraryArguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the saved queries: short name, severity, title
    List,
    /// Show a saved query and what is known of it
    Show { name: String },
    /// Read and parse every saved query, and say what is wrong with which
    Check,
}

/// Where the saved queries are.
#[derive(Args, Debug)]
struct Place {
    /// Take saved queries from this folder of .kql and .yaml files [default: the ones inside kalypso]
    #[arg(long, value_name = "DIR", env = "KALYPSO_LIBRARY", global = true)]
    library: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct RunArguments {
    /// The name, id or file name of the saved query
    #[arg(value_name = "NAME")]
    name: String,
    /// Files, folders, patterns, or `-` for standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    binding: Binding,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    report: ReportArguments,
}

pub fn run(arguments: RunArguments) -> Result<Status, Failure> {
    let rule = arguments.place.find(&arguments.name)?;
    let RunArguments { inputs, binding, input, output, report, .. } = arguments;
    let text = QueryText { query: Some(rule.query), inputs, query_file: None };
    query::run(&QueryArguments { text, binding, input, output, report })
}

pub fn library(arguments: &LibraryArguments) -> Result<Status, Failure> {
    match &arguments.action {
        Action::List => print(list(&arguments.place.load()?).as_bytes()),
        Action::Show { name } => print(show(&arguments.place.find(name)?).as_bytes()),
        Action::Check => check(&arguments.place.load()?),
    }
}

impl Place {
    fn load(&self) -> Result<Vec<Result<Rule, RuleError>>, Failure> {
        let Some(folder) = &self.library else { return Ok(library::shipped()) };
        std::fs::metadata(folder).map_err(|error| Failure::file(folder.display(), &error))?;
        Ok(library::load(&[folder.to_string_lossy().into_owned()]))
    }

    /// The one rule of a name. Another file that is wrong does not matter, unless it may be the one that was meant.
    fn find(&self, name: &str) -> Result<Rule, Failure> {
        let (mut found, mut names) = (Vec::new(), Vec::new());
        for rule in self.load()? {
            match rule {
                Ok(rule) if rule.is_called(name) => found.push(rule),
                Ok(rule) => names.push(rule.stem()),
                Err(error) if stem(&error.file).eq_ignore_ascii_case(name) => {
                    return Err(Failure::usage(format!("{}: {}", error.file, error.message)));
                }
                Err(_) => {}
            }
        }
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Failure::usage(format!("no saved query is called {name}")).with_hint(nearest(name, &names))),
            _ => {
                let files: Vec<&str> = found.iter().map(|rule| rule.file.as_str()).collect();
                Err(Failure::usage(format!("several saved queries are called {name}: {}", files.join(", "))))
            }
        }
    }
}

fn nearest(name: &str, names: &[String]) -> Option<String> {
    let best = names.iter().map(|known| (strsim::jaro_winkler(name, known), known)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(if best.0 > 0.8 { format!("did you mean {}?", best.1) } else { "kalypso library list shows their names".to_owned() })
}

fn stem(file: &str) -> String {
    std::path::Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn list(rules: &[Result<Rule, RuleError>]) -> String {
    let rules: Vec<&Rule> = rules.iter().flatten().collect();
    let width = rules.iter().map(|rule| rule.stem().chars().count()).max().unwrap_or(0);
    let line = |rule: &&Rule| format!("{:width$}  {:13}  {}\n", visible(&rule.stem()), rule.severity.name(), visible(&rule.name));
    rules.iter().map(line).collect()
}

fn show(rule: &Rule) -> String {
    let trigger = format!("{} {}", rule.trigger_operator, rule.trigger_threshold);
    let known = [
        ("name", rule.name.as_str()),
        ("id", &rule.id),
        ("version", &rule.version),
        ("kind", &rule.kind),
        ("severity", rule.severity.name()),
        ("tactics", &rule.tactics.join(", ")),
        ("techniques", &rule.techniques.join(", ")),
        ("tables", &rule.tables.join(", ")),
        ("frequency", &rule.frequency),
        ("period", &rule.period),
        ("trigger", trigger.trim()),
        ("description", rule.description.trim()),
        ("file", &rule.file),
        ("digest", &rule.digest),
    ];
    let mut out = String::new();
    for (label, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!("{label:12} {}\n", value.lines().map(visible).collect::<Vec<_>>().join("\n             ")));
    }
    out.push('\n');
    rule.query.trim_end().lines().for_each(|line| out.push_str(&format!("{}\n", visible(line))));
    out
}

/// One line for each file that is wrong, and how many are not.
fn check(rules: &[Result<Rule, RuleError>]) -> Result<Status, Failure> {
    let options = || syntax::Options { headless: true, ..syntax::Options::default() };
    let wrong: Vec<String> = rules
        .iter()
        .filter_map(|rule| match rule {
            Err(error) => Some(format!("{}: {}\n", visible(&error.file), visible(&error.message))),
            Ok(rule) => {
                let error = syntax::parse_with(&rule.query, options()).err()?;
                Some(format!("{}: {}\n", visible(&rule.file), visible(&error.message)))
            }
        })
        .collect();
    print(format!("{}{} of {} saved queries are right\n", wrong.concat(), rules.len() - wrong.len(), rules.len()).as_bytes())?;
    Ok(if wrong.is_empty() { Status::Ran } else { Status::QueryError })
}
