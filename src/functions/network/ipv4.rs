//! Functions on IPv4 addresses.

use std::cmp::Ordering;
use std::net::Ipv4Addr;

use super::address::V4;
use super::ranges::{self, Ranges};
use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

const IPV4: Function = Function { category: "IPv4/IPv6 functions", ..Function::NEW };

fn v4(value: &Value<'_>) -> Option<V4> {
    V4::parse(&value.to_text())
}

/// A prefix argument: 32 where it is not given.
fn prefix(arguments: &[Value<'_>], at: usize) -> Option<u32> {
    match arguments.get(at) {
        None => Some(32),
        Some(value) => value.as_i64().and_then(|p| u32::try_from(p).ok()).filter(|p| *p <= 32),
    }
}

pub static PARSE_IPV4: Function = Function {
    name: "parse_ipv4",
    signatures: &["(ip:string) -> long"],
    summary: "The address as a number, its bits behind the prefix cleared.",
    kernel: Kernel::Row(|arguments| v4(&arguments[0]).map_or(Value::Null, |a| Value::Long(i64::from(a.network())))),
    examples: &[("parse_ipv4('192.1.168.1')", "3221334017"), ("parse_ipv4('192.1.168.1/24')", "3221334016")],
    ..IPV4
};

pub static PARSE_IPV4_MASK: Function = Function {
    name: "parse_ipv4_mask",
    signatures: &["(ip:string, prefix:long) -> long"],
    summary: "The address under a prefix as a number.",
    kernel: Kernel::Row(|arguments| match (v4(&arguments[0]), prefix(arguments, 1)) {
        (Some(a), Some(p)) => Value::Long(i64::from(V4 { prefix: p.min(a.prefix), ..a }.network())),
        _ => Value::Null,
    }),
    examples: &[("parse_ipv4_mask('192.1.168.2', 31)", "3221334018")],
    ..IPV4
};

/// The address of a number or a text.
fn any_form(value: &Value<'_>) -> Option<V4> {
    match value.as_i64() {
        Some(number) => u32::try_from(number).ok().map(|bits| V4 { bits, prefix: 32 }),
        None => v4(value),
    }
}

pub static FORMAT_IPV4: Function = Function {
    name: "format_ipv4",
    signatures: &["(ip:scalar, [prefix:long]) -> string"],
    summary: "An address, given as a number or a text, under a prefix, as text.",
    kernel: Kernel::Row(|arguments| match (any_form(&arguments[0]), prefix(arguments, 1)) {
        (Some(a), Some(p)) => Value::string(Ipv4Addr::from(V4 { prefix: p.min(a.prefix), ..a }.network()).to_string()),
        _ => Value::string(""),
    }),
    examples: &[("format_ipv4('192.168.1.255', 24)", "192.168.1.0"), ("format_ipv4(3232236031)", "192.168.1.255")],
    ..IPV4
};

pub static FORMAT_IPV4_MASK: Function = Function {
    name: "format_ipv4_mask",
    signatures: &["(ip:scalar, prefix:long) -> string"],
    summary: "An address under a prefix in CIDR notation.",
    kernel: Kernel::Row(|arguments| match (any_form(&arguments[0]), prefix(arguments, 1)) {
        (Some(a), Some(p)) => {
            let p = p.min(a.prefix);
            Value::string(format!("{}/{p}", Ipv4Addr::from(V4 { prefix: p, ..a }.network())))
        }
        _ => Value::string(""),
    }),
    examples: &[("format_ipv4_mask('192.168.1.255', 24)", "192.168.1.0/24")],
    ..IPV4
};

/// How two addresses compare under the smallest of their prefixes and the argument's.
fn compare(arguments: &[Value<'_>]) -> Option<Ordering> {
    let (a, b) = (v4(&arguments[0])?, v4(&arguments[1])?);
    let mask = V4::mask(prefix(arguments, 2)?.min(a.prefix).min(b.prefix));
    Some((a.bits & mask).cmp(&(b.bits & mask)))
}

pub static IPV4_COMPARE: Function = Function {
    name: "ipv4_compare",
    signatures: &["(ip1:string, ip2:string, [prefix:long]) -> long"],
    summary: "0, 1 or -1: how two addresses compare under the smallest prefix in play.",
    kernel: Kernel::Row(|arguments| compare(arguments).map_or(Value::Null, |o| Value::Long(o as i64))),
    examples: &[("ipv4_compare('192.168.1.1/24', '192.168.1.255')", "0"), ("ipv4_compare('10.0.0.2', '10.0.0.1')", "1")],
    ..IPV4
};

pub static IPV4_IS_MATCH: Function = Function {
    name: "ipv4_is_match",
    signatures: &["(ip1:string, ip2:string, [prefix:long]) -> bool"],
    summary: "Whether two addresses agree under the smallest prefix in play.",
    kernel: Kernel::Row(|arguments| compare(arguments).map_or(Value::Null, |o| Value::Bool(o == Ordering::Equal))),
    examples: &[("ipv4_is_match('192.168.1.1/24', '192.168.1.255')", "True")],
    ..IPV4
};

pub static IPV4_IS_IN_RANGE: Function = Function {
    name: "ipv4_is_in_range",
    signatures: &["(ip:string, ip_range:string) -> bool"],
    summary: "Whether an address lies in a network.",
    kernel: Kernel::Row(|arguments| match (v4(&arguments[0]), v4(&arguments[1])) {
        (Some(address), Some(range)) => Value::Bool(V4 { prefix: range.prefix.min(address.prefix), ..range }.contains(address.bits)),
        _ => Value::Null,
    }),
    examples: &[("ipv4_is_in_range('127.0.0.1', '127.0.0.0/24')", "True")],
    ..IPV4
};

pub static IPV4_IS_IN_ANY_RANGE: Function = Function {
    name: "ipv4_is_in_any_range",
    signatures: &["(ip:stringordynamic, ranges:string, ...) -> bool", "(ip:stringordynamic, ranges:dynamicarray) -> bool"],
    summary: "Whether an address lies in any of several networks.",
    kernel: Kernel::Prepare(|_, known| {
        let prepared = Ranges::<V4>::constant(known, V4::parse);
        Ok(Box::new(move |arguments| match v4(&arguments[0]) {
            Some(address) => ranges::any(&prepared, arguments, V4::parse, |range| range.contains(address.bits)),
            None => Value::Null,
        }))
    }),
    examples: &[("ipv4_is_in_any_range('192.168.1.6', '192.168.1.1/24', '10.0.0.1/8')", "True")],
    ..IPV4
};

const PRIVATE: [V4; 3] = [V4 { bits: 0x0a00_0000, prefix: 8 }, V4 { bits: 0xac10_0000, prefix: 12 }, V4 { bits: 0xc0a8_0000, prefix: 16 }];

pub static IPV4_IS_PRIVATE: Function = Function {
    name: "ipv4_is_private",
    signatures: &["(ip:string) -> bool"],
    summary: "Whether an address lies in a private network (10/8, 172.16/12, 192.168/16).",
    kernel: Kernel::Row(|arguments| match v4(&arguments[0]) {
        Some(address) => Value::Bool(PRIVATE.iter().any(|range| range.contains(address.network()))),
        None => Value::Null,
    }),
    examples: &[("ipv4_is_private('192.168.1.1/24')", "True"), ("ipv4_is_private('202.1.2.3')", "False")],
    ..IPV4
};

pub static IPV4_NETMASK_SUFFIX: Function = Function {
    name: "ipv4_netmask_suffix",
    signatures: &["(ip:string) -> long"],
    summary: "The length of an address's prefix, 32 where it has none.",
    kernel: Kernel::Row(|arguments| v4(&arguments[0]).map_or(Value::Null, |a| Value::Long(i64::from(a.prefix)))),
    examples: &[("ipv4_netmask_suffix('192.168.1.1/24')", "24"), ("ipv4_netmask_suffix('192.168.1.1')", "32")],
    ..IPV4
};

pub static IPV4_RANGE_TO_CIDR_LIST: Function = Function {
    name: "ipv4_range_to_cidr_list",
    signatures: &["(start_ip:string, end_ip:string) -> dynamic"],
    summary: "The networks that cover a range of addresses exactly.",
    kernel: Kernel::Row(|arguments| match (v4(&arguments[0]), v4(&arguments[1])) {
        (Some(start), Some(end)) if start.bits <= end.bits => Json::Array(cover(start.bits, end.bits)).into_dynamic(),
        _ => Value::Null,
    }),
    examples: &[("ipv4_range_to_cidr_list('1.1.128.0', '1.1.140.255')", r#"["1.1.128.0/21","1.1.136.0/22","1.1.140.0/24"]"#)],
    ..IPV4
};

/// The greatest aligned networks from one address to another.
fn cover(start: u32, end: u32) -> Vec<Json> {
    let mut networks = Vec::new();
    let mut at = u64::from(start);
    while at <= u64::from(end) {
        let aligned = if at == 0 { 32 } else { at.trailing_zeros().min(32) };
        let room = 63 - (u64::from(end) - at + 1).leading_zeros();
        let size = aligned.min(room);
        networks.push(Json::String(format!("{}/{}", Ipv4Addr::from(at as u32), 32 - size)));
        at += 1 << size;
    }
    networks
}
