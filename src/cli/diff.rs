//! `kalypso diff RUN1 RUN2`: what a second sweep found that the first had not, and the other way round.

use std::path::PathBuf;

use clap::Args;

use crate::output::visible;
use crate::sweep::{self, Change, Difference};

use super::status::{Failure, Status, print};

#[derive(Args, Debug)]
pub struct DiffArguments {
    /// The folder of the first sweep
    #[arg(value_name = "RUN1")]
    pub first: PathBuf,
    /// The folder of the second
    #[arg(value_name = "RUN2")]
    pub second: PathBuf,
    /// Say it as an object a line: rule, change, and the row
    #[arg(long)]
    pub json: bool,
}

pub fn run(arguments: &DiffArguments) -> Result<Status, Failure> {
    let difference = sweep::difference(&arguments.first, &arguments.second).map_err(Failure::Input)?;
    let text = if arguments.json { difference.lines() } else { told(&difference) };
    print(text.as_bytes())
}

fn told(difference: &Difference) -> String {
    let mut out = String::new();
    for rule in &difference.rules {
        let name = visible(&rule.name);
        if rule.before != rule.after {
            out.push_str(&format!("{name}: {} -> {}\n", rule.before.replace('_', " "), rule.after.replace('_', " ")));
        } else {
            out.push_str(&format!("{name}\n"));
        }
        if rule.changed {
            out.push_str("  the rule itself changed\n");
        }
        for (change, row) in &rule.rows {
            let sign = if *change == Change::Found { '+' } else { '-' };
            out.push_str(&format!("  {sign} {}\n", visible(row)));
        }
    }
    let count = |wanted: Change| difference.rules.iter().flat_map(|r| &r.rows).filter(|(change, _)| *change == wanted).count();
    out.push_str(&format!("{} rows only in the second, {} only in the first\n", count(Change::Found), count(Change::Gone)));
    out
}
