//! `functions --coverage` knows every name of Microsoft's inventory, and nothing in it is missing.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn rows() -> Vec<Value> {
    let run = Command::new(env!("CARGO_BIN_EXE_kalypso")).args(["functions", "--coverage", "--format", "json"]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice::<Value>(&run.stdout).unwrap().as_array().unwrap().clone()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}

#[test]
fn nothing_is_missing_and_what_is_refused_has_a_reason() {
    for row in rows() {
        let (name, status, remark) = (text(&row, "Name"), text(&row, "Status"), text(&row, "Remark"));
        assert!(["same", "differs", "refused"].contains(&status), "{name} is {status}");
        assert_eq!(status == "same", remark.is_empty(), "{name}");
    }
}

/// Only what needs the service itself, or what nobody has described, is refused.
#[test]
fn what_is_refused_is_known() {
    let refused: BTreeSet<String> =
        rows().iter().filter(|r| text(r, "Status") == "refused").map(|r| text(r, "Remark").to_owned()).collect();
    let excuses =
        ["it needs", "it is internal", "it names what", "it runs a program", "it calls", "it reads a cloud store", "its algorithm"];
    for reason in refused {
        assert!(excuses.iter().any(|excuse| reason.contains(excuse)), "{reason}");
    }
}

#[test]
fn the_inventory_is_covered() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/inventory.json");
    let Ok(inventory) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: {} is not here", file.display());
        return;
    };
    let known: BTreeSet<String> = rows().iter().map(|row| text(row, "Name").to_owned()).collect();
    let inventory: Vec<Value> = serde_json::from_str(&inventory).unwrap();
    let missing: Vec<&str> = inventory.iter().map(|entry| text(entry, "name")).filter(|name| !known.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
