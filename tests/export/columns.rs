//! Shapes in columns: CSV of PowerShell, of the portals and of tools.

use super::*;

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn row(cells: &[&str], delimiter: &str, end: &str) -> String {
    cells.iter().map(|c| cell(c)).collect::<Vec<_>>().join(delimiter) + end
}

/// `Search-UnifiedAuditLog | Export-Csv` with these columns around it.
fn exported(delimiter: &str, end: &str, dates: [&str; 3], before: &[&str]) -> String {
    let header = [
        "RecordType",
        "CreationDate",
        "UserIds",
        "Operations",
        "AuditData",
        "ResultIndex",
        "ResultCount",
        "Identity",
        "IsValid",
        "ObjectState",
    ];
    let extra: Vec<String> = before.iter().map(|name| format!("PS{name}")).collect();
    let names: Vec<&str> = extra.iter().map(String::as_str).chain(header).collect();
    let mut text = row(&names, delimiter, end);
    for (record, date) in records().iter().zip(dates) {
        let cells = ["Exchange", date, "ann@northwind-traders.example", "Op", record, "1", "3", "id", "True", "Unchanged"];
        text += &row(&before.iter().copied().chain(cells).collect::<Vec<_>>(), delimiter, end);
    }
    text
}

const US: [&str; 3] = ["6/3/2024 7:58:11 AM", "6/3/2024 8:02:40 AM", "6/4/2024 2:10:55 AM"];
const EU: [&str; 3] = ["03/06/2024 07:58:11", "03/06/2024 08:02:40", "04/06/2024 02:10:55"];

fn portal(date: impl Fn(&str) -> String) -> String {
    let mut text =
        "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames\r\n".to_owned();
    for (record, time) in records().iter().zip(US) {
        text += &format!("id,{},15,Op,ann@northwind-traders.example,{},,\r\n", date(time), cell(record));
    }
    text
}

fn splunk() -> String {
    let mut text = "AuditData,CreationDate,Operations,RecordType,UserIds,\"_raw\",\"_si\",\"_time\"\r\n".to_owned();
    for record in records() {
        text += &row(&[&record, US[0], "Op", "Exchange", "ann", &format!("raw {record}"), "idx\nmain", "2024-06-03"], ",", "\r\n");
    }
    text
}

fn graph() -> String {
    let mut text = row(&["id", "createdDateTime", "auditLogRecordType", "operation", "userPrincipalName", "auditData"], ",", "\r\n");
    for record in records() {
        text += &row(&["id", "2024-06-03T07:58:11Z", "x", "Op", "ann", &pretty(&record).replace('\n', "\r\n")], ",", "\r\n");
    }
    text
}

fn flat(names: &[&str]) -> String {
    let mut text = row(names, ",", "\r\n");
    for time in ["2024-06-03T07:58:11", "2024-06-03T08:02:40", "2024-06-04T02:10:55"] {
        let cells: Vec<&str> = names.iter().map(|name| if *name == "CreationTime" { time } else { *name }).collect();
        text += &row(&cells, ",", "\r\n");
    }
    text
}

fn log_analytics() -> String {
    let mut text = "\u{feff}TimeGenerated [UTC],OperationName,Identity,LocationDetails,Type\r\n".to_owned();
    for minute in 0..3 {
        let details = cell("{\r\n  \"city\": \"Köln\",\r\n  \"state\": \"\"\r\n}");
        text += &format!("\"6/3/2024, 7:5{minute}:11.221 AM\",Sign-in activity,Ann,{details},SigninLogs\r\n");
    }
    text
}

pub fn shapes() -> Vec<Shape> {
    let plain = exported(",", "\r\n", US, &[]);
    let twice = plain.clone() + &plain;
    let cp1252 = plain.replace('ë', "\u{1}").bytes().map(|b| if b == 1 { 0xEB } else { b }).collect::<Vec<u8>>();
    let classic = flat(&["CreationDate", "UserIds", "Operations", "AuditData"]);
    let mut four = classic.lines().next().unwrap_or_default().to_owned() + "\r\n";
    records().iter().for_each(|record| four += &row(&[US[0], "ann", "Op", record], ",", "\r\n"));
    vec![
        Shape::new("a1 remote session", EXPORT, 3, exported(",", "\r\n", US, &["Computer", "Run", "Show"])),
        Shape::new("a2 utf-8 with a mark", EXPORT, 3, marked(&plain)),
        Shape::new("a3 utf-16", EXPORT, 3, utf16(&plain)),
        Shape::new("a4 #TYPE line", EXPORT, 3, format!("#TYPE Selected.Object\r\n{plain}")),
        Shape::new("a5 semicolons, day first", EXPORT, 3, exported(";", "\r\n", EU, &[])),
        Shape::new("a6 line feeds", EXPORT, 3, exported(",", "\n", US, &[])),
        Shape::new("a7 joined with a repeated header", EXPORT, 6, twice),
        Shape::new("a8 joined, each with a mark", EXPORT, 6, [marked(&plain), marked(&plain)].concat()),
        Shape::new("a9 cp1252", EXPORT, 3, cp1252),
        Shape::new("a10 subset, b3 classic", EXPORT, 3, four),
        Shape::new("b1 portal 2023", EXPORT, 3, portal(str::to_owned)),
        Shape::new("b2 portal 2026", EXPORT, 3, marked(&portal(|_| "\"2024-06-03T07:58:11.0000000Z \"".to_owned()))),
        Shape::new("e splunk csv", EXPORT, 3, splunk()),
        Shape::new(
            "g portal sign-ins",
            PORTAL,
            2,
            "Date (UTC),Request ID,User,Username,User ID,Application,Location,Incoming token type,Incoming token type\r\n\
             2024-06-03T07:58:11Z,r1,Ann,ann@x.example,u1,Office,\"Köln, NW, DE\",none,none\r\n2024-06-03T07:59:11Z,r2,Ann,ann@x.example,u1,Office,,none,none\r\n",
        ),
        Shape::new(
            "g portal application sign-ins",
            PORTAL_APP,
            2,
            "Date (UTC),Request ID,Service principal ID,Service principal name,Application ID ,IP address\r\n\
             2024-06-03T07:58:11Z,r1,s1,App,a1,203.0.113.7\r\n2024-06-03T07:59:11Z,r2,s1,App,a1,203.0.113.7\r\n",
        ),
        Shape::new("i2 log analytics portal", ROW, 3, log_analytics()),
        Shape::new(
            "j1 hunting portal",
            DEFENDER,
            2,
            "\u{feff}Timestamp,DeviceId,DeviceName,ActionType,ReportId\r\n2024-06-03T07:58:11.123Z,d1,pc1,ProcessCreated,1\r\n\"Jun 3, 2024 7:59:11 AM\",d1,pc1,ProcessCreated,2\r\n",
        ),
        Shape::new("k graph csv with line feeds", GRAPH, 3, graph()),
        Shape::new(
            "k hawk flat",
            RECORD,
            3,
            flat(&["CreationTime", "Operation", "RecordType", "Workload", "UserIds", "Operations", "Param_Name"]),
        ),
        Shape::new("k sparrow flat", RECORD, 3, flat(&["CreationTime", "Id", "Operation", "Organization", "RecordType", "UserId"])),
        Shape::new("x header only", EXPORT, 0, plain.lines().next().unwrap_or_default().to_owned() + "\r\n"),
    ]
}
