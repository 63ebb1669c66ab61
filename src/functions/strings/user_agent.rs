//! parse_user_agent(): the browser, operating system and device that a user agent names.

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
                "browser" => members.push(("Browser".to_owned(), browser(agent))),
                "os" => members.push(("OperatingSystem".to_owned(), system(agent))),
                "device" => members.push(("Device".to_owned(), device(agent))),
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

/// What stands in a user agent, before its version, and the family that it shows. The first that is found counts.
const BROWSERS: &[(&str, &str)] = &[
    ("AdobeAIR/", "AdobeAIR"),
    ("BAV2ROPC", "BAV2ROPC"),
    ("python-requests/", "Python Requests"),
    ("curl/", "curl"),
    ("Teams/", "Teams"),
    ("Outlook ", "Outlook"),
    ("EdgA/", "Edge Mobile"),
    ("EdgiOS/", "Edge Mobile"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox iOS"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome Mobile iOS"),
    ("HeadlessChrome/", "HeadlessChrome"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "IE"),
    ("Trident/7.0; rv:", "IE"),
    ("rv:11.0) like Gecko", "IE"),
];

fn browser(agent: &str) -> Json {
    let found = BROWSERS.iter().find_map(|(mark, family)| agent.find(mark).map(|at| (*family, &agent[at + mark.len()..])));
    let (mut family, version) = match found {
        Some(found) => found,
        None if agent.contains("Safari/") => {
            let version = agent.find("Version/").map_or("", |at| &agent[at + 8..]);
            (if agent.contains("Mobile/") { "Mobile Safari" } else { "Safari" }, version)
        }
        None if agent.contains("iPhone") || agent.contains("iPad") => ("Mobile Safari UI/WKWebView", ""),
        None => ("Other", ""),
    };
    if family == "Chrome" && agent.contains("Mobile Safari/") {
        family = "Chrome Mobile";
    }
    let numbers = numbers(version);
    let part = |i: usize| Json::String(numbers.get(i).cloned().unwrap_or_default());
    bag([("Family", Json::String(family.to_owned())), ("MajorVersion", part(0)), ("MinorVersion", part(1)), ("Patch", part(2))])
}

/// The numbers of a version, at most four.
fn numbers(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
    text[..end].split(['.', '_']).filter(|p| !p.is_empty()).take(4).map(str::to_owned).collect()
}

fn system(agent: &str) -> Json {
    let behind = |mark: &str| agent.find(mark).map(|at| &agent[at + mark.len()..]);
    let (family, parts) = if let Some(version) = behind("Windows NT ") {
        let named = match numbers(version).join(".").as_str() {
            "10.0" => "10",
            "6.3" => "8.1",
            "6.2" => "8",
            "6.1" => "7",
            "6.0" => "Vista",
            "5.1" | "5.2" => "XP",
            _ => "",
        };
        ("Windows", vec![named.to_owned()])
    } else if let Some(version) = behind("iPhone OS ").or_else(|| behind("CPU OS ")) {
        ("iOS", numbers(version))
    } else if let Some(version) = behind("Mac OS X ") {
        ("Mac OS X", numbers(version))
    } else if let Some(version) = behind("Android ") {
        ("Android", numbers(version))
    } else if agent.contains("CrOS") {
        ("Chrome OS", Vec::new())
    } else if agent.contains("Ubuntu") {
        ("Ubuntu", Vec::new())
    } else if agent.contains("Linux") {
        ("Linux", Vec::new())
    } else if agent.contains("Windows") {
        ("Windows", Vec::new())
    } else {
        ("Other", Vec::new())
    };
    let part = |i: usize| Json::String(parts.get(i).cloned().unwrap_or_default());
    bag([
        ("Family", Json::String(family.to_owned())),
        ("MajorVersion", part(0)),
        ("MinorVersion", part(1)),
        ("Patch", part(2)),
        ("PatchMinor", part(3)),
    ])
}

fn device(agent: &str) -> Json {
    let (family, brand, model) = if agent.contains("iPhone") {
        ("iPhone", "Apple", "iPhone")
    } else if agent.contains("iPad") {
        ("iPad", "Apple", "iPad")
    } else if agent.contains("Macintosh") {
        ("Mac", "Apple", "Mac")
    } else if agent.contains("Android") {
        ("Generic Smartphone", "Generic", "Smartphone")
    } else {
        ("Other", "", "")
    };
    bag([("Family", Json::String(family.to_owned())), ("Brand", Json::String(brand.to_owned())), ("Model", Json::String(model.to_owned()))])
}

fn bag<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
