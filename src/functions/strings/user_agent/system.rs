//! The operating system.

use super::{bag, behind, numbers};
use crate::value::Json;

/// The version behind `Windows NT` and the name that it was sold under.
const WINDOWS: &[(&str, &str)] =
    &[("10.0", "10"), ("6.3", "8.1"), ("6.2", "8"), ("6.1", "7"), ("6.0", "Vista"), ("5.2", "XP"), ("5.1", "XP"), ("5.0", "2000")];

/// What stands before a version, and the family. The first that is found counts.
const VERSIONED: &[(&str, &str)] = &[
    ("Windows Phone OS ", "Windows Phone"),
    ("Windows Phone ", "Windows Phone"),
    ("iPhone OS ", "iOS"),
    ("CPU OS ", "iOS"),
    ("Mac OS X ", "Mac OS X"),
    ("Android ", "Android"),
    ("SymbianOS/", "Symbian OS"),
    ("CrOS x86_64 ", "Chrome OS"),
    ("CrOS aarch64 ", "Chrome OS"),
    ("CrOS ", "Chrome OS"),
    ("Ubuntu/", "Ubuntu"),
    ("Fedora/", "Fedora"),
];

/// Families without a version.
const NAMED: &[(&str, &str)] = &[
    ("Ubuntu", "Ubuntu"),
    ("Fedora", "Fedora"),
    ("Debian", "Debian"),
    ("FreeBSD", "FreeBSD"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Macintosh", "Mac OS X"),
    ("Linux", "Linux"),
    ("Windows", "Windows"),
];

pub fn system(agent: &str) -> Json {
    let (family, parts) = family(agent);
    let part = |i: usize| Json::String(parts.get(i).cloned().unwrap_or_default());
    bag([
        ("Family", Json::String(family.to_owned())),
        ("MajorVersion", part(0)),
        ("MinorVersion", part(1)),
        ("Patch", part(2)),
        ("PatchMinor", part(3)),
    ])
}

fn family(agent: &str) -> (&'static str, Vec<String>) {
    if let Some(version) = behind(agent, "Windows NT ") {
        let sold = WINDOWS.iter().find(|(number, _)| version.starts_with(number)).map_or("", |(_, name)| name);
        return ("Windows", vec![sold.to_owned()]);
    }
    let versioned = VERSIONED.iter().find_map(|(mark, family)| behind(agent, mark).map(|version| (*family, numbers(version))));
    versioned.unwrap_or_else(|| (NAMED.iter().find(|(mark, _)| agent.contains(mark)).map_or("Other", |(_, family)| family), Vec::new()))
}
