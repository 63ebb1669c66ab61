//! Functions on IP addresses.

mod address;
mod in_text;
mod ipv4;
mod ipv6;
mod ranges;

use crate::plan::Function;

pub use address::{V4, V6};

pub const FUNCTIONS: &[&Function] = &[
    &ipv4::FORMAT_IPV4,
    &ipv4::FORMAT_IPV4_MASK,
    &in_text::HAS_ANY_IPV4,
    &in_text::HAS_ANY_IPV4_PREFIX,
    &in_text::HAS_IPV4,
    &in_text::HAS_IPV4_PREFIX,
    &ipv4::IPV4_COMPARE,
    &ipv4::IPV4_IS_IN_ANY_RANGE,
    &ipv4::IPV4_IS_IN_RANGE,
    &ipv4::IPV4_IS_MATCH,
    &ipv4::IPV4_IS_PRIVATE,
    &ipv4::IPV4_NETMASK_SUFFIX,
    &ipv4::IPV4_RANGE_TO_CIDR_LIST,
    &ipv6::IPV6_COMPARE,
    &ipv6::IPV6_IS_IN_ANY_RANGE,
    &ipv6::IPV6_IS_IN_RANGE,
    &ipv6::IPV6_IS_MATCH,
    &ipv4::PARSE_IPV4,
    &ipv4::PARSE_IPV4_MASK,
    &ipv6::PARSE_IPV6,
    &ipv6::PARSE_IPV6_MASK,
];
