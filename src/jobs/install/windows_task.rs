//! A task for the Windows Task Scheduler.

use quick_xml::escape::escape;

use super::Plan;

/// The task's XML, for `schtasks /Create /TN NAME /XML FILE`.
pub fn xml(plan: &Plan) -> String {
    let mut words = plan.words().into_iter();
    let program = words.next().unwrap_or_default();
    let arguments: Vec<String> = words.map(|word| quoted(&word)).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- Review, then: schtasks /Create /TN {name} /XML FILE -->{variables}
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Kalypso jobs of {file}</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Repetition>
        <Interval>PT{minutes}M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <StartBoundary>2024-01-01T00:00:00Z</StartBoundary>
      <Enabled>true</Enabled>
      <RandomDelay>PT{jitter}S</RandomDelay>
    </TimeTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions>
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"#,
        name = escape(plan.name.as_str()),
        variables = variables(plan),
        file = escape(plan.file.to_string_lossy()),
        minutes = plan.minutes,
        jitter = plan.jitter(),
        program = escape(program.as_str()),
        arguments = escape(arguments.join(" ")),
        folder = escape(plan.file.parent().unwrap_or(&plan.file).to_string_lossy()),
    )
}

/// A task has no environment of its own.
fn variables(plan: &Plan) -> String {
    // Two hyphens would end a comment.
    let names = plan.variables.join(", ").replace("--", "-");
    if names.is_empty() { String::new() } else { format!("\n<!-- The account's environment must have: {} -->", escape(names.as_str())) }
}

/// A word as the C runtime splits command lines.
fn quoted(word: &str) -> String {
    if !word.is_empty() && !word.contains([' ', '\t', '"']) {
        return word.to_owned();
    }
    let mut out = String::from("\"");
    let mut backslashes = 0;
    for c in word.chars() {
        if c == '"' {
            out.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        out.push(c);
    }
    out.push_str(&"\\".repeat(backslashes));
    out.push('"');
    out
}
