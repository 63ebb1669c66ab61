//! Saved queries as a shell sees them.

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kalypso")).args(arguments).env_remove("KALYPSO_LIBRARY").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const ACCOUNTS: &str = "accounts=breakglass1@northwind-traders.example,breakglass2@northwind-traders.example";

fn fixture() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/break-glass").to_string_lossy().into_owned()
}

#[test]
fn the_break_glass_query_finds_the_sign_ins_and_asks_for_the_accounts() {
    let input = fixture();
    let found = run(&["run", "break-glass-sign-ins", &input, "--param", ACCOUNTS, "-f", "csv"]);
    assert_eq!(out(&found).lines().count(), 4, "{}", err(&found));
    assert!(out(&found).contains("203.0.113.66,breakglass1@northwind-traders.example,Mozilla/5.0 (X11"), "{}", out(&found));
    let missing = run(&["run", "break-glass-sign-ins", &input]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).contains("--param accounts="), "{}", err(&missing));
}

#[test]
fn every_shipped_query_runs() {
    let checked = run(&["library", "check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", out(&checked));
    let input = fixture();
    for line in out(&run(&["library", "list"])).lines() {
        let name = line.split_whitespace().next().unwrap();
        let accounts = if name == "break-glass-sign-ins" { ACCOUNTS } else { "accounts=5" };
        let addresses = "addresses=192.0.2.0/24";
        let ran = run(&["run", name, &input, "--param", accounts, "--param", "user=x@y", "--param", addresses, "-q"]);
        assert_eq!(ran.status.code(), Some(0), "{name}: {}", err(&ran));
    }
}

#[test]
fn a_folder_with_a_bad_file_gives_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("bad.yaml", "name: [");
    write("empty.yaml", "name: Nothing");
    write("good.yaml", "name: Good one\nkind: scheduled\nseverity: Low\nquery: print Answer = 42\n");
    let place = folder.path().to_string_lossy().into_owned();
    let checked = run(&["library", "check", "--library", &place]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        out(&checked).contains("bad.yaml: it is no YAML") && out(&checked).contains("empty.yaml: it has no query"),
        "{}",
        out(&checked)
    );
    assert!(out(&run(&["library", "list", "--library", &place])).contains("good  Low"));
    assert!(out(&run(&["run", "GOOD ONE", "--library", &place])).contains("42"));
    let unknown = run(&["run", "goood", "--library", &place]);
    assert!(unknown.status.code() == Some(2) && err(&unknown).contains("did you mean good?"), "{}", err(&unknown));
}

#[test]
fn notes_declare_parameters_and_a_script_completes_names() {
    let folder = tempfile::tempdir().unwrap();
    let text = "// ---\n// name: Count\n// parameters:\n//   least: {type: long, default: 2, description: how many}\n//   who: {}\n// ---\n\
                print Who = who, Least = least + 1\n";
    std::fs::write(folder.path().join("count.kql"), text).unwrap();
    let place = folder.path().to_string_lossy().into_owned();
    let shown = out(&run(&["library", "show", "count", "--library", &place]));
    assert!(shown.contains("least: long = 2: how many\n") && shown.contains("who: string (must be given)\n"), "{shown}");
    assert_eq!(out(&run(&["run", "count", "--library", &place, "--param", "who=a b", "-f", "csv"])), "Who,Least\na b,3\n");
    assert!(err(&run(&["run", "count", "--library", &place])).contains("--param who="));
    for shell in ["bash", "zsh", "fish"] {
        assert!(out(&run(&["completions", shell])).contains("break-glass-sign-ins"), "{shell}");
    }
}

#[test]
fn a_list_tells_of_the_files_that_it_leaves_out() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty.yaml"), "name: Nothing").unwrap();
    std::fs::write(folder.path().join("wrong.kql"), "T\n| where (").unwrap();
    let place = folder.path().to_string_lossy().into_owned();
    let listed = run(&["library", "list", "--library", &place]);
    assert!(err(&listed).contains("empty.yaml: it has no query") && out(&listed).contains("wrong"), "{}", err(&listed));
    assert!(out(&run(&["library", "check", "--library", &place])).contains("wrong.kql: line 2 of its query: "));
}

#[test]
fn columns_of_a_watchlist_that_is_not_at_hand_are_text() {
    let joined = "SigninLogs | join kind=inner (_GetWatchlist('VIP') | project Email) on $left.UserPrincipalName == $right.Email";
    let checked = run(&["check", joined]);
    assert_eq!(checked.status.code(), Some(0), "{}", err(&checked));
    assert!(err(&checked).contains("the watchlist `VIP` is not known"), "{}", err(&checked));
}
