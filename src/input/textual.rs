//! Tables in texts: fields between separators, lines, JSON records.

use crate::value::Json;

/// How a text holds a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A line per row, its fields between separators.
    Separated(char),
    /// A line per row, in one field.
    Lines,
    /// One row of one field.
    Whole,
    /// A JSON object per row.
    Records,
}

impl Layout {
    /// The formats that there is a layout for.
    pub const FORMATS: &str = "csv, tsv, psv, scsv, sohsv, txt, raw, json, multijson, parquet";

    /// The layout of a format by Kusto's name; of Parquet where the file is one.
    pub fn of(format: &str, is_parquet: bool) -> Option<Layout> {
        Some(match format.to_ascii_lowercase().as_str() {
            "parquet" if is_parquet => Layout::Records,
            "csv" => Layout::Separated(','),
            "tsv" | "tsve" => Layout::Separated('\t'),
            "psv" => Layout::Separated('|'),
            "scsv" => Layout::Separated(';'),
            "sohsv" => Layout::Separated('\u{1}'),
            "txt" | "log" => Layout::Lines,
            "raw" => Layout::Whole,
            "json" | "multijson" | "singlejson" | "jsonl" | "ndjson" => Layout::Records,
            _ => return None,
        })
    }
}

/// The members of each record: those of an array of records, or of records one after the other.
pub fn records(text: &str) -> impl Iterator<Item = Vec<(String, Json)>> {
    let values = serde_json::Deserializer::from_str(text).into_iter::<&serde_json::value::RawValue>();
    let values = values.map_while(|value| value.ok()).filter_map(|raw| Json::parse(raw.get()));
    let records = values.flat_map(|json| if let Json::Array(items) = json { items } else { vec![json] });
    records.filter_map(|record| if let Json::Object(members) = record { Some(members) } else { None })
}

/// The fields of each line; a quoted field may hold separators, line breaks and doubled quotes.
pub fn fields(text: &str, separator: char) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            c if c == separator && !quoted => line.push(std::mem::take(&mut field)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !line.is_empty() {
        line.push(field);
        lines.push(line);
    }
    lines.retain(|line| line.len() > 1 || line.first().is_some_and(|f| !f.is_empty()));
    lines
}
