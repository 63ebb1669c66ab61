//! What the library knows of a saved query.

use sha2::{Digest, Sha256};

use super::parameter::{self, Parameter};
use super::severity::Severity;

/// A saved query, whatever kind of file it was read from. What its file does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub name: String,
    pub description: String,
    pub severity: Severity,
    /// `Scheduled`, `NRT`; empty for hunting queries and `.kql` files.
    pub kind: String,
    pub tactics: Vec<String>,
    pub techniques: Vec<String>,
    pub query: String,
    pub parameters: Vec<Parameter>,
    /// How often the rule is to run, and how far back it looks: `1d`, `PT5H`.
    pub frequency: String,
    pub period: String,
    /// `gt`, `lt`, `eq`, `ne`, and the number of rows that it compares with.
    pub trigger_operator: String,
    pub trigger_threshold: String,
    /// `SingleAlert` or `AlertPerResult`.
    pub grouping: String,
    pub suppression: String,
    pub entities: Vec<Entity>,
    pub custom_details: Vec<(String, String)>,
    /// `alertDisplayNameFormat` and its kin.
    pub alert_details: Vec<(String, String)>,
    pub version: String,
    /// The tables that the file says the query needs.
    pub tables: Vec<String>,
    /// The file that it was read from.
    pub file: String,
    /// SHA-256 of the query's text.
    pub digest: String,
}

/// A column or several that name an account, an address, a host …
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// `Account`, `IP`, `Host` …
    pub kind: String,
    /// What of the entity a column gives: (`FullName`, `UserPrincipalName`).
    pub fields: Vec<(String, String)>,
}

/// A file that gives no rule, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    pub file: String,
    pub message: String,
}

impl Rule {
    /// Whether a person may mean this rule by `name`: its name, id or file name, in any case.
    pub fn is_called(&self, name: &str) -> bool {
        [&self.name, &self.id, &self.stem()].iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The file's name without folder and extension: the short name for a command line.
    pub fn stem(&self) -> String {
        stem(&self.file)
    }

    /// Fills in what follows from the rest.
    pub(super) fn finish(mut self, file: &str) -> Result<Rule, String> {
        if self.query.trim().is_empty() {
            return Err("it has no query".to_owned());
        }
        self.file = file.to_owned();
        self.parameters = parameter::settle(&mut self.query, self.parameters);
        for name in [&mut self.id, &mut self.name] {
            if name.is_empty() {
                *name = stem(file);
            }
        }
        self.digest = hex(&Sha256::digest(self.query.as_bytes()));
        Ok(self)
    }

    /// A query that stands in no file of its own.
    pub fn inline(query: &str) -> Result<Rule, String> {
        Rule { query: query.to_owned(), ..Rule::default() }.finish("")
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The one rule of a name. Another file that is wrong does not matter, unless it may be the one that was meant.
///
/// # Errors
///
/// What to tell a person, a hint on a line of its own.
pub fn find(rules: Vec<Result<Rule, RuleError>>, name: &str) -> Result<Rule, String> {
    let (mut found, mut names) = (Vec::new(), Vec::new());
    for rule in rules {
        match rule {
            Ok(rule) if rule.is_called(name) => found.push(rule),
            Ok(rule) => names.push(rule.stem()),
            Err(error) if stem(&error.file).eq_ignore_ascii_case(name) => return Err(format!("{}: {}", error.file, error.message)),
            Err(_) => {}
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(format!("no saved query is called {name}{}", nearest(name, &names).unwrap_or_default())),
        _ => {
            let files: Vec<&str> = found.iter().map(|rule| rule.file.as_str()).collect();
            Err(format!("several saved queries are called {name}: {}", files.join(", ")))
        }
    }
}

fn nearest(name: &str, names: &[String]) -> Option<String> {
    let best = names.iter().map(|known| (strsim::jaro_winkler(name, known), known)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let hint = if best.0 > 0.8 { format!("did you mean {}?", best.1) } else { "kalypso library list shows their names".to_owned() };
    Some(format!("\nhint: {hint}"))
}

fn stem(file: &str) -> String {
    std::path::Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
