//! What a record is, told from its keys; and what is no log at all.

use super::json::members;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `Search-UnifiedAuditLog` and the Purview portal: columns around `AuditData`.
    UnifiedExport,
    /// Microsoft Graph's audit log query: columns around `auditData`.
    GraphUnified,
    /// A record of the Management Activity API.
    UnifiedRecord,
    /// Azure Monitor: columns around `properties`.
    Diagnostic,
    DirectoryAudit,
    SignIn,
    LogAnalytics,
    Defender,
    AzureActivity,
    /// The Entra portal's downloads of sign-ins of users, and of applications.
    PortalSignIn,
    PortalApplicationSignIn,
    Other,
}

/// The group of records that are rows of tables already.
pub const ROWS: &str = "rows";

/// Reasons for leaving out a file that holds no log: it is no loss.
pub const NO_LOG: [&str; 8] = [CONTENT_LIST, EDISCOVERY, CLIXML, EMPTY, BINARY, REPEATED_HEADER, JUNK, TIMELESS];
pub const TIMELESS: &str = "no log: nothing in it has a time, and other files are logs";
pub const CONTENT_LIST: &str = "a list of content blobs, not their records";
pub const EDISCOVERY: &str = "a report of an eDiscovery search, not a log";
pub const CLIXML: &str = "CLIXML, not a log";
pub const EMPTY: &str = "an empty file";
pub const BINARY: &str = "neither JSON nor CSV";
pub const REPEATED_HEADER: &str = "a repeated header line";
pub const JUNK: &str = "a file of the operating system or the archiver";

/// Columns of the reports that eDiscovery exports beside the items that it found, without blanks and signs.
const EDISCOVERY_COLUMNS: [&str; 16] = [
    "immutableid",
    "familyid",
    "documentid",
    "custodian",
    "itemclass",
    "itemidentity",
    "compoundpath",
    "nativefilename",
    "nativemd5",
    "inputfileid",
    "loadid",
    "setid",
    "subjecttitle",
    "reviewsetid",
    "conversationindex",
    "targetpath",
];

/// The columns of a report on the items that an eDiscovery search found.
pub fn is_ediscovery(names: &[&str]) -> bool {
    let plain = |name: &&str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    names.iter().map(plain).filter(|name| EDISCOVERY_COLUMNS.contains(&name.as_str())).count() >= 4
}

impl Family {
    pub fn name(self) -> &'static str {
        match self {
            Family::UnifiedExport => "unified audit log export",
            Family::GraphUnified => "unified audit log (Graph)",
            Family::UnifiedRecord => "unified audit log record",
            Family::Diagnostic => "diagnostic record",
            Family::DirectoryAudit => "directory audit (Graph)",
            Family::SignIn => "sign-in (Graph)",
            Family::LogAnalytics => "Log Analytics row",
            Family::Defender => "Defender row",
            Family::AzureActivity => "Azure activity",
            Family::PortalSignIn => "sign-in (portal)",
            Family::PortalApplicationSignIn => "application sign-in (portal)",
            Family::Other => "other",
        }
    }

    /// What the mappings of tables call it.
    pub fn group(self) -> &'static str {
        match self {
            Family::UnifiedExport | Family::GraphUnified | Family::UnifiedRecord => "unified",
            Family::Diagnostic => "diagnostic",
            Family::DirectoryAudit => "directory-audit",
            Family::SignIn => "sign-in",
            Family::PortalSignIn => "portal sign-in",
            Family::PortalApplicationSignIn => "portal application sign-in",
            Family::LogAnalytics | Family::Defender => ROWS,
            Family::AzureActivity => "azure-activity",
            Family::Other => "other",
        }
    }

    /// A record of the unified audit log: its id says which record it is wherever it comes from.
    pub fn is_unified(self) -> bool {
        matches!(self, Family::UnifiedExport | Family::UnifiedRecord | Family::GraphUnified)
    }

    /// Of a record that is a JSON object.
    pub fn of_object(record: &str) -> Family {
        let mut keys = Vec::new();
        members(record, record.find('{').unwrap_or(0), |key, _| keys.push(key));
        Family::of_names(&keys)
    }

    /// From the names of columns or keys.
    pub fn of_names(names: &[&str]) -> Family {
        let has = |name: &str| names.contains(&name);
        let any = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
        if has("AuditData") && (has("RecordType") || has("CreationDate") || has("Operations")) {
            Family::UnifiedExport
        } else if has("auditData") && has("auditLogRecordType") {
            Family::GraphUnified
        } else if any("CreationTime") && (any("RecordType") || any("Operation")) {
            Family::UnifiedRecord
        } else if has("eventTimestamp") && has("operationName") {
            Family::AzureActivity
        } else if has("category") && has("properties") && (has("time") || has("operationName")) {
            Family::Diagnostic
        } else if has("activityDisplayName") && has("initiatedBy") {
            Family::DirectoryAudit
        } else if has("createdDateTime") && (has("appId") || has("userPrincipalName")) && (has("status") || has("ipAddress")) {
            Family::SignIn
        } else if has("Date (UTC)") && has("Username") {
            Family::PortalSignIn
        } else if has("Date (UTC)") && has("Service principal ID") {
            Family::PortalApplicationSignIn
        } else if has("TimeGenerated") {
            Family::LogAnalytics
        } else if has("Timestamp") && (has("ActionType") || has("DeviceId") || has("ReportId")) {
            Family::Defender
        } else if (has("eventTimestamp") || has("operationName")) && has("resourceId") {
            Family::AzureActivity
        } else {
            Family::Other
        }
    }
}

/// Ways to the record inside the wrappers of other products, the first that leads somewhere counts.
pub type Peel = &'static [&'static [&'static str]];

const SPLUNK: Peel = &[&["result", "_raw"], &["result"]];
const SPLUNK_RESULT: Peel = &[&["_raw"]];
const ELASTIC: Peel = &[&["_source", "event", "original"], &["_source", "o365", "audit"], &["_source"]];
const WAZUH: Peel = &[&["data", "office365"], &["data"]];

/// The wrapper of a record, by its keys.
pub fn peel_of(record: &str) -> Option<Peel> {
    let mut keys = Vec::new();
    members(record, record.find('{').unwrap_or(0), |key, value| keys.push((key, value)));
    let has = |name: &str| keys.iter().any(|(key, _)| *key == name);
    let raw = |value: &str| value.starts_with("\"{");
    if has("preview") && has("result") {
        Some(SPLUNK)
    } else if keys.iter().any(|(key, value)| *key == "_raw" && raw(value)) {
        Some(SPLUNK_RESULT)
    } else if has("_source") {
        Some(ELASTIC)
    } else if has("rule") && keys.iter().any(|(key, value)| *key == "data" && value.contains("\"office365\"")) {
        Some(WAZUH)
    } else {
        None
    }
}

/// The product that a way through its wrapper belongs to.
pub fn peel_name(ways: Peel) -> &'static str {
    match ways[0][0] {
        "result" => "Splunk export",
        "_raw" => "Splunk results",
        "_source" => "Elastic hit",
        _ => "Wazuh alert",
    }
}

/// Follows the first way that leads to an object, or to a string that holds one, whose text `opened` then gets.
pub fn peel<'a>(record: &'a str, ways: Peel, opened: &'a mut String) -> &'a str {
    for way in ways {
        let Some(value) = follow(record, way) else { continue };
        if value.starts_with('{') {
            return value;
        }
        if value.starts_with('"') {
            opened.clear();
            super::json::unescape(value.get(1..value.len() - 1).unwrap_or(""), opened);
            if opened.trim_start().starts_with('{') {
                return opened;
            }
        }
    }
    record
}

fn follow<'a>(record: &'a str, way: &[&str]) -> Option<&'a str> {
    way.iter().try_fold(record.trim_start(), |object, name| {
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
