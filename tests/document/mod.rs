//! Reads, and blesses, the documents in `tests/spec`.

use std::path::{Path, PathBuf};

/// What a query gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    Result(String),
    Error(String),
}

impl Expected {
    pub fn text(&self) -> &str {
        match self {
            Expected::Result(text) | Expected::Error(text) => text,
        }
    }

    fn fence(&self) -> &'static str {
        match self {
            Expected::Result(_) => "result",
            Expected::Error(_) => "error",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Case {
    pub heading: String,
    pub query: String,
    pub expected: Expected,
    /// The names and texts of files that the query reads.
    files: Vec<(String, String)>,
    shipped: Vec<String>,
    pub now: Option<String>,
    /// Values for the parameters of a shipped query.
    pub parameters: Vec<(String, String)>,
    /// The query is one that ships.
    pub saved: bool,
}

/// Input files of a case, deleted with it.
pub struct Inputs {
    _folder: tempfile::TempDir,
    paths: Vec<String>,
}

impl Inputs {
    pub fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }
}

impl Case {
    pub fn write_inputs(&self) -> Inputs {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut paths = Vec::new();
        for (name, text) in &self.files {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("an input file");
            paths.push(path.to_string_lossy().into_owned());
        }
        for name in &self.shipped {
            paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join(name).to_string_lossy().into_owned());
        }
        Inputs { _folder: folder, paths }
    }
}

/// A document: its lines, and where each case's result stands in them.
pub struct Document {
    path: PathBuf,
    lines: Vec<String>,
    pub cases: Vec<Case>,
    /// The lines between the fences of each result, and the fence's own line before them.
    places: Vec<(usize, usize)>,
}

impl Document {
    pub fn read(path: &Path) -> Document {
        let text = std::fs::read_to_string(path).expect("a document");
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut document = Document { path: path.to_owned(), lines, cases: Vec::new(), places: Vec::new() };
        document.scan();
        document
    }

    fn scan(&mut self) {
        let mut heading = String::new();
        let (mut query, mut files, mut shipped, mut now) = (None, Vec::new(), Vec::new(), None);
        let (mut saved, mut parameters) = (false, Vec::new());
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines[at].clone();
            if line.starts_with('#') {
                heading = line.trim_start_matches('#').trim().to_owned();
                (query, files, shipped, now) = (None, Vec::new(), Vec::new(), None);
                (saved, parameters) = (false, Vec::new());
            } else if let Some(name) = line.strip_prefix("input: ") {
                shipped.extend(name.split_whitespace().map(str::to_owned));
            } else if let Some(name) = line.strip_prefix("run: ") {
                query = Some(saved_query(name));
                saved = true;
            } else if let Some((name, value)) = line.strip_prefix("param: ").and_then(|text| text.split_once('=')) {
                parameters.push((name.to_owned(), value.to_owned()));
            } else if let Some(time) = line.strip_prefix("now: ") {
                now = Some(time.trim().to_owned());
            } else if let Some(kind) = line.strip_prefix("```") {
                let start = at + 1;
                let end = (start..self.lines.len()).find(|i| self.lines[*i].starts_with("```")).unwrap_or(self.lines.len());
                let body = self.lines[start..end].join("\n");
                match kind.trim() {
                    "kql" => query = Some(body),
                    "result" | "error" => {
                        let expected = if kind.trim() == "error" { Expected::Error(body) } else { Expected::Result(body) };
                        let query = query.clone().unwrap_or_default();
                        let (files, shipped, now) = (files.clone(), shipped.clone(), now.clone());
                        let parameters = parameters.clone();
                        self.cases.push(Case { heading: heading.clone(), query, expected, files, shipped, now, parameters, saved });
                        self.places.push((at, end));
                    }
                    "" => {}
                    name => files.push((format!("input{}.{name}", files.len()), body + "\n")),
                }
                at = end;
            }
            at += 1;
        }
    }

    /// The document's and the case's name.
    pub fn name(&self, at: usize) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
        let file = self.path.strip_prefix(root).unwrap_or(&self.path).with_extension("");
        let same = self.cases[..at].iter().filter(|c| c.heading == self.cases[at].heading).count();
        let number = if same > 0 { format!(" ({})", same + 1) } else { String::new() };
        format!("{}: {}{number}", file.display(), self.cases[at].heading)
    }

    /// Writes what the engine gives into the document.
    pub fn bless(&mut self, at: usize, got: &Expected) {
        let (open, close) = self.places[at];
        let body: Vec<String> = got.text().lines().map(str::to_owned).collect();
        let grown = body.len() as i64 - (close - open - 1) as i64;
        self.lines[open] = format!("```{}", got.fence());
        self.lines.splice(open + 1..close, body);
        for place in &mut self.places {
            if place.0 > open {
                place.0 = (place.0 as i64 + grown) as usize;
            }
            if place.1 >= close {
                place.1 = (place.1 as i64 + grown) as usize;
            }
        }
        std::fs::write(&self.path, self.lines.join("\n") + "\n").expect("the document is written");
    }
}

/// The text of a query that ships.
fn saved_query(name: &str) -> String {
    let rules = kalypso::library::shipped();
    rules.into_iter().flatten().find(|rule| rule.is_called(name)).map(|rule| rule.query).unwrap_or_default()
}
