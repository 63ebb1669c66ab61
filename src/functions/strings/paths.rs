//! parse_path(), parse_version(), parse_csv(): texts with a structure of their own.

use crate::plan::{Function, Kernel};
use crate::value::{Decimal, Json, Value};

pub static PARSE_PATH: Function = Function {
    name: "parse_path",
    category: "String functions",
    signatures: &["(path:string) -> dynamic"],
    summary: "A bag with the parts of a file's path: Scheme, RootPath, DirectoryPath, DirectoryName, Filename, Extension, AlternateDataStreamName.",
    kernel: Kernel::Row(|arguments| parse_path(arguments[0].as_str().unwrap_or("")).into_dynamic()),
    examples: &[(
        r"parse_path(@'C:\temp\file.txt')",
        r#"{"Scheme":"","RootPath":"C:","DirectoryPath":"C:\\temp","DirectoryName":"temp","Filename":"file.txt","Extension":"txt","AlternateDataStreamName":""}"#,
    )],
    ..Function::NEW
};

fn parse_path(path: &str) -> Json {
    let (scheme, rest) = path.split_once("://").map_or(("", path), |(scheme, rest)| (scheme, rest));
    let drive = rest.len() >= 2 && rest.as_bytes()[1] == b':' && rest.as_bytes()[0].is_ascii_alphabetic();
    let root = if drive {
        &rest[..2]
    } else if !scheme.is_empty() {
        rest.split(['/', '\\']).next().unwrap_or("")
    } else {
        ""
    };
    let cut = rest.rfind(['\\', '/']);
    let (directory, file) = cut.map_or(("", rest), |at| (&rest[..at], &rest[at + 1..]));
    let (file, stream) = file.split_once(':').filter(|_| cut.is_some() || !drive).unwrap_or((file, ""));
    let name = directory.rsplit(['\\', '/']).next().unwrap_or("");
    let extension = file.rsplit_once('.').map_or("", |(_, e)| e);
    let members = [
        ("Scheme", scheme),
        ("RootPath", root),
        ("DirectoryPath", directory),
        ("DirectoryName", name),
        ("Filename", file),
        ("Extension", extension),
        ("AlternateDataStreamName", stream),
    ];
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), Json::String(value.to_owned()))).collect())
}

pub static PARSE_VERSION: Function = Function {
    name: "parse_version",
    category: "String functions",
    signatures: &["(version:string) -> decimal"],
    summary: "A number by which versions of one to four parts compare.",
    kernel: Kernel::Row(|arguments| parse_version(arguments[0].as_str().unwrap_or("")).map_or(Value::Null, Value::Decimal)),
    examples: &[("parse_version('1.2.3.4') > parse_version('1.2.3')", "true")],
    ..Function::NEW
};

/// Four parts of eight digits each.
fn parse_version(text: &str) -> Option<Decimal> {
    let parts: Vec<&str> = text.split('.').collect();
    if parts.is_empty() || parts.len() > 4 {
        return None;
    }
    let mut number: i128 = 0;
    for i in 0..4 {
        let part: i128 = match parts.get(i) {
            Some(part) if part.len() <= 8 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) => part.parse().ok()?,
            Some(_) => return None,
            None => 0,
        };
        number = number * 100_000_000 + part;
    }
    Some(Decimal::new(number, 0))
}

pub static PARSE_CSV: Function = Function {
    name: "parse_csv",
    category: "String functions",
    signatures: &["(csv_text:stringordynamic) -> dynamic"],
    summary: "An array of the cells of one row of CSV.",
    kernel: Kernel::Row(|arguments| {
        let cells = cells(&arguments[0].to_text()).into_iter().map(Json::String).collect();
        Json::Array(cells).into_dynamic()
    }),
    examples: &[(r#"parse_csv('aa,"b,b,b",cc,"Escaping quotes: ""Title"""')"#, r#"["aa","b,b,b","cc","Escaping quotes: \"Title\""]"#)],
    ..Function::NEW
};

/// The cells of the first row.
fn cells(text: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            '\n' | '\r' if !quoted => break,
            other => cell.push(other),
        }
    }
    cells
}
