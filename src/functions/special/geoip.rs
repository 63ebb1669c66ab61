//! geo_info_from_ip_address(): where an address is.

use crate::plan::{Function, Kernel};

pub static GEO_INFO_FROM_IP_ADDRESS: Function = Function {
    name: "geo_info_from_ip_address",
    category: "IPv4 and IPv6 functions",
    signatures: &["(ip:string) -> dynamic"],
    summary: "Country, state, city and coordinates of an IP address.",
    kernel: Kernel::Refused("it needs --geoip"),
    ..Function::NEW
};
