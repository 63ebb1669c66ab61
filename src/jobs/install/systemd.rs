//! A service that runs the jobs once, and a timer that starts it.

use super::Plan;

/// Both units, each behind a comment with the file that it belongs into.
pub fn units(plan: &Plan) -> String {
    format!(
        "# /etc/systemd/system/{0}.service\n{1}\n# /etc/systemd/system/{0}.timer\n{2}\n\
         # Review both, write them to these files, then: systemctl daemon-reload && systemctl enable --now {0}.timer\n",
        plan.name,
        service(plan),
        timer(plan)
    )
}

fn service(plan: &Plan) -> String {
    let words: Vec<String> = plan.words().iter().map(|word| quoted(&word.replace('$', "$$"))).collect();
    let mut lines = vec!["[Unit]".to_owned(), format!("Description=Kalypso jobs of {}", percent(&plan.file.to_string_lossy()))];
    if plan.network {
        lines.extend(["Wants=network-online.target".to_owned(), "After=network-online.target".to_owned()]);
    }
    lines.extend(
        ["", "[Service]", "# A service that still runs is not started again: runs never overlap.", "Type=oneshot"].map(str::to_owned),
    );
    lines.push(format!("ExecStart={}", words.join(" ")));
    lines.push("# The account that may read the exports:".to_owned());
    lines.push("#User=kalypso".to_owned());
    if !plan.variables.is_empty() {
        lines.push(format!("# NAME=value lines, readable by root alone: {}", plan.variables.join(", ")));
        lines.push(format!("EnvironmentFile=-{}", percent(&plan.environment().to_string_lossy())));
    }
    let writable: Vec<String> = plan.writable.iter().map(|folder| quoted(&folder.to_string_lossy())).collect();
    lines.extend(["Nice=10", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=read-only"].map(str::to_owned));
    lines.push(format!("ReadWritePaths={}", writable.join(" ")));
    if !plan.network && !plan.commands {
        lines.push("RestrictAddressFamilies=AF_UNIX".to_owned());
    }
    lines.join("\n") + "\n"
}

fn timer(plan: &Plan) -> String {
    format!(
        "[Unit]\nDescription=Starts {}\n\n[Timer]\nOnCalendar={}\n# What was missed while the machine was off is caught up.\n\
         Persistent=true\nRandomizedDelaySec={}\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n",
        plan.name,
        calendar(plan.minutes),
        plan.jitter()
    )
}

fn calendar(minutes: u32) -> String {
    match minutes {
        0..60 => format!("*:0/{minutes}"),
        60 => "*:00".to_owned(),
        1440.. => "*-*-* 00:00:00 UTC".to_owned(),
        _ => format!("0/{}:00:00 UTC", minutes / 60),
    }
}

/// `%` begins a specifier.
fn percent(text: &str) -> String {
    text.replace('%', "%%")
}

fn quoted(word: &str) -> String {
    let word = percent(word);
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "/-_.,:=+@%$".contains(c));
    if is_plain { word } else { format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")) }
}
