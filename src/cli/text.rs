//! Where the query's text comes from: the argument, standard input or a file.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::arguments::QueryText;
use super::status::Failure;

/// The query and the inputs that were named with it.
pub struct Source {
    pub text: String,
    pub inputs: Vec<String>,
}

impl QueryText {
    /// With `--query-file`, every positional argument is an input.
    pub fn read(&self) -> Result<Source, Failure> {
        let inputs: Vec<String> = match &self.query_file {
            Some(_) => self.query.iter().chain(&self.inputs).cloned().collect(),
            None => self.inputs.clone(),
        };
        let text = match (&self.query_file, &self.query) {
            (Some(file), _) if file.as_os_str() == "-" => read_stdin(&inputs)?,
            (Some(file), _) => read_file(file)?,
            (None, Some(query)) if query == "-" => read_stdin(&inputs)?,
            (None, Some(query)) => query.clone(),
            (None, None) => return Err(Failure::usage("no query is given; `kalypso --help` shows how")),
        };
        Ok(Source { text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), inputs })
    }

    /// Said below an error when the query looks like a file's name.
    pub fn hint(&self) -> Option<String> {
        let query = self.query.as_deref().filter(|_| self.query_file.is_none())?;
        let is_file = query.len() < 4096 && !query.contains('|') && Path::new(query).is_file();
        let is_input = |input: &String| input == "-" || input.contains(['*', '?']) || Path::new(input).exists();
        is_file.then(|| match self.inputs.first() {
            Some(input) if !is_input(input) => format!("`{query}` is a file: the query comes first, the inputs follow it"),
            _ => format!("`{query}` is a file: to read the query from it, write --query-file {query}"),
        })
    }
}

fn read_stdin(inputs: &[String]) -> Result<String, Failure> {
    if inputs.iter().any(|input| input == "-") {
        return Err(Failure::usage("`-` stands for the query and for an input; standard input holds only one of them"));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| Failure::Input(format!("standard input: {error}")))?;
    decode(bytes, "standard input")
}

fn read_file(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::file(path.display(), &error))?;
    decode(bytes, &path.display().to_string())
}

fn decode(bytes: Vec<u8>, name: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::query(format!("error: the query in {name} is no UTF-8 text: byte {at}"))
    })
}
