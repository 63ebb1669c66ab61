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
    /// The Entra portal's download of audits, a row each.
    PortalDirectoryAudit,
    /// The Azure portal's download of the activity log.
    PortalActivity,
    /// Entra ID Protection, by Microsoft Graph.
    RiskDetection,
    RiskyPrincipal,
    Other,
}

/// The group of records that are rows of tables already.
pub const ROWS: &str = "rows";

/// Reasons for leaving out a file that holds no log: it is no loss.
pub const NO_LOG: [&str; 10] = [CONTENT_LIST, EDISCOVERY, CLIXML, OFFICE, PRINTED, EMPTY, BINARY, REPEATED_HEADER, JUNK, TIMELESS];
pub const TIMELESS: &str = "no log: nothing in it has a time, and other files are logs";
pub const CONTENT_LIST: &str = "a list of content blobs, not their records";
pub const EDISCOVERY: &str = "a report of an eDiscovery search, not a log";
pub const CLIXML: &str = "CLIXML, not a log";
pub const OFFICE: &str = "an Office document: save its sheets as CSV";
pub const PRINTED: &str = "a list that PowerShell printed: export it with Export-Csv or ConvertTo-Json";
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
            Family::PortalDirectoryAudit => "directory audit (portal)",
            Family::PortalActivity => "Azure activity (portal)",
            Family::RiskDetection => "risk detection (Graph)",
            Family::RiskyPrincipal => "risky principal (Graph)",
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
            Family::PortalDirectoryAudit => "portal directory-audit",
            Family::PortalActivity => "portal azure-activity",
            Family::RiskDetection => "risk-detection",
            Family::RiskyPrincipal => "risky-principal",
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
        if any("AuditData") {
            if any("auditLogRecordType") { Family::GraphUnified } else { Family::UnifiedExport }
        } else if any("CreationTime") && (any("RecordType") || any("Operation")) {
            Family::UnifiedRecord
        } else if has("eventTimestamp") && has("operationName") {
            Family::AzureActivity
        } else if has("category") && has("properties") && (has("time") || has("operationName")) {
            Family::Diagnostic
        } else if let Some(family) = Family::of_graph(has) {
            family
        } else if has("Date (UTC)") && has("Username") {
            Family::PortalSignIn
        } else if has("Date (UTC)") && has("Service principal ID") {
            Family::PortalApplicationSignIn
        } else if has("ActorUserPrincipalName") && has("CorrelationId") {
            Family::PortalDirectoryAudit
        } else if has("Event initiated by") && has("Operation name") {
            Family::PortalActivity
        } else if has("TimeGenerated") {
            Family::LogAnalytics
        } else if has("Timestamp") && (has("ActionType") || has("DeviceId") || has("ReportId")) {
            Family::Defender
        } else if (has("eventTimestamp") || has("operationName")) && has("resourceId") || has("EventTimestamp") && has("EventDataId") {
            // With capitals as `Get-AzActivityLog` has them.
            Family::AzureActivity
        } else {
            // PowerShell spells Graph's names with capitals, as Log Analytics does, which has some that Graph has not.
            let is_row = ["Type", "OperationName", "ResultType"].iter().any(|name| has(name));
            Family::of_graph(any).filter(|_| !is_row).unwrap_or(Family::Other)
        }
    }

    /// The resources of Microsoft Graph.
    fn of_graph(has: impl Fn(&str) -> bool) -> Option<Family> {
        if has("activityDisplayName") && has("initiatedBy") {
            Some(Family::DirectoryAudit)
        } else if has("createdDateTime") && (has("appId") || has("userPrincipalName")) && (has("status") || has("ipAddress")) {
            Some(Family::SignIn)
        } else if has("riskEventType") && has("detectedDateTime") {
            Some(Family::RiskDetection)
        } else if has("riskState") && has("riskLastUpdatedDateTime") {
            Some(Family::RiskyPrincipal)
        } else {
            None
        }
    }

    /// Whether this is a resource of Microsoft Graph.
    pub fn is_graph(self) -> bool {
        matches!(self, Family::SignIn | Family::DirectoryAudit | Family::RiskDetection | Family::RiskyPrincipal)
    }
}
