//! Rules from files and folders.

use std::path::{Path, PathBuf};

use super::rule::{Rule, Severity};

/// A file that gives no rule, and why.
#[derive(Clone, Debug)]
pub struct Unloaded {
    pub file: String,
    pub reason: String,
}

/// Every rule of the files and folders, in the order of their names.
pub fn load(paths: &[String]) -> Vec<Result<Rule, Unloaded>> {
    let mut rules = Vec::new();
    for path in paths {
        let mut files: Vec<PathBuf> = walkdir::WalkDir::new(path)
            .sort_by_file_name()
            .into_iter()
            .filter_map(|entry| entry.ok().map(|e| e.into_path()))
            .filter(|file| file.is_file() && file.extension().is_some_and(|e| e == "kql" || e == "yaml" || e == "yml"))
            .collect();
        if files.is_empty() {
            files.push(PathBuf::from(path));
        }
        rules.extend(files.iter().map(|file| read(file)));
    }
    rules
}

fn read(file: &Path) -> Result<Rule, Unloaded> {
    let name = file.to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).map_err(|error| Unloaded { file: name.clone(), reason: error.to_string() })?;
    let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let mut rule = Rule { id: stem.clone(), name: stem, file: name.clone(), ..Rule::default() };
    if file.extension().is_some_and(|e| e == "kql") {
        rule.query = text;
        return Ok(rule);
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        let Some((key, value)) = line.split_once(':').filter(|_| is_key(line)) else { continue };
        let start = at;
        // Published files have lines of a query that are not indented: only a key ends the one before it.
        while at < lines.len() && !is_key(lines[at]) {
            at += 1;
        }
        let block = &lines[start..at];
        let indent = block.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
        let value = value.trim().trim_matches(['\'', '"']);
        let body = || match value {
            value if value.is_empty() || (value.starts_with(['|', '>']) && value.len() < 4) => {
                block.iter().map(|l| l.get(indent..).unwrap_or(l.trim_start())).collect::<Vec<_>>().join("\n")
            }
            value => value.to_owned(),
        };
        let items = || block.iter().filter_map(|l| l.trim().strip_prefix("- ")).map(str::to_owned).collect();
        match key.trim() {
            "id" => rule.id = value.to_owned(),
            "name" => rule.name = value.to_owned(),
            "version" => rule.version = value.to_owned(),
            "severity" => rule.severity = Severity::parse(value),
            "description" => rule.description = body(),
            "query" => rule.query = body(),
            "entityMappings" => {
                let mut kind = "";
                for line in block.iter().map(|l| l.trim().trim_start_matches("- ")) {
                    if let Some(entity) = line.strip_prefix("entityType:") {
                        kind = entity.trim();
                    } else if let Some(column) = line.strip_prefix("columnName:") {
                        rule.entities.push(super::rule::Entity { kind: kind.to_owned(), column: column.trim().to_owned() });
                    }
                }
            }
            "tactics" => rule.tactics = items(),
            "relevantTechniques" => rule.techniques = items(),
            _ => {}
        }
    }
    if rule.query.trim().is_empty() {
        return Err(Unloaded { file: name, reason: "it has no query".to_owned() });
    }
    Ok(rule)
}

/// A line of a document's outermost level: a plain name and a colon.
fn is_key(line: &str) -> bool {
    let name =
        line.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t', '\r'])).map(|(name, _)| name.trim_end());
    name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}
