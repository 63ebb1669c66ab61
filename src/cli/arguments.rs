//! The arguments of every verb, and the text of the help.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::input::DayOrder;

use super::help::{AFTER_HELP, AFTER_LONG_HELP, LONG_ABOUT, STYLES, USAGE};
use super::options::{Moment, format_parser, moment, parameter, parse_size};
use super::status::Failure;
use super::terminal::Color;

/// Asks questions in KQL of exported Microsoft 365 audit logs
#[derive(Debug, Parser)]
#[command(
    name = "kalypso",
    version,
    styles = STYLES,
    override_usage = USAGE,
    long_about = LONG_ABOUT,
    after_help = AFTER_HELP,
    after_long_help = AFTER_LONG_HELP,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    max_term_width = 110
)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Option<Verb>,
    #[command(flatten)]
    pub query: QueryArguments,
}

#[derive(Args, Debug)]
pub struct FunctionsArguments {
    /// List every name of Microsoft's inventory (functions, operators, plugins, statements …): the same here, different or refused
    #[arg(long, conflicts_with = "name")]
    pub coverage: bool,
    #[command(flatten)]
    pub reference: ReferenceArguments,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run a query (the verb may be left out, unless the query is the name of a command)
    Query(QueryArguments),
    /// Run a saved query by its name
    Run(super::library::RunArguments),
    /// List the saved queries, show one, or check them all
    Library(super::library::LibraryArguments),
    /// Parse and bind a query without running it
    Check(CheckArguments),
    /// Show how a query would run, stage by stage; or what a code such as KQL0101 means
    Explain(UnrunQuery),
    /// Show the tables and columns found in the inputs
    Schema(SchemaArguments),
    /// Tell what the inputs are, what was read of them and what not, with their digests: provenance
    Inventory(super::inventory::InventoryArguments),
    /// Run many rules over the same inputs in one pass, into a folder with a report
    Sweep(super::sweep::SweepArguments),
    /// Run rules by schedule over growing folders, and raise each alert once
    Job(super::job::JobArguments),
    /// Tell what one sweep found that another had not
    Diff(super::diff::DiffArguments),
    /// List the functions and aggregates, or tell about one; with --coverage, all that Microsoft's Kusto has
    Functions(FunctionsArguments),
    /// List the tabular operators, or tell about one
    Operators(ReferenceArguments),
    /// List the plugins that `evaluate` calls, or tell about one
    Plugins(ReferenceArguments),
    /// Print a script that completes kalypso's arguments in a shell
    Completions { shell: clap_complete::Shell },
}

/// The names that are taken for a verb when they are the first word.
const VERBS: &[&str] = &[
    "query",
    "run",
    "library",
    "check",
    "explain",
    "schema",
    "inventory",
    "sweep",
    "job",
    "diff",
    "functions",
    "operators",
    "plugins",
    "completions",
    "help",
];

#[derive(Args, Debug)]
pub struct QueryArguments {
    #[command(flatten)]
    pub text: QueryText,
    #[command(flatten)]
    pub binding: Binding,
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

impl QueryArguments {
    /// `kalypso -f csv check …`: the verb was meant, but behind an option it is taken for the query.
    pub fn refuse_lost_verb(&self) -> Result<(), Failure> {
        let Some(word) = self.text.query.as_deref().filter(|word| self.text.query_file.is_none() && VERBS.contains(word)) else {
            return Ok(());
        };
        if std::env::args_os().any(|argument| argument == "--") {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "the command comes first: kalypso {word} [OPTIONS] ...\n  (for a query that is the one word `{word}`, write: kalypso query {word})"
        )))
    }
}

#[derive(Args, Debug)]
pub struct QueryText {
    /// The query, in KQL; `-` reads it from standard input
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    /// Files, folders (with all that is in them), patterns such as `logs/**/*.gz`, or `-` for standard input
    ///
    /// What a file is, and whether it is compressed, is decided from its content and not from its name.
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// Read the query from FILE (`-` for standard input); every other argument is then an input
    #[arg(long, value_name = "FILE", help_heading = "Query")]
    pub query_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Query")]
pub struct Binding {
    /// Take this for the current time, or the newest record's time (`auto`): every now() and ago() of the run agrees with it
    #[arg(long, value_name = "DATETIME", value_parser = moment)]
    pub now: Option<Moment>,
    /// Give a parameter that the query declares (`declare query_parameters`) its value
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
    /// Declare tables from a JSON file: {"Table": {"Column": "type"}}
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    /// Make the watchlists of this folder known, each in a .csv file of its name
    #[arg(long, value_name = "DIR")]
    pub watchlists: Option<PathBuf>,
    /// Make the functions of this folder known, each in a .kql file of its name
    #[arg(long, value_name = "DIR")]
    pub functions: Option<PathBuf>,
    /// Look up places of addresses in this database of MaxMind's format (.mmdb): geo_info_from_ip_address() reads it
    #[arg(long, value_name = "FILE")]
    pub geoip: Option<PathBuf>,
    /// Let `externaldata` read http and https addresses: without this nothing leaves the machine
    #[arg(long)]
    pub allow_network: bool,
    /// Let the query nest as many levels deep as this
    #[arg(long, value_name = "LEVELS", default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=2000))]
    pub max_depth: u16,
}

impl Default for Binding {
    fn default() -> Binding {
        Binding {
            now: None,
            parameters: Vec::new(),
            schema: None,
            watchlists: None,
            functions: None,
            geoip: None,
            allow_network: false,
            max_depth: 200,
        }
    }
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub struct InputArguments {
    /// Stop at the first record that cannot be read, instead of counting it and going on
    #[arg(long)]
    pub strict: bool,
    /// Keep records that overlapping exports hold several times
    #[arg(long)]
    pub keep_duplicates: bool,
    /// csv and tsv, read or written: there is no line of column names
    #[arg(long)]
    pub no_header: bool,
    /// Read dates like 05/06/2024 so [default: as each file shows, month first where it shows nothing, day first between semicolons]
    #[arg(long, value_name = "ORDER", value_enum)]
    pub date_order: Option<DateOrder>,
    /// Use this many threads [default: as many as there are processors]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
    /// Stop a query that makes the process hold more than this: `500MB`, `2GB` [default: half of what the machine has]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub memory_limit: Option<u64>,
    /// Cut the input into chunks of about this many bytes
    #[arg(long, value_name = "N", default_value_t = 0, hide = true)]
    pub chunk_bytes: usize,
    /// Run the plan as it was written
    #[arg(long, hide = true)]
    pub no_optimize: bool,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub struct OutputArguments {
    /// The form of the result [default: what the name after -o says, else table on a terminal and csv elsewhere]
    #[arg(short, long, value_name = "FORMAT", value_parser = format_parser())]
    pub format: Option<String>,
    /// Write the result to FILE, which is there whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// csv and tsv: keep spreadsheets from taking text for a formula
    #[arg(long)]
    pub csv_safe: bool,
    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, hide_possible_values = true, long_help = COLOR_HELP)]
    pub color: Color,
}

const COLOR_HELP: &str = "Use colour: auto (on a terminal), always or never";

#[derive(Args, Debug)]
#[command(next_help_heading = "Messages")]
pub struct ReportArguments {
    /// No progress, no account of the run and no warnings; errors and incomplete input are still told
    #[arg(short, long)]
    pub quiet: bool,
    /// Account for the run on standard error even where that is no terminal
    #[arg(long)]
    pub stats: bool,
    /// The form of the account; json implies --stats
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub stats_format: Option<StatsFormat>,
    /// Also account for the SHA-256 of every input (with --stats-format json; reads the inputs once more)
    #[arg(long)]
    pub sha256: bool,
}

/// `--date-order`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl From<DateOrder> for DayOrder {
    fn from(order: DateOrder) -> DayOrder {
        match order {
            DateOrder::DayFirst => DayOrder::DayFirst,
            DateOrder::MonthFirst => DayOrder::MonthFirst,
        }
    }
}

/// `--stats-format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    Text,
    Json,
}

/// A query that is looked at and not run.
#[derive(Args, Debug)]
pub struct UnrunQuery {
    #[command(flatten)]
    pub text: QueryText,
    #[command(flatten)]
    pub binding: Binding,
    #[command(flatten)]
    pub input: InputArguments,
    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, hide_possible_values = true, long_help = COLOR_HELP)]
    pub color: Color,
}

#[derive(Args, Debug)]
pub struct CheckArguments {
    /// Only parse: names and types are not looked at
    #[arg(long, action = ArgAction::SetTrue)]
    pub parse_only: bool,
    /// Print the columns and types of the result, with no rows, in this form
    #[arg(short, long, value_name = "FORMAT", value_parser = format_parser())]
    pub format: Option<String>,
    #[command(flatten)]
    pub query: UnrunQuery,
}

#[derive(Args, Debug)]
pub struct SchemaArguments {
    /// Files, folders, patterns, or `-` for standard input
    #[arg(value_name = "INPUT", required_unless_present = "mapping")]
    pub inputs: Vec<String>,
    /// Show where the columns of this table come from, and how sure that is
    #[arg(long, value_name = "TABLE", conflicts_with = "inputs")]
    pub mapping: Option<String>,
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}

#[derive(Args, Debug)]
pub struct ReferenceArguments {
    /// Tell about this one
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    #[command(flatten)]
    pub output: OutputArguments,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound_and_its_verbs_are_known() {
        let mut command = Arguments::command();
        command.build();
        command.clone().debug_assert();
        let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        assert_eq!(verbs, VERBS);
    }

    #[test]
    fn a_query_may_begin_with_the_name_of_a_verb() {
        let query = |words: &[&str]| {
            let parsed = Arguments::try_parse_from(["kalypso"].iter().chain(words)).unwrap();
            (parsed.verb.is_some(), parsed.query.text.query)
        };
        assert_eq!(query(&["schema | take 5"]), (false, Some("schema | take 5".into())));
        assert_eq!(query(&["--", "schema"]), (false, Some("schema".into())));
        assert_eq!(query(&["schema", "x"]), (true, None));
        assert_eq!(query(&["query", "schema"]), (true, None));
    }
}
