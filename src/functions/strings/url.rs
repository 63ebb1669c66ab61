//! Addresses: url_encode(), url_decode(), parse_url(), parse_urlquery().

use std::collections::BTreeMap;

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

/// By name; a name given several times holds an array. What lacks a name or a value is left out, and nothing is decoded.
fn parameters(query: &str) -> Json {
    let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if !key.is_empty() && !value.is_empty() {
            members.entry(key).or_default().push(value);
        }
    }
    let text = |value: &str| Json::String(value.to_owned());
    let member = |(key, values): (&str, Vec<&str>)| match values[..] {
        [value] => (key.to_owned(), text(value)),
        _ => (key.to_owned(), Json::Array(values.into_iter().map(text).collect())),
    };
    Json::Object(members.into_iter().map(member).collect())
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

fn parts(address: &str) -> Json {
    let (url, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let plain = |scheme: &str| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'-');
    let (scheme, rest) = match url.split_once("://") {
        Some(parts) => parts,
        // `mailto:x`: a scheme without an authority. A text without a scheme is no address.
        None => match url.split_once(':').filter(|(scheme, _)| plain(scheme)) {
            Some((scheme, path)) => return bag([scheme, "", "", path, "", ""], query, fragment),
            None => return bag([""; 6], "", ""),
        },
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    // A slash at the very end is no path.
    let path = if path == "/" && address.ends_with('/') { "" } else { path };
    // Without a password, what stands before the `@` belongs to the host.
    let (user, host) = authority.rsplit_once('@').filter(|(user, _)| user.contains(':')).unwrap_or(("", authority));
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = match host.strip_prefix('[').and_then(|h| h.split_once(']')) {
        Some((inside, after)) => (&host[..inside.len() + 2], after.trim_start_matches(':')),
        None => host.split_once(':').unwrap_or((host, "")),
    };
    bag([scheme, host, port, path, name, password], query, fragment)
}

fn bag(parts: [&str; 6], query: &str, fragment: &str) -> Json {
    let text = |name: &str, value: &str| (name.to_owned(), Json::String(value.to_owned()));
    let names = ["Scheme", "Host", "Port", "Path", "Username", "Password"];
    let mut members: Vec<_> = names.iter().zip(parts).map(|(name, value)| text(name, value)).collect();
    members.push(("Query Parameters".to_owned(), parameters(query)));
    members.push(text("Fragment", fragment));
    Json::Object(members)
}
