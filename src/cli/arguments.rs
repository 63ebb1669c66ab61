//! The arguments of every verb, and the text of the help.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::output;
use crate::value::DateTime;

use super::status::Failure;
use super::terminal::Color;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

const USAGE: &str = "kalypso [OPTIONS] QUERY [INPUT]...
       kalypso [OPTIONS] --query-file FILE [INPUT]...
       kalypso <COMMAND> ...";

const LONG_ABOUT: &str = "\
Asks questions in KQL, the query language of Microsoft Sentinel and Defender, of exported Microsoft 365 audit logs: \
files and folders as they come, compressed or not, JSON, CSV or Parquet. Nothing is imported and nothing leaves the machine.

A query that begins with an operator (`where`, `summarize` ...) reads all records of the inputs.";

const AFTER_HELP: &str = "\
Examples:
  kalypso 'summarize count() by Operation' exports/
  kalypso 'where UserId has \"admin\" | take 10' audit.csv.gz
  kalypso -f csv -o signins.csv 'SigninLogs | where ResultType != 0' dump.zip
  zcat audit.json.gz | kalypso 'count' -

`kalypso --help` tells more, `kalypso help COMMAND` tells of a command.";

const AFTER_LONG_HELP: &str = "\
Examples:
  Count what happened:
      kalypso 'summarize count() by Operation | top 10 by count_' exports/

  Who signed in with either of two accounts, and from where:
      kalypso 'where UserId in~ (\"bg1@contoso.com\", \"bg2@contoso.com\")
               | where Operation == \"UserLoggedIn\"
               | project CreationTime, UserId, ClientIP' exports/

  A query from a file, its result into a file of another kind:
      kalypso --query-file rule.kql -o result.parquet 'exports/**/*.json.gz'

  Data from standard input, or none at all:
      zcat audit.json.gz | kalypso 'where ResultStatus == \"Failed\"' -
      kalypso 'print now()'

  What is in these files, what does that function do, is this query right:
      kalypso schema exports/
      kalypso functions parse_json
      kalypso inventory exports/ -o provenance.html
      kalypso check --schema tables.json 'SigninLogs | where X == 1'

Exit status:
  0  the query ran, whether it found something or not
  1  there is an error in the query, or it failed while it ran
  2  the command line does not make sense, or a file that it names is not there
  3  the query ran, but some input could not be read whole (standard error says what)
  4  the result could not be written
  10 scheduled jobs raised alerts (`kalypso job run`)
  A run that Ctrl-C ends has 130. An output file then stays what it was before.

Environment:
  NO_COLOR  no colour unless --color always
  COLUMNS   the width that tables are cut to, instead of the terminal's own";

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
    Explain(ExplainArguments),
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

fn format_parser() -> clap::builder::PossibleValuesParser {
    output::FORMATS.iter().map(|format| clap::builder::PossibleValue::new(format.name).help(format.summary)).collect::<Vec<_>>().into()
}

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

/// `--stats-format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    Text,
    Json,
}

#[derive(Args, Debug)]
pub struct CheckArguments {
    #[command(flatten)]
    pub text: QueryText,
    /// Only parse: names and types are not looked at
    #[arg(long, action = ArgAction::SetTrue)]
    pub parse_only: bool,
    /// Print the columns and types of the result, with no rows, in this form
    #[arg(short, long, value_name = "FORMAT", value_parser = format_parser())]
    pub format: Option<String>,
    #[command(flatten)]
    pub binding: Binding,
    #[command(flatten)]
    pub input: InputArguments,
    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, hide_possible_values = true, long_help = COLOR_HELP)]
    pub color: Color,
}

#[derive(Args, Debug)]
pub struct ExplainArguments {
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

/// What counts as the current time.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    At(DateTime),
    NewestRecord,
}

fn moment(text: &str) -> Result<Moment, String> {
    match text {
        "auto" => Ok(Moment::NewestRecord),
        _ => moment_in_time(text).map(Moment::At).map_err(|message| format!("{message} or auto")),
    }
}

/// A point in time as the options take it.
pub fn moment_in_time(text: &str) -> Result<DateTime, String> {
    DateTime::parse(text).ok_or_else(|| "write it as 2024-05-31 or 2024-05-31T13:00:00Z".to_owned())
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
}

/// `500MB`, `2 GB`, `64k` or a number of bytes; units are powers of 1000, as in what is told of a run.
fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim().to_ascii_lowercase().trim_end_matches('b') {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "t" => 1_000_000_000_000,
        _ => return Err(format!("`{text}` is no size such as 500MB or 2GB")),
    };
    number.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)).ok_or_else(|| format!("`{text}` is no size such as 500MB or 2GB"))
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
