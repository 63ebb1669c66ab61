//! A few audit records of our own in every shape that exports come in.

mod columns;
mod json;
mod others;
mod packed;

/// A file in some shape.
pub struct Shape {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub records: u64,
    /// What the input calls its records.
    pub family: &'static str,
    /// Bytes are compressed: damage may cost everything behind it.
    pub packed: bool,
}

impl Shape {
    pub fn new(name: &'static str, family: &'static str, records: usize, bytes: impl Into<Vec<u8>>) -> Shape {
        Shape { name, bytes: bytes.into(), records: records as u64, family, packed: false }
    }
}

pub const EXPORT: &str = "unified audit log export";
pub const GRAPH: &str = "unified audit log (Graph)";
pub const RECORD: &str = "unified audit log record";
pub const DIAGNOSTIC: &str = "diagnostic record";
pub const SIGN_IN: &str = "sign-in (Graph)";
pub const DIRECTORY: &str = "directory audit (Graph)";
pub const PORTAL: &str = "sign-in (portal)";
pub const PORTAL_APP: &str = "application sign-in (portal)";
pub const ROW: &str = "Log Analytics row";
pub const DEFENDER: &str = "Defender row";
pub const ACTIVITY: &str = "Azure activity";
pub const OTHER: &str = "other";

/// Every shape.
pub fn shapes() -> Vec<Shape> {
    let mut shapes = columns::shapes();
    shapes.extend(json::shapes());
    shapes.extend(others::shapes());
    shapes.extend(packed::shapes());
    shapes
}

/// Raw records of the unified audit log, each one line of JSON.
pub fn records() -> Vec<String> {
    vec![
        r#"{"CreationTime":"2024-06-03T07:58:11","Id":"00000000-0000-4000-8000-000000000001","Operation":"New-InboxRule","RecordType":1,"ResultStatus":"True","UserId":"zoë@northwind-traders.example","Workload":"Exchange","Parameters":[{"Name":"Name","Value":"},{ \"x\""},{"Name":"MoveToFolder","Value":"RSS"}],"ObjectId":"EURPR01\\zoë"}"#,
        r#"{"CreationTime":"2024-06-03T08:02:40","Id":"00000000-0000-4000-8000-000000000002","Operation":"UserLoggedIn","RecordType":15,"UserId":"ann@northwind-traders.example","Workload":"AzureActiveDirectory","ClientIP":"203.0.113.7","ExtendedProperties":[{"Name":"UserAgent","Value":"Mozilla\/5.0 (X11)"}]}"#,
        r#"{"CreationTime":"2024-06-04T02:10:55","Id":"00000000-0000-4000-8000-000000000003","Operation":"FileDownloaded","RecordType":6,"UserId":"ann@northwind-traders.example","Workload":"SharePoint","ObjectId":"https:\/\/x.example\/a,b;c.docx"}"#,
    ]
    .into_iter()
    .map(str::to_owned)
    .collect()
}

/// As a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Pretty-printed as Windows PowerShell or others do.
pub fn pretty(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

pub fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

pub fn marked(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").into_bytes()
}
