//! `inventory`: what the inputs are and hold, as a page to attach to an investigation.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::engine::Session;
use crate::input::Inspect;
use crate::inventory::{as_html, as_json, as_text, take};
use crate::output::OutputFile;
use crate::value::TimeSpan;

use super::arguments::{Binding, InputArguments};
use super::progress;
use super::query::options;
use super::status::{Failure, Status, print, written};
use super::terminal::Color;

#[derive(Args, Debug)]
pub struct InventoryArguments {
    /// Files, folders, patterns, or `-` for standard input
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<String>,
    /// Tell the times without any event that are longer than this: 90s, 30m, 6h, 2d
    #[arg(long, value_name = "TIME", default_value = "6h", value_parser = gap)]
    pub gap: Gap,
    /// The query that was asked of the inputs, to be noted on the page
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    /// The form of the inventory [default: what the name after -o says, else text]
    #[arg(short, long, value_name = "FORMAT", value_enum)]
    pub format: Option<Form>,
    /// Write it to FILE, which is there whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub input: InputArguments,
    /// No progress
    #[arg(short, long)]
    pub quiet: bool,
}

/// The forms of an inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Text,
    Json,
    Html,
}

/// A length of time, as it was written and in ticks.
#[derive(Clone, Debug)]
pub struct Gap {
    text: String,
    ticks: i64,
}

fn gap(text: &str) -> Result<Gap, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "s" => TimeSpan::TICKS_PER_SECOND,
        "m" => TimeSpan::TICKS_PER_MINUTE,
        "h" => 60 * TimeSpan::TICKS_PER_MINUTE,
        "d" => TimeSpan::TICKS_PER_DAY,
        _ => return Err("write it as 90s, 30m, 6h or 2d".to_owned()),
    };
    let ticks = number.parse::<i64>().ok().filter(|n| *n > 0).and_then(|n| n.checked_mul(unit));
    ticks.map(|ticks| Gap { text: text.to_owned(), ticks }).ok_or_else(|| "write it as 90s, 30m, 6h or 2d".to_owned())
}

pub fn run(arguments: &InventoryArguments) -> Result<Status, Failure> {
    let mut options = options(&Binding::default(), &arguments.input, arguments.inputs.clone())?;
    options.inspect = Some(Inspect { gap: arguments.gap.ticks });
    let session = Session::open(options).map_err(|error| Failure::usage(error.0))?;
    if !arguments.quiet {
        progress::start(session.progress(), Color::default().on_stderr());
    }
    let inventory = take(&session, &arguments.gap.text, arguments.query.clone());
    progress::end();
    let inventory = inventory.map_err(|error| Failure::Input(error.0))?;
    let text = match form(arguments) {
        Form::Text => as_text(&inventory),
        Form::Html => as_html(&inventory),
        Form::Json => format!("{:#}\n", as_json(&inventory)),
    };
    match arguments.output.as_deref().filter(|path| path.as_os_str() != "-") {
        None => {
            print(text.as_bytes())?;
        }
        Some(path) => {
            let (file, mut sink) = OutputFile::create(path).map_err(|error| Failure::file(path.display(), &error))?;
            written(sink.write_all(text.as_bytes()).and_then(|()| sink.flush()))?;
            drop(sink);
            written(file.commit())?;
        }
    }
    let complete = inventory.account.is_complete() && inventory.inputs.iter().all(|input| input.sha256.is_ok());
    Ok(if complete { Status::Ran } else { Status::InputIncomplete })
}

fn form(arguments: &InventoryArguments) -> Form {
    let extension = arguments.output.as_deref().and_then(|path| path.extension()).and_then(|e| e.to_str());
    arguments.format.unwrap_or(match extension {
        Some("html" | "htm") => Form::Html,
        Some("json") => Form::Json,
        _ => Form::Text,
    })
}
