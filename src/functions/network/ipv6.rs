//! Functions on IPv6 addresses; IPv4 addresses are taken as mapped ones.

use std::cmp::Ordering;

use super::address::{V6, full};
use super::ranges::{self, Ranges};
use crate::plan::{Function, Kernel};
use crate::value::Value;

const IPV6: Function = Function { category: "IPv4/IPv6 functions", ..Function::NEW };

fn v6(value: &Value<'_>) -> Option<V6> {
    V6::parse(&value.to_text())
}

fn prefix(arguments: &[Value<'_>], at: usize) -> Option<u32> {
    match arguments.get(at) {
        None => Some(128),
        Some(value) => value.as_i64().and_then(|p| u32::try_from(p).ok()).filter(|p| *p <= 128),
    }
}

pub static PARSE_IPV6: Function = Function {
    name: "parse_ipv6",
    signatures: &["(ip:string) -> string"],
    summary: "The address in its full form, its bits behind the prefix cleared.",
    kernel: Kernel::Row(|arguments| {
        V6::parse_plain(&arguments[0].to_text()).map_or(Value::string(""), |a| Value::string(full(a.network())))
    }),
    examples: &[("parse_ipv6('127.0.0.1')", "0000:0000:0000:0000:0000:ffff:7f00:0001")],
    ..IPV6
};

pub static PARSE_IPV6_MASK: Function = Function {
    name: "parse_ipv6_mask",
    signatures: &["(ip:string, prefix:long) -> string"],
    summary: "The address under a prefix in its full form.",
    kernel: Kernel::Row(|arguments| match (v6(&arguments[0]), prefix(arguments, 1)) {
        (Some(a), Some(p)) => Value::string(full(V6 { prefix: p.min(a.prefix), ..a }.network())),
        _ => Value::string(""),
    }),
    examples: &[("parse_ipv6_mask('192.168.255.255', 120)", "0000:0000:0000:0000:0000:ffff:c0a8:ff00")],
    ..IPV6
};

fn compare(arguments: &[Value<'_>]) -> Option<Ordering> {
    let (a, b) = (v6(&arguments[0])?, v6(&arguments[1])?);
    let mask = V6::mask(prefix(arguments, 2)?.min(a.prefix).min(b.prefix));
    Some((a.bits & mask).cmp(&(b.bits & mask)))
}

pub static IPV6_COMPARE: Function = Function {
    name: "ipv6_compare",
    signatures: &["(ip1:string, ip2:string, [prefix:long]) -> long"],
    summary: "0, 1 or -1: how two addresses compare under the smallest prefix in play.",
    kernel: Kernel::Row(|arguments| compare(arguments).map_or(Value::Null, |o| Value::Long(o as i64))),
    examples: &[("ipv6_compare('fe80::85d:e82c:9446:7994/120', 'fe80::85d:e82c:9446:7998')", "0")],
    ..IPV6
};

pub static IPV6_IS_MATCH: Function = Function {
    name: "ipv6_is_match",
    signatures: &["(ip1:string, ip2:string, [prefix:long]) -> bool"],
    summary: "Whether two addresses agree under the smallest prefix in play.",
    kernel: Kernel::Row(|arguments| compare(arguments).map_or(Value::Null, |o| Value::Bool(o == Ordering::Equal))),
    examples: &[("ipv6_is_match('192.168.1.1', '::ffff:c0a8:0101')", "True")],
    ..IPV6
};

pub static IPV6_IS_IN_RANGE: Function = Function {
    name: "ipv6_is_in_range",
    signatures: &["(ip:string, ip_range:string) -> bool"],
    summary: "Whether an address lies in a network.",
    kernel: Kernel::Row(|arguments| match (v6(&arguments[0]), v6(&arguments[1])) {
        (Some(address), Some(range)) => Value::Bool(range.contains(address.bits)),
        _ => Value::Null,
    }),
    examples: &[("ipv6_is_in_range('a5e:f127:8a9d:146d:e102:b5d3:c755:abcd', 'a5e:f127:8a9d:146d:e102:b5d3:c755:0/112')", "True")],
    ..IPV6
};

pub static IPV6_IS_IN_ANY_RANGE: Function = Function {
    name: "ipv6_is_in_any_range",
    signatures: &["(ip:stringordynamic, ranges:string, ...) -> bool", "(ip:stringordynamic, ranges:dynamicarray) -> bool"],
    summary: "Whether an address lies in any of several networks.",
    kernel: Kernel::Prepare(|_, known| {
        let prepared = Ranges::<V6>::constant(known, V6::parse);
        Ok(Box::new(move |arguments| match v6(&arguments[0]) {
            Some(address) => ranges::any(&prepared, arguments, V6::parse, |range| range.contains(address.bits)),
            None => Value::Null,
        }))
    }),
    examples: &[("ipv6_is_in_any_range('a5e::1', 'a5e::/64', 'b5e::/64')", "True")],
    ..IPV6
};
