//! Fetches a file from an address: what `externaldata` reads in a run that may use the network.

use super::texts::Text;

/// The texts in the file at an http or https address. Errors do not tell the address, which may hold a secret.
pub fn texts_at(address: &str) -> Result<Vec<Text>, String> {
    client::fetch(address, &file_name(address))
}

/// The last part of an address's path, where it is fit for a file's name: its ending may say what the file is.
fn file_name(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let name: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    if name.chars().any(|c| c.is_ascii_alphanumeric()) { name } else { "data".to_owned() }
}

#[cfg(feature = "network")]
mod client {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::time::Duration;

    use ureq::Agent;

    use crate::input::texts::{Text, texts};

    /// A file may have so many bytes, as it is sent.
    const MOST: u64 = 1 << 30;
    /// Longer than this the whole of a file is not waited for, and not longer than that for a connection.
    const PATIENCE: Duration = Duration::from_secs(300);
    const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(20);

    pub fn fetch(address: &str, name: &str) -> Result<Vec<Text>, String> {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(PATIENCE_TO_CONNECT))
            .user_agent(concat!("kalypso/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // What was asked for in private is not taken from the open.
            .https_only(address.starts_with("https://"));
        let agent: Agent = config.build().into();
        let mut response = agent.get(address).call().map_err(|error| without(&error.to_string(), address))?;
        if !response.status().is_success() {
            return Err(format!("the other side answered {}", response.status()));
        }
        let mut body = response.body_mut().with_config().limit(MOST + 1).reader();
        keep(&mut body, name).map_err(|error| without(&error, address))
    }

    fn without(message: &str, address: &str) -> String {
        message.replace(address, "the address")
    }

    /// Archives are read from a file: they begin at their end.
    fn keep(body: &mut impl Read, name: &str) -> Result<Vec<Text>, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let path = folder.path().join(name);
        let mut file = File::create(&path).map_err(|error| error.to_string())?;
        let bytes = std::io::copy(&mut body.take(MOST + 1), &mut file).map_err(|error| error.to_string())?;
        if bytes > MOST {
            return Err("the file has more than 1 GiB".to_owned());
        }
        file.flush().map_err(|error| error.to_string())?;
        texts(&path).map_err(|error| error.to_string())
    }
}

#[cfg(not(feature = "network"))]
mod client {
    use crate::input::texts::Text;

    pub fn fetch(_address: &str, _name: &str) -> Result<Vec<Text>, String> {
        Err("this kalypso was built without the feature `network`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_of_files_are_those_of_addresses() {
        assert_eq!(file_name("https://a.example/lists/ips.csv.gz?sig=a/b"), "ips.csv.gz");
        assert_eq!(file_name("https://a.example/x/..%2f%2fetc"), "..2f2fetc");
        assert_eq!(file_name("https://a.example/.."), "data");
        assert_eq!(file_name("https://a.example/"), "data");
    }
}
