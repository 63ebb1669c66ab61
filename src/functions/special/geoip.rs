//! geo_info_from_ip_address(): where an address is.

use std::net::IpAddr;

use crate::plan::{Function, Kernel};
use crate::value::{Json, Value};

pub static GEO_INFO_FROM_IP_ADDRESS: Function = Function {
    name: "geo_info_from_ip_address",
    category: "IPv4 and IPv6 functions",
    signatures: &["(ip:string) -> dynamic"],
    summary: "Country, state, city and coordinates of an IP address, from the database that `--geoip FILE` gives; null for text that is no address.",
    kernel: Kernel::Prepare(|context, _| {
        let Some(places) = context.places.clone() else {
            return Err("there is no database of places; give one in MaxMind's format with --geoip FILE".to_owned());
        };
        Ok(Box::new(move |arguments| {
            let address = arguments[0].as_str().and_then(|text| text.trim().parse::<IpAddr>().ok());
            // An address that the database does not know gives an empty bag.
            address.map_or(Value::Null, |address| places.find(address).unwrap_or(Json::Object(Vec::new())).into_dynamic())
        }))
    }),
    // Which database there is, is known when the query runs.
    volatile: true,
    differs: "the places are those of the database that is given, not of Microsoft's copy",
    ..Function::NEW
};
