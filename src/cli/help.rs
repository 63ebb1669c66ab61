//! The texts of the help.

use clap::builder::styling::{AnsiColor, Styles};

pub const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

pub const USAGE: &str = "kalypso [OPTIONS] QUERY [INPUT]...
       kalypso [OPTIONS] --query-file FILE [INPUT]...
       kalypso <COMMAND> ...";

pub const LONG_ABOUT: &str = "\
Asks questions in KQL, the query language of Microsoft Sentinel and Defender, of exported Microsoft 365 audit logs: \
files and folders as they come, compressed or not, JSON, CSV or Parquet. Nothing is imported and nothing leaves the machine.

A query that begins with an operator (`where`, `summarize` ...) reads all records of the inputs.";

pub const AFTER_HELP: &str = "\
Examples:
  kalypso 'summarize count() by Operation' exports/
  kalypso 'where UserId has \"admin\" | take 10' audit.csv.gz
  kalypso -f csv -o signins.csv 'SigninLogs | where ResultType != 0' dump.zip
  zcat audit.json.gz | kalypso 'count' -

`kalypso --help` tells more, `kalypso help COMMAND` tells of a command.";

pub const AFTER_LONG_HELP: &str = "\
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
