//! Rules whose subqueries share the pass with them, and rules that must know first.

use std::fs;
use std::process::Command;

use super::{Evidence, assert_same, wide_records};

/// They wait for their subqueries.
const WAITING: [(&str, &str); 9] = [
    (
        "between",
        "let last = toscalar(UnifiedAuditLog | where Operation == 'New-InboxRule' | summarize max(CreationTime));
         UnifiedAuditLog | where Operation == 'UserLoggedIn' | where CreationTime between (last - 5d .. last)
         | summarize Mean = avg(toreal(split(ClientIP, '.')[3]) / 7), Wide = stdev(toreal(split(ClientIP, '.')[3])) by UserId",
    ),
    (
        "either-table",
        "let some = toscalar(UnifiedAuditLog | where Operation == 'FileAccessed' | summarize min(UserId));
         union (UnifiedAuditLog | where Operation == 'Set-InboxRule' and UserId == some), (UnifiedAuditLog | where Operation == 'FileAccessed')
         | where ClientIP endswith '7' | project CreationTime, UserId, ClientIP, Operation, Note",
    ),
    (
        "sides",
        "let few = UnifiedAuditLog | where Operation == 'FileAccessed' and ClientIP matches regex '[.]1?3$' | distinct UserId;
         UnifiedAuditLog | where Operation == 'New-InboxRule' | project CreationTime, UserId, ClientIP
         | join kind=inner (UnifiedAuditLog | where Operation == 'UserLoggedIn' | where UserId in~ (few) | project UserId, Login = CreationTime)
           on UserId | where Login > CreationTime | take 40",
    ),
    (
        "expanded",
        "let parts = toscalar(UnifiedAuditLog | where Operation == 'FileAccessed' | summarize make_set(ClientIP, 20));
         UnifiedAuditLog | where Operation == 'FileAccessed' | mv-expand Part = split(ClientIP, '.') to typeof(string)
         | where set_has_element(parts, strcat('203.0.113.', Part)) | project Id, Part",
    ),
    (
        "computed",
        "let count_of = toscalar(UnifiedAuditLog | where Operation == 'New-InboxRule' | count); let half = toscalar(print count_of / 2);
         UnifiedAuditLog | where Operation == 'Set-InboxRule' | extend Place = tolong(split(ClientIP, '.')[3]) + half
         | where Place % 7 == 3 | top 9 by Place desc | project Id, Place, half",
    ),
    (
        "nobody",
        "let nobody = UnifiedAuditLog | where Operation == 'Never' | distinct UserId;
         UnifiedAuditLog | where Operation == 'Set-InboxRule' and UserId !in (nobody) | summarize count(), dcount(Id) by UserId",
    ),
    (
        "nothing",
        "let nothing = toscalar(UnifiedAuditLog | where Operation == 'Never' | summarize max(CreationTime));
         UnifiedAuditLog | where Operation == 'Set-InboxRule' | summarize Rules = count() by Nothing = isnull(nothing)",
    ),
    (
        "twice",
        "let most = toscalar(UnifiedAuditLog | where Operation == 'UserLoggedIn' | summarize max(ClientIP));
         let rows = UnifiedAuditLog | where Operation in ('UserLoggedIn', 'New-InboxRule') | where ClientIP != most;
         rows | summarize Rows = count() by UserId | join kind=inner (rows | summarize Last = max(CreationTime) by UserId) on UserId
         | project UserId, Rows, Last | sort by UserId asc",
    ),
    (
        "width",
        "let width = toscalar(UnifiedAuditLog | where Operation == 'Never' | count);
         UnifiedAuditLog | where Operation == 'Set-InboxRule' | where bin(CreationTime, width * 1h) == CreationTime or UserId == 'u1@example.org'",
    ),
];

/// What it asks stands above its groups.
const GROUPED: (&str, &str) = (
    "grouped",
    "let all = toscalar(UnifiedAuditLog | where Operation == 'FileAccessed' | count);
     UnifiedAuditLog | where Operation == 'New-InboxRule' | summarize Rules = count() by UserId | where Rules * 9 >= all",
);

/// They must know before they can run, or have nothing that holds records back.
const ASKING: [(&str, &str); 4] = [
    (
        "nested",
        "let first = toscalar(UnifiedAuditLog | where Operation == 'UserLoggedIn' | summarize min(CreationTime));
         let after = toscalar(UnifiedAuditLog | where Operation == 'FileAccessed' and CreationTime > first | count);
         UnifiedAuditLog | where Operation == 'Set-InboxRule' | extend After = after | project CreationTime, Id, After",
    ),
    (
        "columns",
        "let most = toscalar(UnifiedAuditLog | where Operation == 'FileAccessed' | summarize max(UserId));
         UnifiedAuditLog | where Operation == 'FileAccessed' and UserId == most
         | project Id, Bag = bag_pack('A', ClientIP, 'B', Operation) | evaluate bag_unpack(Bag)",
    ),
    (
        "whole",
        "let most = toscalar(UnifiedAuditLog | summarize max(CreationTime)); UnifiedAuditLog | where CreationTime == most | project Id",
    ),
    (
        "first-rows",
        "let several = toscalar(UnifiedAuditLog | where Operation == 'New-InboxRule' | summarize dcount(UserId));
         UnifiedAuditLog | where Operation == 'New-InboxRule' | take several | project Id",
    ),
];

fn evidence(rules: &[(&str, &str)]) -> Evidence {
    let evidence = Evidence::new(400);
    fs::remove_dir_all(evidence.path("rules")).unwrap();
    fs::create_dir(evidence.path("rules")).unwrap();
    for (name, query) in rules {
        fs::write(evidence.path("rules").join(format!("{name}.kql")), query).unwrap();
    }
    evidence
}

/// A sweep's table of a rule is what the rule gives alone.
fn assert_as_alone(evidence: &Evidence, out: &str, rules: &[(&str, &str)]) {
    for (name, query) in rules {
        let arguments = ["-q", "-f", "csv", "--now", "2024-04-01", "--chunk-bytes", "3000", query];
        let alone = Command::new(env!("CARGO_BIN_EXE_kalypso")).args(arguments).arg(evidence.path("audit.json")).output().unwrap();
        let alone = String::from_utf8(alone.stdout).unwrap();
        assert!(alone.lines().count() > 1, "{name} finds nothing");
        assert_eq!(fs::read_to_string(evidence.path(out).join(format!("rules/{name}.csv"))).unwrap(), alone, "{name}");
    }
}

#[test]
fn subqueries_share_the_pass() {
    let evidence = evidence(&WAITING);
    let told = evidence.sweep("one", &["--threads", "1", "--chunk-bytes", "3000"]).stderr;
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("kalypso: 9 rules run\n"), "a rule reads the input before the pass: {told}");
    assert!(!told.contains("once more"), "a rule reads the input after the pass: {told}");
    assert_as_alone(&evidence, "one", &WAITING);
    evidence.sweep("four", &["--threads", "4", "--chunk-bytes", "3000"]);
    assert_same(&evidence.path("one"), &evidence.path("four"));
}

#[test]
fn rules_that_must_know_first_ask() {
    // The last's groups are made before what it asks is known; of the others records would have to wait.
    let rules = [&WAITING[..2], &ASKING, &[GROUPED]].concat();
    let evidence = evidence(&rules);
    let drawn = "let most = toscalar(UnifiedAuditLog | where Operation == 'New-InboxRule' | summarize max(ClientIP));
                 UnifiedAuditLog | where Operation == 'New-InboxRule' and ClientIP != most and rand() < 0.5 | project Id, Lot = rand()";
    fs::write(evidence.path("rules/drawn.kql"), drawn).unwrap();
    let told = evidence.sweep("one", &["--threads", "1", "--chunk-bytes", "3000"]).stderr;
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("kalypso: 8 rules run; 7 of them asked something first, together\n"), "{told}");
    assert_as_alone(&evidence, "one", &rules);
    evidence.sweep("four", &["--threads", "4", "--chunk-bytes", "3000"]);
    assert_same(&evidence.path("one"), &evidence.path("four"));
}

/// More rows wait than a rule may hold: they are read again, and what the rule itself holds counts alone.
#[test]
fn rows_that_would_be_too_many_are_read_again() {
    let evidence = evidence(&WAITING);
    let much = "let most = toscalar(UnifiedAuditLog | where Operation == 'New-InboxRule' | summarize max(ClientIP));
                UnifiedAuditLog | where Operation in ('UserLoggedIn', 'New-InboxRule') and ClientIP != most | project Id";
    fs::write(evidence.path("rules/much.kql"), much).unwrap();
    let told = evidence.sweep("out", &["--chunk-bytes", "3000", "--rule-rows", "100"]).stderr;
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("kalypso: the input was read once more for 2 rules"), "{told}");
    assert_as_alone(&evidence, "out", &WAITING);
    let run: serde_json::Value = serde_json::from_slice(&fs::read(evidence.path("out/run.json")).unwrap()).unwrap();
    let much = run["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == "much").unwrap();
    assert_eq!((&much["status"], &much["rows"]), (&"cut".into(), &100.into()));
}

/// Wide rows would take more of the disk than reading again is worth.
#[test]
fn rows_that_would_be_too_wide_are_read_again() {
    const QUERY: &str = "let most = toscalar(UnifiedAuditLog | where Operation == 'Send' | summarize max(Number));
        UnifiedAuditLog | where Operation in ('Send', 'Read') | where Number > most - 5 | project Id, Number, Text";
    let evidence = evidence(&[("wide", QUERY)]);
    fs::write(evidence.path("audit.json"), wide_records()).unwrap();
    let told = String::from_utf8(evidence.sweep("out", &["--chunk-bytes", "3000"]).stderr).unwrap();
    assert!(told.contains("kalypso: the input was read once more for 1 rules"), "{told}");
    assert_as_alone(&evidence, "out", &[("wide", QUERY)]);
}
