//! An address that gets each alert in a POST. Only with `--allow-network`: nothing leaves the machine unasked.

use std::collections::BTreeMap;

use crate::jobs::store::Delivery;

use super::{Output, Permissions, from_environment};

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

/// Sends an alert, and again after a while where the other side is busy or away. Errors name the address as the file has it: what
/// the environment adds to it may be secret.
pub fn post(address: &str, headers: &[(String, String)], delivery: &Delivery, permissions: Permissions) -> Result<(), String> {
    if !permissions.network {
        return Err("it needs --allow-network".to_owned());
    }
    let target = from_environment(address)?;
    if !is_private(&target) {
        return Err("it must begin with https://, or be on this machine: alerts do not travel in the open".to_owned());
    }
    let mut filled = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        filled.push((name.clone(), from_environment(value)?));
    }
    client::send(&target, &filled, delivery).map_err(|message| message.replace(&target, address))
}

/// Whether nobody on the way can read what is sent.
fn is_private(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("http://") else { return address.starts_with("https://") };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    !authority.contains('@') && ["localhost", "127.0.0.1", "::1"].contains(&host)
}

#[cfg(feature = "network")]
mod client {
    use std::time::Duration;

    use ureq::Agent;

    use crate::jobs::store::Delivery;

    /// Waits between tries, in milliseconds.
    const WAITS: [u64; 4] = [250, 1000, 4000, 0];
    /// Longer than this no other side is waited for.
    const PATIENCE: Duration = Duration::from_secs(20);

    pub fn send(address: &str, headers: &[(String, String)], delivery: &Delivery) -> Result<(), String> {
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).max_redirects(0);
        let agent: Agent = config.build().into();
        let mut last = String::new();
        for wait in WAITS {
            match once(&agent, address, headers, delivery) {
                Ok(200..=299) => return Ok(()),
                Ok(status @ (408 | 425 | 429 | 500..)) => last = format!("it answered {status}"),
                Ok(status) => return Err(format!("it answered {status}")),
                Err(error) => last = error,
            }
            std::thread::sleep(Duration::from_millis(wait));
        }
        Err(last)
    }

    fn once(agent: &Agent, address: &str, headers: &[(String, String)], delivery: &Delivery) -> Result<u16, String> {
        let agent_name = concat!("kalypso/", env!("CARGO_PKG_VERSION"));
        let mut request = agent.post(address).header("Content-Type", "application/json").header("User-Agent", agent_name);
        request = request.header("Idempotency-Key", &delivery.id);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send(&delivery.body).map(|response| response.status().as_u16()).map_err(|error| error.to_string())
    }
}

#[cfg(not(feature = "network"))]
mod client {
    use crate::jobs::store::Delivery;

    pub fn send(_address: &str, _headers: &[(String, String)], _delivery: &Delivery) -> Result<(), String> {
        Err("this kalypso was built without the feature `network`, which webhooks need".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_open_ways_are_refused() {
        let headers = |value: &str| BTreeMap::from([("Authorization".to_owned(), value.to_owned())]);
        assert!(output("https://hooks.example/a", &headers("Bearer ${TOKEN}")).is_ok());
        assert!(output("https://hooks.example/a", &headers("Bearer abc")).unwrap_err().contains("is a secret"));
        assert!(output("hooks.example", &BTreeMap::new()).is_err());
        let private = ["https://a.example/", "http://localhost:80/x", "http://127.0.0.1/", "http://[::1]:1/"];
        assert!(private.iter().all(|address| is_private(address)));
        let open = ["http://a.example/", "http://localhost.a.example/", "http://localhost@a.example/", "ftp://localhost/"];
        assert!(!open.iter().any(|address| is_private(address)));
    }
}
