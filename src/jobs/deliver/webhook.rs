//! An address that gets each alert in a POST. Only with `--allow-network`: nothing leaves the machine unasked.

use std::collections::BTreeMap;

use crate::jobs::store::Delivery;

use super::{Output, Permissions};

/// Headers whose values are secrets.
const SECRET: [&str; 6] = ["authorization", "cookie", "key", "token", "secret", "password"];

/// The output that an address and its headers are. A secret that stands in the file itself is refused.
pub fn output(address: &str, headers: &BTreeMap<String, String>) -> Result<Output, String> {
    if !["https://", "http://", "${"].iter().any(|start| address.starts_with(start)) {
        return Err(format!("the webhook `{address}` is no address: it begins with https://"));
    }
    for (name, value) in headers {
        let lower = name.to_ascii_lowercase();
        if SECRET.iter().any(|secret| lower.contains(secret)) && !value.contains("${") {
            return Err(format!("the header {name} is a secret: take it from the environment, as in \"Bearer ${{NAME}}\""));
        }
    }
    Ok(Output::Webhook { address: address.to_owned(), headers: headers.clone().into_iter().collect() })
}

pub fn post(_address: &str, _headers: &[(String, String)], _delivery: &Delivery, permissions: Permissions) -> Result<(), String> {
    if !permissions.network {
        return Err("it needs --allow-network".to_owned());
    }
    Err("this kalypso was built without the feature `network`".to_owned())
}
