//! Which part of the story is in which file, in which shape.

use std::io::{Cursor, Result, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::people::{HANNA, JORIS, NIGHT, upn};
use super::{Story, directory, other};
use crate::framing::{self, Framing};
use crate::records::Record;
use crate::tenant::ORGANIZATION;

const PORTAL_HEADER: &str = "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,Cross tenant access type,Incoming token type,Authentication Protocol,Unique token identifier,Original transfer method,Client credential type,Token Protection - Sign In Session,Token Protection - Sign In Session StatusCode,Application,Application ID ,App owner tenant ID,Resource,Resource ID ,Resource tenant ID,Resource owner tenant ID,Home tenant ID,Home tenant name,IP address,Location,Status,Sign-in error code,Failure reason,Client app,Device ID,Browser,Operating System,Compliant,Managed,Join Type,Multifactor authentication result,Multifactor authentication auth method,Multifactor authentication auth detail,Authentication requirement,Sign-in identifier,Session ID,IP address (seen by resource),Through Global Secure Access,Global Secure Access IP address,Autonomous system  number,Flagged for review,Token issuer type,Incoming token type,Token issuer name,Latency,Conditional Access,Managed Identity type,Associated Resource Id,Federated Token Id,Federated Token Issuer\r\n";

pub fn write(story: &mut Story, folder: &Path) -> Result<()> {
    let audits = directory::audits(story);
    let registered = story.audit(
        "2024-09-11T02:24:30",
        "User registered security info",
        "UserManagement",
        (&upn(HANNA), NIGHT.0),
        ("User", &upn(HANNA)),
        &[],
    );
    unified(&story.records, folder)?;
    let day = |day: &str| story.sign_ins.iter().filter(|s| s.time.starts_with(day)).collect::<Vec<_>>();
    let portal: String = day("2024-09-09").into_iter().map(|s| s.portal()).collect();
    put(folder, "entra/InteractiveSignIns_2024-09-09_2024-09-10.csv", format!("\u{feff}{PORTAL_HEADER}{portal}").as_bytes())?;
    let tenth: Vec<Value> = day("2024-09-10").into_iter().map(|s| s.graph()).collect();
    let (first, second) = tenth.split_at(tenth.len() / 2);
    put(folder, "graph/sign-ins.json", format!("{}\n{}", page("auditLogs/signIns", first), page("auditLogs/signIns", second)).as_bytes())?;
    put(folder, "graph/directory-audits.json", pretty(&page("auditLogs/directoryAudits", &audits)).as_bytes())?;
    let results = json!({"schema": [{"name": "Timestamp", "type": "DateTime"}], "results": other::mail_flow()});
    let mut schema = results.clone();
    schema["schema"] = columns(&results["results"][0]);
    put(folder, "defender/email-events.json", schema.to_string().as_bytes())?;
    let token = story.sign_ins.iter().find(|s| s.user.starts_with(JORIS) && s.time.starts_with("2024-09-10T13")).map(|s| s.token.clone());
    let night = day("2024-09-11").into_iter().map(other::sign_in_entry).collect();
    let trees = [
        ("insights-logs-signinlogs", night),
        ("insights-logs-auditlogs", vec![other::audit_entry(registered)]),
        ("insights-logs-microsoftgraphactivitylogs", other::graph_activity(&token.unwrap_or_default())),
        ("insights-logs-userriskevents", other::risk()),
        ("insights-activity-logs", other::azure()),
    ];
    put(folder, "diagnostic-settings.tar.gz", &tar_gz(&trees)?)
}

/// The unified audit log, as six ways to export it give it. Two of them overlap.
fn unified(records: &[Record], folder: &Path) -> Result<()> {
    let of = |keep: &dyn Fn(&Record) -> bool| records.iter().filter(|r| r.number != 25 && keep(r)).cloned().collect::<Vec<_>>();
    let eleventh = |r: &Record, kinds: &[u32]| r.time.as_str() >= "2024-09-11" && kinds.contains(&r.number);
    let mut first = "\u{feff}".as_bytes().to_vec();
    first.extend(framed(of(&|r| r.time.as_str() < "2024-09-10"), Framing::Csv)?);
    put(folder, "search-unified-audit-log/2024-09-09.csv", &first)?;
    let second = framed(of(&|r| r.time.as_str() >= "2024-09-09T21" && r.time.as_str() < "2024-09-11"), Framing::Utf16Csv)?;
    put(folder, "search-unified-audit-log/2024-09-10.csv", &second)?;
    put(folder, "purview/AuditLog_2024-09-11.csv", &framed(of(&|r| eleventh(r, &[8, 15])), Framing::PortalCsv)?)?;
    put(folder, "management-api/Audit.Exchange/20240911.json", &framed(of(&|r| eleventh(r, &[1, 2, 3, 50])), Framing::Array)?)?;
    put(folder, "sharepoint.zip", &zipped(&framed(of(&|r| eleventh(r, &[6, 14])), Framing::Ndjson)?)?)?;
    let found: Vec<Value> = of(&|r| eleventh(r, &[18, 24, 98])).iter().map(queried).collect();
    put(folder, "graph/audit-log-query.json", page("security/auditLog/queries('1')/records", &found).as_bytes())?;
    let teams = records.iter().filter(|r| r.number == 25).cloned().collect();
    put(folder, "teams.ndjson.gz", &framed(teams, Framing::Gz)?)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
    std::fs::write(path, bytes)
}

fn framed(records: Vec<Record>, framing: Framing) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    framing::write(&mut records.into_iter(), framing, &mut out)?;
    Ok(out)
}

/// A record as the audit log query API of Microsoft Graph wraps it.
fn queried(record: &Record) -> Value {
    let data: Value = serde_json::from_str(&record.json).unwrap_or_default();
    json!({
        "id": record.id, "createdDateTime": format!("{}Z", record.time), "auditLogRecordType": record.record_type, "operation": record.operation,
        "organizationId": ORGANIZATION, "userType": "Regular", "userId": data["UserKey"], "service": data["Workload"],
        "objectId": data["ObjectId"], "userPrincipalName": record.user, "clientIp": data["ClientIP"], "administrativeUnits": [""], "auditData": data,
    })
}

fn page(of: &str, values: &[Value]) -> String {
    json!({"@odata.context": format!("https://graph.microsoft.com/beta/$metadata#{of}"), "value": values}).to_string()
}

fn pretty(json: &str) -> String {
    serde_json::from_str::<Value>(json).and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_default()
}

/// The columns of a hunting result: all text but the time.
fn columns(row: &Value) -> Value {
    let names = row.as_object().into_iter().flatten().map(|(name, _)| name);
    names.map(|name| json!({"name": name, "type": if name == "Timestamp" { "DateTime" } else { "String" }})).collect()
}

/// The file beside what a Mac's archiver adds.
fn zipped(text: &[u8]) -> Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for (name, bytes) in [("sharepoint/2024-09-11.json", text), ("__MACOSX/sharepoint/._2024-09-11.json", b"\0\x05\x16\x07" as &[u8])] {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A storage account's trees, an hour a file, a line an entry.
fn tar_gz(trees: &[(&str, Vec<Value>)]) -> Result<Vec<u8>> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::new(6)));
    for (container, entries) in trees {
        let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
        let mut header = tar::Header::new_gnu();
        header.set_size(lines.len() as u64);
        header.set_mode(0o644);
        let name = format!("{container}/tenantId={ORGANIZATION}/y=2024/m=09/d=11/h=02/m=00/PT1H.json");
        tar.append_data(&mut header, name, lines.as_bytes())?;
    }
    tar.into_inner()?.finish()
}
