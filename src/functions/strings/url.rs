//! Addresses: url_encode(), url_decode(), parse_url(), parse_urlquery().

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

pub static URL_ENCODE: Function = Function {
    name: "url_encode",
    category: "String functions",
    signatures: &["(url:string) -> string"],
    summary: "The text as it may stand in an address; a blank becomes +.",
    kernel: Kernel::Row(|arguments| Value::string(encode(arguments[0].as_str().unwrap_or(""), "-_.!*()", true))),
    examples: &[("url_encode('https://www.bing.com/hello word')", "https%3a%2f%2fwww.bing.com%2fhello+word")],
    ..Function::NEW
};

pub static URL_ENCODE_COMPONENT: Function = Function {
    name: "url_encode_component",
    category: "String functions",
    signatures: &["(url:string) -> string"],
    summary: "The text as it may stand in a part of an address; a blank becomes %20.",
    kernel: Kernel::Row(|arguments| Value::string(encode(arguments[0].as_str().unwrap_or(""), "-_.~", false))),
    examples: &[("url_encode_component('https://www.bing.com/hello word/')", "https%3A%2F%2Fwww.bing.com%2Fhello%20word%2F")],
    ..Function::NEW
};

pub static URL_DECODE: Function = Function {
    name: "url_decode",
    category: "String functions",
    signatures: &["(encoded_url:string) -> string"],
    summary: "The text that an encoded address stands for.",
    kernel: Kernel::Row(|arguments| Value::string(decode(arguments[0].as_str().unwrap_or("")))),
    examples: &[("url_decode('https%3a%2f%2fwww.bing.com%2f')", "https://www.bing.com/")],
    ..Function::NEW
};

fn encode(text: &str, kept: &str, form: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' if form => out.push('+'),
            _ if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) => out.push(byte as char),
            _ if form => out.push_str(&format!("%{byte:02x}")),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3).and_then(|h| u8::from_str_radix(h, 16).ok())).flatten();
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

pub static PARSE_URLQUERY: Function = Function {
    name: "parse_urlquery",
    aliases: &["parseurlquery"],
    category: "String functions",
    signatures: &["(query:string) -> dynamic"],
    summary: "A bag with the parameters of an address's query under `Query Parameters`.",
    kernel: Kernel::Row(|arguments| {
        let query = arguments[0].as_str().unwrap_or("").trim_start_matches('?');
        Json::Object(vec![("Query Parameters".to_owned(), parameters(query))]).into_dynamic()
    }),
    examples: &[("parse_urlquery('k1=v1&k2=v2')", r#"{"Query Parameters":{"k1":"v1","k2":"v2"}}"#)],
    ..Function::NEW
};

fn parameters(query: &str) -> Json {
    let mut members: Vec<(String, Json)> = Vec::new();
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (decode(key), Json::String(decode(value)));
        match members.iter_mut().find(|(k, _)| *k == key) {
            Some(member) => member.1 = value,
            None => members.push((key, value)),
        }
    }
    Json::Object(members)
}

pub static PARSE_URL: Function = Function {
    name: "parse_url",
    aliases: &["parseurl"],
    category: "String functions",
    signatures: &["(url:string) -> dynamic"],
    summary: "A bag with the parts of an address: Scheme, Host, Port, Path, Username, Password, Query Parameters, Fragment.",
    kernel: Kernel::Row(|arguments| parts(arguments[0].as_str().unwrap_or("")).into_dynamic()),
    examples: &[(
        "parse_url('scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment')",
        r#"{"Scheme":"scheme","Host":"host","Port":"1234","Path":"/this/is/a/path","Username":"username","Password":"password","Query Parameters":{"k1":"v1","k2":"v2"},"Fragment":"fragment"}"#,
    )],
    ..Function::NEW
};

fn parts(url: &str) -> Json {
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        // `mailto:x`: a scheme without an authority. A text without one is a path.
        None => match url
            .split_once(':')
            .filter(|(s, _)| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'-'))
        {
            Some((scheme, path)) => return bag(scheme, "", "", path, "", "", query, fragment),
            None => return bag("", "", "", url, "", "", query, fragment),
        },
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = match host.strip_prefix('[').and_then(|h| h.split_once(']')) {
        Some((inside, after)) => (&host[..inside.len() + 2], after.trim_start_matches(':')),
        None => host.split_once(':').unwrap_or((host, "")),
    };
    bag(scheme, host, port, path, name, password, query, fragment)
}

#[allow(clippy::too_many_arguments)]
fn bag(scheme: &str, host: &str, port: &str, path: &str, user: &str, password: &str, query: &str, fragment: &str) -> Json {
    let text = |name: &str, value: &str| (name.to_owned(), Json::String(decode_percent(value)));
    Json::Object(vec![
        text("Scheme", scheme),
        text("Host", host),
        text("Port", port),
        text("Path", path),
        text("Username", user),
        text("Password", password),
        ("Query Parameters".to_owned(), parameters(query)),
        text("Fragment", fragment),
    ])
}

/// Percent signs decoded, plus signs kept: outside of a query they mean themselves.
fn decode_percent(text: &str) -> String {
    if text.contains('%') { decode(&text.replace('+', "%2B")) } else { text.to_owned() }
}
