//! `.kql` files: a query, and before it, in comments between two lines `// ---`, what there is to say about it.
//!
//! The notes are comments so that the file stays a query that any other tool takes.

use super::rule::Rule;
use super::yaml;

const FENCE: &str = "// ---";

/// The rule that a `.kql` file is.
pub fn rule(text: &str) -> Result<Rule, String> {
    let mut rule = match notes(text)? {
        Some(notes) => yaml::rule(&notes)?,
        None => Rule::default(),
    };
    rule.query = text.to_owned();
    Ok(rule)
}

/// The lines between the fences, without the comment signs.
fn notes(text: &str) -> Result<Option<String>, String> {
    let mut lines = text.lines().map(str::trim_end);
    if lines.next() != Some(FENCE) {
        return Ok(None);
    }
    let mut notes = String::new();
    for line in lines {
        if line == FENCE {
            return Ok(Some(notes));
        }
        let Some(line) = line.strip_prefix("//") else { break };
        notes.push_str(line.strip_prefix(' ').unwrap_or(line));
        notes.push('\n');
    }
    Err(format!("the notes that begin with `{FENCE}` have no such line at their end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_optional_and_end() {
        let noted = rule("// ---\n// name: Who\n// tactics: [Impact]\n// ---\nT | take 1\n").unwrap();
        assert_eq!((noted.name.as_str(), noted.tactics.len()), ("Who", 1));
        assert_eq!(rule("T").unwrap().name, "");
        assert!(rule("// ---\n// name: Who\nT").is_err());
    }
}
