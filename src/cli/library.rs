//! `kalypso library` and `kalypso run`: what saved queries there are, and running one by its name.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, Subcommand};
use clap_complete::Shell;

use crate::library::{self, Parameter, Rule, RuleError};
use crate::output::visible;
use crate::syntax;

use super::arguments::{Binding, InputArguments, OutputArguments, QueryArguments, QueryText, ReportArguments};
use super::query;
use super::status::{Failure, Status, print, tell};

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
pub struct Place {
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
        Action::List => {
            let rules = arguments.place.load()?;
            for error in rules.iter().filter_map(|rule| rule.as_ref().err()) {
                tell(&format!("kalypso: {}: {}\n", visible(&error.file), visible(&error.message)));
            }
            print(list(&rules).as_bytes())
        }
        Action::Show { name } => print(show(&arguments.place.find(name)?).as_bytes()),
        Action::Check => check(&arguments.place.load()?),
    }
}

/// The command with the names of the saved queries as values, for scripts that complete them.
pub fn named(command: Command) -> Command {
    // The command that writes the script keeps them to its end.
    let names: Vec<&'static str> = Place::of_environment().names().into_iter().map(|name| &*name.leak()).collect();
    let complete =
        |command: Command, names: Vec<&'static str>| command.mut_arg("name", |name| name.value_parser(PossibleValuesParser::new(names)));
    command
        // An argument that was changed comes after those that were not.
        .mut_subcommand("run", |run| complete(run, names.clone()).mut_arg("inputs", |inputs| inputs))
        .mut_subcommand("library", |library| library.mut_subcommand("show", |show| complete(show, names)))
}

/// What `clap_complete` cannot put into the script of a shell: fish is not told the values of arguments that have no name.
pub fn more(shell: Shell) -> String {
    if shell != Shell::Fish {
        return String::new();
    }
    let condition = "__fish_seen_subcommand_from run; or __fish_seen_subcommand_from show";
    format!("complete -c kalypso -n \"{condition}\" -a \"{}\"\n", Place::of_environment().names().join(" "))
}

impl Place {
    fn of_environment() -> Place {
        Place { library: std::env::var_os("KALYPSO_LIBRARY").map(PathBuf::from) }
    }

    /// Short names, of those that a shell takes as one word.
    fn names(&self) -> Vec<String> {
        let names = self.load().unwrap_or_default().into_iter().flatten().map(|rule| rule.stem());
        names.filter(|name| name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))).collect()
    }

    fn load(&self) -> Result<Vec<Result<Rule, RuleError>>, Failure> {
        let Some(folder) = &self.library else { return Ok(library::shipped()) };
        std::fs::metadata(folder).map_err(|error| Failure::file(folder.display(), &error))?;
        Ok(library::load(&[folder.to_string_lossy().into_owned()]))
    }

    /// The rules of files and folders; of a name that is no file the saved query. Of no names all saved queries.
    pub fn rules(&self, names: &[String]) -> Result<Vec<Result<Rule, RuleError>>, Failure> {
        if names.is_empty() {
            return self.load();
        }
        let rules = |name: &String| match Path::new(name).exists() {
            true => Ok(library::load(std::slice::from_ref(name))),
            false => Ok(vec![Ok(self.find(name)?)]),
        };
        Ok(names.iter().map(rules).collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn find(&self, name: &str) -> Result<Rule, Failure> {
        library::find(self.load()?, name).map_err(Failure::usage)
    }
}

fn list(rules: &[Result<Rule, RuleError>]) -> String {
    let rules: Vec<&Rule> = rules.iter().flatten().collect();
    let width = rules.iter().map(|rule| rule.stem().chars().count()).max().unwrap_or(0);
    let line = |rule: &&Rule| format!("{:width$}  {:13}  {}\n", visible(&rule.stem()), rule.severity.name(), visible(&rule.name));
    rules.iter().map(line).collect()
}

/// A parameter on one line.
fn told(parameter: &Parameter) -> String {
    let must = if parameter.default.is_none() { " (must be given)" } else { "" };
    let why = if parameter.description.is_empty() { String::new() } else { format!(": {}", parameter.description) };
    format!("{}{must}{why}", parameter.declaration())
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
        ("parameters", &rule.parameters.iter().map(told).collect::<Vec<_>>().join("\n")),
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
                let before = rule.query.get(..error.span.start as usize).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                Some(format!("{}: line {line} of its query: {}\n", visible(&rule.file), visible(&error.message)))
            }
        })
        .collect();
    print(format!("{}{} of {} saved queries are right\n", wrong.concat(), rules.len() - wrong.len(), rules.len()).as_bytes())?;
    Ok(if wrong.is_empty() { Status::Ran } else { Status::QueryError })
}
