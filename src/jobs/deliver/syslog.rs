//! The local system log: a message of RFC 5424 on its socket, the alert as its text.

use std::path::Path;

use crate::jobs::store::Delivery;
use crate::value::DateTime;

/// The largest datagram that local logs take everywhere.
#[cfg(unix)]
const LARGEST: usize = 64 << 10;

/// Longer than this no log is waited for.
#[cfg(unix)]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

#[cfg(unix)]
pub fn send(path: &Path, delivery: &Delivery) -> Result<(), String> {
    use std::io::Write;
    use std::os::unix::net::{UnixDatagram, UnixStream};
    let message = message(delivery, DateTime::now(), std::process::id());
    if message.len() > LARGEST {
        return Err(format!("the alert has {} bytes, and a message to the log has {LARGEST} at most", message.len()));
    }
    let sent = UnixDatagram::unbound().and_then(|socket| {
        socket.connect(path)?;
        socket.set_write_timeout(Some(PATIENCE))?;
        socket.send(message.as_bytes()).map(drop)
    });
    // Some logs listen for streams instead; there a message ends with a zero byte or a line.
    let sent = sent.or_else(|error| match UnixStream::connect(path) {
        Ok(mut stream) => stream.set_write_timeout(Some(PATIENCE)).and_then(|()| stream.write_all(format!("{message}\n").as_bytes())),
        Err(_) => Err(error),
    });
    sent.map_err(|error| error.to_string())
}

#[cfg(not(unix))]
pub fn send(_path: &Path, _delivery: &Delivery) -> Result<(), String> {
    Err("there is no local system log on this system".to_owned())
}

/// `<PRI>1 TIME HOST kalypso PID alert [kalypso@32473 id="…" job="…"] BOM text`. Facility 10 is for security messages; 32473 is the
/// number that RFC 5612 sets aside for names without a number of their own.
fn message(delivery: &Delivery, now: DateTime, process: u32) -> String {
    let severity = match delivery.severity.to_ascii_lowercase().as_str() {
        "high" => 2,
        "medium" => 4,
        "low" => 5,
        _ => 6,
    };
    let (id, job) = (quoted(&delivery.id), quoted(&delivery.job));
    format!(
        "<{}>1 {} {} kalypso {process} alert [kalypso@32473 id=\"{id}\" job=\"{job}\"] \u{feff}{}",
        10 * 8 + severity,
        micros(now),
        host(),
        delivery.body
    )
}

/// RFC 5424 has at most six digits behind a second's point.
fn micros(time: DateTime) -> String {
    let text = time.to_string();
    format!("{}Z", text.get(..26).unwrap_or(text.trim_end_matches('Z')))
}

fn host() -> String {
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name: String = name.trim().chars().filter(char::is_ascii_graphic).take(255).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::deliver::Output;

    #[test]
    fn messages_are_those_of_the_standard() {
        let delivery = Delivery {
            job: "a]b".into(),
            output: Output::Terminal,
            id: "7".into(),
            severity: "High".into(),
            body: "{}".into(),
            place: None,
            attempts: 0,
            last_error: None,
        };
        let message = message(&delivery, DateTime::parse("2024-06-04T02:10:55").unwrap(), 9);
        assert!(message.starts_with("<82>1 2024-06-04T02:10:55.000000Z "), "{message}");
        assert!(message.ends_with(" kalypso 9 alert [kalypso@32473 id=\"7\" job=\"a\\]b\"] \u{feff}{}"), "{message}");
    }
}
