//! A line for a crontab.

use super::Plan;

/// The line, and comments on what it needs. Cron mails what the run prints, which is nothing unless something is wrong.
pub fn line(plan: &Plan) -> String {
    let command: Vec<String> = plan.words().iter().map(|word| quoted(word)).collect();
    let secrets = match plan.variables.as_slice() {
        [] => String::new(),
        _ => format!("set -a; . {}; set +a; ", quoted(&plan.environment().to_string_lossy())),
    };
    let mut out = format!("# Kalypso jobs of {}. Review, then add with: crontab -e\n", plan.file.display());
    if !plan.variables.is_empty() {
        out.push_str(&format!(
            "# {} holds NAME=value lines, readable by you alone: {}\n",
            plan.environment().display(),
            plan.variables.join(", ")
        ));
    }
    // The file of jobs is the lock: it is there. The state has a lock of its own, which this one must not be.
    let lock = quoted(&plan.file.to_string_lossy());
    let command = format!("{secrets}flock -n {lock} {} --jitter {}", command.join(" "), plan.jitter());
    // `%` ends the command in a crontab.
    out.push_str(&format!("{} {}\n", schedule(plan.minutes), command.replace('%', "\\%")));
    out
}

/// Windows end by UTC and cron starts by the machine's clock, so nothing is rarer than hourly.
fn schedule(minutes: u32) -> String {
    match minutes {
        1 => "* * * * *".to_owned(),
        2..60 => format!("*/{minutes} * * * *"),
        _ => "0 * * * *".to_owned(),
    }
}

fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.,:=+@".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
