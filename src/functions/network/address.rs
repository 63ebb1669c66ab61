//! IPv4 and IPv6 addresses with optional prefixes, as texts write them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An IPv4 address and the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V4 {
    pub bits: u32,
    pub prefix: u32,
}

/// An IPv6 address and the length of its prefix; IPv4 addresses stand in `::ffff:0:0/96`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V6 {
    pub bits: u128,
    pub prefix: u32,
}

impl V4 {
    /// `1.2.3.4` or `1.2.3.4/24`.
    pub fn parse(text: &str) -> Option<V4> {
        let (address, prefix) = split(text, 32)?;
        Some(V4 { bits: address.parse::<Ipv4Addr>().ok()?.into(), prefix })
    }

    pub fn mask(prefix: u32) -> u32 {
        if prefix == 0 { 0 } else { u32::MAX << (32 - prefix.min(32)) }
    }

    /// The address with the bits behind its prefix cleared.
    pub fn network(self) -> u32 {
        self.bits & V4::mask(self.prefix)
    }

    /// Whether an address lies in this network.
    pub fn contains(self, address: u32) -> bool {
        address & V4::mask(self.prefix) == self.network()
    }
}

impl V6 {
    /// Either kind of address, with or without a prefix; `::1.2.3.4` is the IPv4 address.
    pub fn parse(text: &str) -> Option<V6> {
        let mapped = text.trim().strip_prefix("::").filter(|rest| rest.contains('.') && !rest.contains(':'));
        V6::parse_plain(mapped.unwrap_or(text))
    }

    /// The same, but `::1.2.3.4` is what the standard says. A prefix behind a dotted address counts the bits of IPv4; a zone is left out.
    pub fn parse_plain(text: &str) -> Option<V6> {
        if let Some(v4) = V4::parse(text) {
            return Some(v4.into());
        }
        let dotted = text.contains('.');
        let (address, prefix) = split(text, if dotted { 32 } else { 128 })?;
        let address = address.split_once('%').map_or(address, |(address, _)| address);
        Some(V6 { bits: address.parse::<Ipv6Addr>().ok()?.into(), prefix: if dotted { prefix + 96 } else { prefix } })
    }

    pub fn mask(prefix: u32) -> u128 {
        if prefix == 0 { 0 } else { u128::MAX << (128 - prefix.min(128)) }
    }

    pub fn network(self) -> u128 {
        self.bits & V6::mask(self.prefix)
    }

    pub fn contains(self, address: u128) -> bool {
        address & V6::mask(self.prefix) == self.network()
    }
}

impl From<V4> for V6 {
    fn from(v4: V4) -> V6 {
        V6 { bits: 0xffff_0000_0000 | u128::from(v4.bits), prefix: v4.prefix + 96 }
    }
}

fn split(text: &str, most: u32) -> Option<(&str, u32)> {
    match text.trim().split_once('/') {
        None => Some((text.trim(), most)),
        Some((address, prefix)) => Some((address, prefix.parse().ok().filter(|p| *p <= most)?)),
    }
}

/// All eight groups of four digits.
pub fn full(bits: u128) -> String {
    let groups: Vec<String> = (0..8).map(|i| format!("{:04x}", (bits >> (112 - 16 * i)) as u16)).collect();
    groups.join(":")
}
