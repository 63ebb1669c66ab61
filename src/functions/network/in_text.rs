//! has_ipv4() and its kin: addresses inside texts.

use std::net::Ipv4Addr;

use super::ranges::{self, Ranges};
use crate::plan::{Function, Kernel};

const IN_TEXT: Function = Function { category: "IPv4 text match functions", ..Function::NEW };

/// The valid addresses in a text that nothing alphanumeric touches.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '.')).map(|t| t.trim_matches('.')).filter(|t| t.parse::<Ipv4Addr>().is_ok())
}

fn valid(ip: &str) -> Option<String> {
    ip.parse::<Ipv4Addr>().ok().map(|_| ip.to_owned())
}

/// A prefix is a whole address, or ends in a dot.
fn valid_prefix(prefix: &str) -> Option<String> {
    (prefix.ends_with('.') || prefix.parse::<Ipv4Addr>().is_ok()).then(|| prefix.to_owned())
}

fn starts(address: &str, prefix: &str) -> bool {
    if prefix.ends_with('.') { address.starts_with(prefix) } else { address == prefix }
}

const SINGLE: Kernel = Kernel::Prepare(|_, known| {
    let prepared = Ranges::<String>::constant(known, valid);
    Ok(Box::new(move |arguments| {
        let text = arguments[0].to_text();
        ranges::any(&prepared, arguments, valid, |ip| addresses(&text).any(|a| a == ip))
    }))
});

const PREFIX: Kernel = Kernel::Prepare(|_, known| {
    let prepared = Ranges::<String>::constant(known, valid_prefix);
    Ok(Box::new(move |arguments| {
        let text = arguments[0].to_text();
        ranges::any(&prepared, arguments, valid_prefix, |prefix| addresses(&text).any(|a| starts(a, prefix)))
    }))
});

pub static HAS_IPV4: Function = Function {
    name: "has_ipv4",
    signatures: &["(source:stringordynamic, ip:string) -> bool"],
    summary: "Whether a text holds an address.",
    kernel: SINGLE,
    examples: &[("has_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1')", "True")],
    ..IN_TEXT
};

pub static HAS_ANY_IPV4: Function = Function {
    name: "has_any_ipv4",
    signatures: &["(source:stringordynamic, ips:string, ...) -> bool", "(source:stringordynamic, ips:dynamicarray) -> bool"],
    summary: "Whether a text holds any of several addresses.",
    kernel: SINGLE,
    examples: &[("has_any_ipv4('05:04:54 127.0.0.1 GET', '127.0.0.1', '127.0.0.2')", "True")],
    ..IN_TEXT
};

pub static HAS_IPV4_PREFIX: Function = Function {
    name: "has_ipv4_prefix",
    signatures: &["(source:stringordynamic, ip_prefix:string) -> bool"],
    summary: "Whether a text holds an address that begins with a prefix such as `127.0.`.",
    kernel: PREFIX,
    examples: &[
        ("has_ipv4_prefix('05:04:54 127.0.0.1 GET', '127.0.')", "True"),
        ("has_ipv4_prefix('05:04:54 127.0.0.1 GET', '127.0')", "False"),
    ],
    ..IN_TEXT
};

pub static HAS_ANY_IPV4_PREFIX: Function = Function {
    name: "has_any_ipv4_prefix",
    signatures: &[
        "(source:stringordynamic, ip_prefixes:string, ...) -> bool",
        "(source:stringordynamic, ip_prefixes:dynamicarray) -> bool",
    ],
    summary: "Whether a text holds an address that begins with any of several prefixes.",
    kernel: PREFIX,
    examples: &[("has_any_ipv4_prefix('05:04:54 127.0.0.1 GET', '127.0.', '192.168.')", "True")],
    ..IN_TEXT
};
