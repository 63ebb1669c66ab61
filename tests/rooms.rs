//! The arrows between rooms go as `src/ARCHITECTURE.md` says: read off the `use crate::…` lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each room and the rooms that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("value", &[]),
    ("diagnostic", &[]),
    ("sketch", &["value"]),
    ("plan", &["value", "diagnostic"]),
    ("output", &["value", "diagnostic"]),
    ("page", &["output", "value"]),
    ("functions", &["plan", "value", "diagnostic", "sketch"]),
    ("aggregates", &["plan", "value", "diagnostic", "sketch"]),
    ("windows", &["plan", "value", "diagnostic"]),
    ("input", &["plan", "value", "diagnostic"]),
    ("tables", &["value", "diagnostic"]),
    ("syntax", &["value", "diagnostic", "operators"]),
    ("optimize", &["plan", "value", "functions"]),
    ("execute", &["plan", "value", "diagnostic", "functions"]),
    ("bind", &["syntax", "operators", "plan", "value", "diagnostic", "functions", "aggregates", "windows", "execute", "tables"]),
    ("operators", &["bind", "syntax", "plan", "value", "diagnostic", "functions", "aggregates", "windows", "execute", "plugins", "input"]),
    ("lint", &["bind", "operators", "syntax", "plan", "value", "diagnostic"]),
    ("plugins", &["bind", "input", "syntax", "plan", "value", "diagnostic", "functions", "aggregates", "windows", "execute"]),
];

/// Rooms above the engine may use anything below it.
const ABOVE: &[&str] = &["engine", "library", "jobs", "sweep", "inventory", "cli"];

#[test]
fn arrows_go_down_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&root).into_iter().filter_map(Result::ok).filter(|e| e.path().extension().is_some_and(|x| x == "rs"))
    {
        let inside = entry.path().strip_prefix(&root).unwrap_or(entry.path());
        let room = inside.iter().next().map(|r| r.to_string_lossy().trim_end_matches(".rs").to_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        for line in text.lines().map(str::trim) {
            let Some(rest) = line.strip_prefix("use crate::").or_else(|| line.strip_prefix("pub use crate::")) else { continue };
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(group) => group.split(',').map(|n| n.trim().trim_end_matches("};")).collect(),
                None => vec![rest],
            };
            for name in names {
                let used: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if used != room && !used.is_empty() {
                    found.entry(room.clone()).or_default().insert(used);
                }
            }
        }
    }
    let mut wrong = Vec::new();
    for (room, uses) in &found {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| name == room) else {
            if !ABOVE.contains(&room.as_str()) && room != "main" && room != "lib" {
                wrong.push(format!("the room `{room}` is not in the list of arrows"));
            }
            continue;
        };
        wrong.extend(uses.iter().filter(|u| !allowed.contains(&u.as_str())).map(|u| format!("{room} uses {u}")));
    }
    assert!(wrong.is_empty(), "arrows that go the wrong way:\n{}", wrong.join("\n"));
}

#[test]
fn each_package_has_one_home() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let homes: &[(&str, &[&str])] = &[("clap", &["cli"]), ("nom", &["syntax"]), ("rayon", &["execute", "engine", "sweep", "input"])];
    for entry in walkdir::WalkDir::new(&root).into_iter().filter_map(Result::ok).filter(|e| e.path().extension().is_some_and(|x| x == "rs"))
    {
        let inside = entry.path().strip_prefix(&root).unwrap_or(entry.path());
        let room = inside.iter().next().map(|r| r.to_string_lossy().trim_end_matches(".rs").to_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        for (package, rooms) in homes {
            let used = text.lines().any(|l| {
                l.trim_start().starts_with(&format!("use {package}::"))
                    || l.contains(&format!(" {package}::")) && !l.trim_start().starts_with("//")
            });
            assert!(!used || rooms.contains(&room.as_str()), "{package} is used in {}", inside.display());
        }
    }
}

/// The rows of the table below a heading of `src/ARCHITECTURE.md`.
fn rows(heading: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ARCHITECTURE.md");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let below = text.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_default().split("\n## ").next().unwrap_or_default();
    below.lines().filter(|line| line.starts_with('|')).map(str::to_owned).collect()
}

#[test]
fn the_map_shows_every_room() {
    let rooms = rows("Rooms");
    let listed = |name: &str| rooms.iter().any(|row| row.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{name}`"))));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = std::fs::read_dir(root).into_iter().flatten().filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    let names: Vec<String> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(names.len() > 10, "{names:?}");
    let missing: Vec<&String> = names.iter().filter(|name| !listed(name)).collect();
    assert!(missing.is_empty(), "rooms that src/ARCHITECTURE.md does not show: {missing:?}");
}

#[test]
fn every_library_has_its_reason() {
    let reasons = rows("Libraries").join("\n");
    let manifest = include_str!("../Cargo.toml");
    let sections = manifest.split("\n[").filter(|section| section.split(']').next().is_some_and(|name| name.ends_with("dependencies")));
    let packages =
        sections.flat_map(|section| section.lines().skip(1)).filter_map(|line| line.split_once(" = ").map(|(name, _)| name.trim()));
    let missing: Vec<&str> = packages.filter(|name| !name.starts_with('#') && !reasons.contains(name)).collect();
    assert!(missing.is_empty(), "libraries that src/ARCHITECTURE.md does not explain: {missing:?}");
}
