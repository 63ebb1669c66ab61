//! Rules from files and folders, each by itself: one that is wrong does not keep the others away.

use std::path::{Path, PathBuf};

use super::rule::{Rule, RuleError};
use super::{front_matter, shipped as inside, yaml};

/// Every rule of the files and folders, in the order of their names.
pub fn load(paths: &[String]) -> Vec<Result<Rule, RuleError>> {
    paths.iter().flat_map(|path| files(path)).map(|file| read(&file)).collect()
}

/// The rules inside the binary.
pub fn shipped() -> Vec<Result<Rule, RuleError>> {
    inside::FILES.iter().map(|(file, text)| parse(file, text)).collect()
}

/// A path that is no folder is a rule, whatever it is called.
fn files(path: &str) -> Vec<PathBuf> {
    if !Path::new(path).is_dir() {
        return vec![PathBuf::from(path)];
    }
    let is_rule = |file: &Path| file.extension().is_some_and(|e| ["kql", "yaml", "yml"].iter().any(|known| e.eq_ignore_ascii_case(known)));
    let entries = walkdir::WalkDir::new(path).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.map(|entry| entry.into_path()).filter(|file| is_rule(file) && file.is_file()).collect()
}

fn read(file: &Path) -> Result<Rule, RuleError> {
    let name = file.to_string_lossy();
    let text = std::fs::read(file).map_err(|error| RuleError { file: name.to_string(), message: error.to_string() })?;
    let text = String::from_utf8(text).map_err(|_| RuleError { file: name.to_string(), message: "it is no UTF-8 text".to_owned() })?;
    parse(&name, text.strip_prefix('\u{feff}').unwrap_or(&text))
}

fn parse(file: &str, text: &str) -> Result<Rule, RuleError> {
    let is_yaml = Path::new(file).extension().is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"));
    let rule = if is_yaml { yaml::rule(text) } else { front_matter::rule(text) };
    rule.and_then(|rule| rule.finish(file)).map_err(|message| RuleError { file: file.to_owned(), message })
}
