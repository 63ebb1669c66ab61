//! What other products make of a record: wrappers around it, another spelling of its keys, a string, a line with a prefix.

use super::family::Family;
use super::json::{members, skip_space, skip_value, string_end, unescape};

/// Ways through a wrapper, by the names of members.
type Ways = &'static [&'static [&'static str]];

/// How a record is had from what stands in the file.
#[derive(Clone, Copy, Debug)]
pub enum Peel {
    /// The first way that leads somewhere counts.
    Wrapper(&'static str, Ways),
    /// A record of Microsoft Graph, or of Azure's activity log, whose keys are spelt as PowerShell spells them.
    Capitals,
    /// The whole record is a string that holds JSON.
    Text,
    /// A line that begins with something else, such as what syslog adds.
    Prefix,
}

const SPLUNK: Peel = Peel::Wrapper("Splunk export", &[&["result", "_raw"], &["result"]]);
const SPLUNK_RESULT: Peel = Peel::Wrapper("Splunk results", &[&["_raw"]]);
const SPLUNK_EVENT: Peel = Peel::Wrapper("Splunk event", &[&["event"]]);
const ELASTIC: Peel = Peel::Wrapper("Elastic hit", &[&["_source", "event", "original"], &["_source", "o365", "audit"], &["_source"]]);
const BEAT: Peel = Peel::Wrapper("Elastic event", &[&["event", "original"], &["o365", "audit"], &["message"]]);
const WAZUH: Peel = Peel::Wrapper("Wazuh alert", &[&["data", "office365"], &["data"]]);
const LOGSCALE: Peel = Peel::Wrapper("LogScale event", &[&["@rawstring"]]);

impl Peel {
    /// What has to be done to a record, by its keys; nothing for most.
    pub fn of(record: &str) -> Option<Peel> {
        let start = record.find('{')?;
        if record.starts_with('"') {
            return is_text(record.as_bytes()).then_some(Peel::Text);
        }
        let mut keys = Vec::new();
        members(record, start, |key, value| keys.push((key, value)));
        let has = |name: &str| keys.iter().any(|(key, _)| *key == name);
        let raw = |name: &str| keys.iter().any(|(key, value)| *key == name && value.starts_with("\"{"));
        let object = |name: &str| keys.iter().any(|(key, value)| *key == name && value.starts_with('{'));
        if has("preview") && has("result") {
            Some(SPLUNK)
        } else if raw("_raw") {
            Some(SPLUNK_RESULT)
        } else if has("sourcetype") && (object("event") || raw("event")) {
            Some(SPLUNK_EVENT)
        } else if has("_source") {
            Some(ELASTIC)
        } else if has("@timestamp") && (raw("message") || object("event") && object("o365")) {
            Some(BEAT)
        } else if raw("@rawstring") {
            Some(LOGSCALE)
        } else if has("rule") && keys.iter().any(|(key, value)| *key == "data" && value.contains("\"office365\"")) {
            Some(WAZUH)
        } else if has_capitals(&keys.iter().map(|(key, _)| *key).collect::<Vec<_>>()) {
            Some(Peel::Capitals)
        } else {
            None
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Peel::Wrapper(name, _) => name,
            Peel::Capitals => "keys as PowerShell's modules spell them",
            Peel::Text => "strings that hold JSON",
            Peel::Prefix => "lines with something before their JSON",
        }
    }

    pub fn is_splunk(self) -> bool {
        matches!(self, Peel::Wrapper(name, _) if name.starts_with("Splunk"))
    }

    /// Whether a line may be a record that does not begin with a brace.
    pub fn opens_lines(self) -> bool {
        matches!(self, Peel::Text | Peel::Prefix)
    }

    /// Where the JSON of a record starts.
    pub fn start(self, record: &str) -> usize {
        if matches!(self, Peel::Prefix) { record.find('{').unwrap_or(0) } else { 0 }
    }

    /// The record; `opened` is for its text, where that does not stand in the file.
    pub fn open<'a>(self, record: &'a str, opened: &'a mut String) -> &'a str {
        opened.clear();
        match self {
            Peel::Wrapper(_, ways) => unwrap(record, ways, opened),
            Peel::Text => unwrap(record, &[&[]], opened),
            Peel::Prefix => &record[self.start(record)..],
            Peel::Capitals => {
                uncapitalise(record, opened);
                opened
            }
        }
    }
}

/// A string that holds an object.
pub fn is_text(bytes: &[u8]) -> bool {
    let rest = bytes.strip_prefix(b"\"{").unwrap_or_default();
    rest.trim_ascii_start().starts_with(b"\\\"")
}

/// Lines that have something before the record that they end in.
pub fn is_prefixed(text: &str) -> bool {
    let (mut lines, mut records) = (0, 0);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(20) {
        lines += 1;
        let start =
            line.find("{\"").filter(|start| line[..*start].contains(|c: char| c.is_ascii_alphanumeric()) && *start <= LONGEST_PREFIX);
        let ends = |start: usize| skip_value(line.as_bytes(), start) == Some(line.len());
        records += usize::from(start.is_some_and(|start| ends(start) && Family::of_object(&line[start..]) != Family::Other));
    }
    records > 0 && records * 2 >= lines
}

/// What stands before a record on its line is no longer than this.
const LONGEST_PREFIX: usize = 400;

/// Keys of a resource of Microsoft Graph, or of an event that `Get-AzActivityLog` gives, that begin with capitals.
fn has_capitals(keys: &[&str]) -> bool {
    let family = Family::of_names(keys);
    let event = || family == Family::AzureActivity && keys.contains(&"EventTimestamp");
    keys.first().is_some_and(|key| key.starts_with(|c: char| c.is_ascii_uppercase())) && (family.is_graph() || event())
}

/// The object that the first way leads to, or the string that holds one.
fn unwrap<'a>(record: &'a str, ways: &[&[&str]], opened: &'a mut String) -> &'a str {
    for way in ways {
        let Some(value) = follow(record, way) else { continue };
        if value.starts_with('{') {
            return value;
        }
        if value.starts_with('"') {
            opened.clear();
            unescape(value.get(1..value.len() - 1).unwrap_or(""), opened);
            if opened.trim_start().starts_with('{') {
                return opened;
            }
        }
    }
    record
}

fn follow<'a>(record: &'a str, way: &[&str]) -> Option<&'a str> {
    way.iter().try_fold(record.trim(), |object, name| {
        let mut found = None;
        if object.starts_with('{') {
            members(object, 0, |key, value| {
                if key == *name {
                    found = Some(value);
                }
            });
        }
        found
    })
}

/// Writes a record with its keys as the service itself spells them.
fn uncapitalise(record: &str, out: &mut String) {
    let bytes = record.as_bytes();
    let mut at = 0;
    while let Some(quote) = record[at..].find('"').map(|n| at + n) {
        let Some(end) = string_end(bytes, quote + 1) else { break };
        let is_key = bytes.get(skip_space(bytes, end + 1)) == Some(&b':');
        out.push_str(&record[at..=quote]);
        match &record[quote + 1..end] {
            "IPAddress" if is_key => out.push_str("ipAddress"),
            "RiskEventTypesV2" if is_key => out.push_str("riskEventTypes_v2"),
            key if is_key && key.starts_with(|c: char| c.is_ascii_uppercase()) => {
                out.push(char::from(key.as_bytes()[0].to_ascii_lowercase()));
                out.push_str(&key[1..]);
            }
            text => out.push_str(text),
        }
        out.push('"');
        at = end + 1;
    }
    out.push_str(&record[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(record: &str) -> String {
        let mut text = String::new();
        Peel::of(record).map_or(record, |peel| peel.open(record, &mut text)).to_owned()
    }

    #[test]
    fn records_in_other_products() {
        for record in [
            r#"{"preview":false,"result":{"_raw":"{\"a\":1}"}}"#,
            r#"{"time":1,"sourcetype":"o365:management:activity","event":{"a":1}}"#,
            r#"{"@timestamp":"2024","event":{"original":"{\"a\":1}"},"o365":{"audit":{"a":2}}}"#,
            r#"{"@timestamp":"2024","event":{"dataset":"x"},"o365":{"audit":{"a":1}}}"#,
            r#"{"@timestamp":"2024","message":"{\"a\":1}"}"#,
            r#"{"@rawstring":"{\"a\":1}","@id":"x"}"#,
            r#""{\"a\":1}""#,
            r#"{"a":1}"#,
        ] {
            assert_eq!(opened(record), r#"{"a":1}"#, "{record}");
        }
    }

    #[test]
    fn lines_with_a_prefix() {
        let line = "<134>Jun  3 07:58:11 host o365: {\"CreationTime\":\"2024\",\"Operation\":\"x\"}\n";
        assert!(is_prefixed(&line.repeat(3)));
        assert_eq!(&line[Peel::Prefix.start(line)..][..3], "{\"C");
        for other in ["[{\"CreationTime\":\"2024\",\"Operation\":\"x\"}\n]", "2024 ERROR {\"a\":1}\n", "a,b\n1,2\n", ""] {
            assert!(!is_prefixed(other), "{other}");
        }
    }

    #[test]
    fn keys_as_graph_spells_them() {
        let record = r#"{"CreatedDateTime":"T\":","AppId": "A:","IPAddress":"1","Status":{"ErrorCode":0},"@odata.type":"X"}"#;
        let expected = r#"{"createdDateTime":"T\":","appId": "A:","ipAddress":"1","status":{"errorCode":0},"@odata.type":"X"}"#;
        assert_eq!(opened(record), expected);
        let row = r#"{"TimeGenerated":"T","CreatedDateTime":"T","AppId":"A","Status":{}}"#;
        assert_eq!(opened(row), row);
    }
}
