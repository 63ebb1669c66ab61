//! parse_user_agent(): the browser, operating system and device that a user agent names.

mod browser;
mod device;
mod system;

use crate::plan::{Function, Kernel, Nulls};
use crate::value::{Json, Value};

pub static PARSE_USER_AGENT: Function = Function {
    name: "parse_user_agent",
    category: "String functions",
    signatures: &["(user_agent:string, [look_for:stringorarray]) -> dynamic"],
    summary: "A bag with the Browser, OperatingSystem and Device that a user agent names, or those asked for.",
    nulls: Nulls::Pass,
    kernel: Kernel::Row(|arguments| {
        let agent = arguments[0].as_str().unwrap_or("");
        let wanted = arguments.get(1).map_or_else(|| vec!["browser".to_owned(), "os".to_owned(), "device".to_owned()], wanted);
        let mut members = Vec::new();
        for part in wanted {
            match part.as_str() {
                "browser" => members.push(("Browser".to_owned(), browser::browser(agent))),
                "os" => members.push(("OperatingSystem".to_owned(), system::system(agent))),
                "device" => members.push(("Device".to_owned(), device::device(agent))),
                _ => {}
            }
        }
        Json::Object(members).into_dynamic()
    }),
    examples: &[(
        "parse_user_agent('Mozilla/5.0 (Windows; U; en-US) AppleWebKit/531.9 (KHTML, like Gecko) AdobeAIR/2.5.1', 'browser')",
        r#"{"Browser":{"Family":"AdobeAIR","MajorVersion":"2","MinorVersion":"5","Patch":"1"}}"#,
    )],
    differs: "knows the browsers, systems and devices of its own table; others are named `Other`",
    ..Function::NEW
};

fn wanted(value: &Value<'_>) -> Vec<String> {
    match Json::from_value(value) {
        Json::String(one) => vec![one.to_lowercase()],
        Json::Array(items) => {
            items.into_iter().filter_map(|i| if let Json::String(s) = i { Some(s.to_lowercase()) } else { None }).collect()
        }
        _ => Vec::new(),
    }
}

/// The numbers of a version, at most four.
fn numbers(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
    text[..end].split(['.', '_']).filter(|p| !p.is_empty()).take(4).map(str::to_owned).collect()
}

/// What stands behind a mark.
fn behind<'t>(agent: &'t str, mark: &str) -> Option<&'t str> {
    agent.find(mark).map(|at| &agent[at + mark.len()..])
}

/// Whether the agent is a program that looks through the web.
fn is_spider(agent: &str) -> bool {
    let lower = agent.to_ascii_lowercase();
    ["bot/", "bot;", "bot-", "spider", "crawler", "slurp", "facebookexternalhit"].iter().any(|mark| lower.contains(mark))
}

fn bag<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
