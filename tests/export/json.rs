//! Shapes in JSON: PowerShell, the APIs, storage, query services, SIEMs.

use super::*;

/// What PowerShell has around a record.
fn object(audit: &str) -> String {
    format!(
        r#"{{"RecordType":"ExchangeAdmin","CreationDate":"\/Date(1717401491000)\/","UserIds":"ann","Operations":"Op","AuditData":{audit},"ResultIndex":1,"Identity":"id"}}"#
    )
}

fn objects(audit: impl Fn(&str) -> String) -> Vec<String> {
    records().iter().map(|record| object(&audit(record))).collect()
}

fn array(values: &[String]) -> String {
    format!("[{}]", values.join(","))
}

fn lines(values: &[String]) -> String {
    values.iter().map(|value| value.clone() + "\n").collect()
}

fn page(name: &str, values: &[String]) -> String {
    format!(
        r#"{{"@odata.context":"https://graph.example/$metadata","{name}":[{}],"@odata.nextLink":"https://graph.example/next"}}"#,
        values.join(",")
    )
}

fn graph_records() -> Vec<String> {
    let around = |record: &String| {
        let inner = record.replacen('{', r##"{"@odata.type":"#microsoft.graph.security.x","##, 1);
        format!(
            r#"{{"id":"g","createdDateTime":"2024-06-03T07:58:11Z","auditLogRecordType":"x","operation":"Op","userId":"key","administrativeUnits":[""],"auditData":{inner}}}"#
        )
    };
    records().iter().map(around).collect()
}

fn sign_ins() -> Vec<String> {
    let one = |n: u8| {
        format!(
            r#"{{"id":"s{n}","createdDateTime":"2024-06-03T07:5{n}:11Z","userPrincipalName":"ann@x.example","appId":"a","ipAddress":"203.0.113.7","status":{{"errorCode":0}},"appliedConditionalAccessPolicies":[{{"id":"p","displayName":"MFA"}}]}}"#
        )
    };
    (0..3).map(one).collect()
}

fn directory_audits() -> Vec<String> {
    let one = |n: u8| {
        format!(
            r#"{{"id":"d{n}","category":"UserManagement","activityDisplayName":"Add user","activityDateTime":"2024-06-03T07:5{n}:11Z","initiatedBy":{{"user":{{"id":"u"}}}},"targetResources":[{{"id":"t","type":"User"}}]}}"#
        )
    };
    (0..3).map(one).collect()
}

fn diagnostics() -> Vec<String> {
    let one = |(n, record): (usize, &String)| {
        format!(
            r#"{{"time":"2024-06-03T07:5{n}:11Z","resourceId":"/tenants/t","operationName":"Sign-in activity","category":"SignInLogs","Level":4,"properties":{record}}}"#
        )
    };
    sign_ins().iter().enumerate().map(one).collect()
}

fn table_rows(table: &str) -> Vec<String> {
    let one = |n: u8| {
        format!(
            r#"{{"TimeGenerated":"2024-06-03T07:5{n}:11Z","OperationName":"Sign-in activity","Type":"{table}","DeviceDetail":"{{\"os\":\"Windows\"}}"}}"#
        )
    };
    (0..3).map(one).collect()
}

fn hunting_rows() -> Vec<String> {
    let one = |n: u8| {
        format!(
            r#"{{"Timestamp":"2024-06-03T07:5{n}:11Z","ActionType":"MailItemsAccessed","ReportId":"r{n}","DeviceId":null,"AdditionalFields":{{"a":1}}}}"#
        )
    };
    (0..3).map(one).collect()
}

const COLUMNS: &str =
    r#"{"name":"TimeGenerated","type":"datetime"},{"name":"OperationName","type":"string"},{"name":"Type","type":"string"}"#;
const ROWS: &str = r#"["2024-06-03T07:58:11Z","Sign-in \"activity\"","SigninLogs"],["2024-06-03T07:59:11Z",null,"SigninLogs"]"#;

fn kusto(text: &str) -> String {
    text.replace("name", "ColumnName").replace("type", "DataType")
}

fn unified() -> Vec<Shape> {
    let raw = records();
    let strings = objects(quoted);
    let splunk: Vec<String> = raw.iter().map(|r| format!(r#"{{"preview":false,"result":{{"_raw":{},"host":"h"}}}}"#, quoted(r))).collect();
    let results: Vec<String> = raw.iter().map(|r| format!(r#"{{"_raw":{},"host":"h"}}"#, quoted(r))).collect();
    let elastic: Vec<String> =
        raw.iter().map(|r| format!(r#"{{"_index":"i","_source":{{"event":{{"original":{}}}}}}}"#, quoted(r))).collect();
    let wazuh: Vec<String> = raw
        .iter()
        .map(|r| format!(r#"{{"timestamp":"t","rule":{{"id":"1"}},"data":{{"integration":"office365","office365":{r}}}}}"#))
        .collect();
    let back: String = raw.iter().map(|r| pretty(r) + "\n").collect();
    let half = |values: &[String]| format!("{}\r\n{}\r\n", pretty(&array(&values[..2])), pretty(&array(&values[2..])));
    let merged = format!("[\n{}\n]\n[\n{}\n{}\n]\n", strings[0], strings[1], strings[2]);
    let tail: Vec<u8> = utf16(&pretty(&array(&strings))).into_iter().chain(*b"\r\n\"").collect();
    let batches = [&tail[..tail.len() - 3], b"\n\r\n", &tail[2..tail.len() - 3]].concat();
    vec![
        Shape::new("c1 array of strings, utf-16", EXPORT, 3, utf16(&pretty(&array(&strings)))),
        Shape::new("c2 one object", EXPORT, 1, pretty(&strings[0])),
        Shape::new("c3 array of strings", EXPORT, 3, pretty(&array(&strings))),
        Shape::new("c4 on one line", EXPORT, 3, array(&strings)),
        Shape::new("c5 expanded", EXPORT, 3, pretty(&array(&objects(str::to_owned)))),
        Shape::new("d content blob", RECORD, 3, array(&raw)),
        Shape::new("d ends of objects in texts", RECORD, 4, array(&vec![raw[0].clone(); 4])),
        Shape::new("e1 lines", RECORD, 3, lines(&raw)),
        Shape::new("e2 mark, blank lines", RECORD, 3, marked(lines(&raw).replace('\n', "\r\n\r\n").trim_end())),
        Shape::new("e3 splunk export", RECORD, 3, lines(&splunk)),
        Shape::new("e4 splunk results", RECORD, 3, format!(r#"{{"results":[{}]}}"#, results.join(","))),
        Shape::new("e5 elastic", RECORD, 3, lines(&elastic)),
        Shape::new("e6 wazuh", RECORD, 3, lines(&wazuh)),
        Shape::new("e7 back to back", RECORD, 3, back),
        Shape::new("e9 padding", RECORD, 3, lines(&raw) + &"\0".repeat(64)),
        Shape::new("f1 graph page", GRAPH, 3, page("value", &graph_records())),
        Shape::new("k arrays back to back", EXPORT, 3, half(&strings)),
        Shape::new("k merged without commas", EXPORT, 3, merged),
        Shape::new("k utf-16 with a tail of ascii", EXPORT, 3, tail),
        Shape::new("k batches in utf-16, ascii between", EXPORT, 6, batches),
        Shape::new("k graph array", GRAPH, 3, pretty(&array(&graph_records()))),
        Shape::new("x any envelope", RECORD, 3, format!(r#"{{"count":3,"items":[{}]}}"#, raw.join(","))),
    ]
}

pub fn shapes() -> Vec<Shape> {
    let mut shapes = unified();
    let kusto2 = format!(
        r#"[{{"FrameType":"DataSetHeader","Version":"v2.0"}},{{"FrameType":"DataTable","TableKind":"PrimaryResult","TableName":"T","Columns":[{}],"Rows":[{ROWS}]}},{{"FrameType":"DataSetCompletion","HasErrors":false}}]"#,
        kusto(COLUMNS)
    );
    let kusto1 = format!(
        r#"{{"Tables":[{{"TableName":"Table_0","Columns":[{}],"Rows":[{ROWS}]}},{{"TableName":"Table_1","Columns":[{{"ColumnName":"x"}}],"Rows":[[1]]}}]}}"#,
        kusto(COLUMNS)
    );
    let streamed: Vec<String> = hunting_rows()
        .iter()
        .map(|row| format!(r#"{{"time":"2024-06-03T07:58:11Z","tenantId":"t","operationName":"Publish","category":"AdvancedHunting-CloudAppEvents","properties":{row}}}"#))
        .collect();
    let activity: Vec<String> = (0..3)
        .map(|n| format!(r#"{{"eventTimestamp":"2024-06-03T07:5{n}:11Z","operationName":{{"value":"x/write"}},"resourceId":"/subscriptions/s","caller":"ann"}}"#))
        .collect();
    shapes.extend([
        Shape::new("f2 sign-ins page", SIGN_IN, 3, page("value", &sign_ins())),
        Shape::new("f3 directory audits page", DIRECTORY, 3, page("value", &directory_audits())),
        Shape::new("f5 pages back to back", SIGN_IN, 6, page("value", &sign_ins()) + &page("value", &sign_ins())),
        Shape::new("f6 array of pages", SIGN_IN, 6, array(&[page("value", &sign_ins()), page("value", &sign_ins())])),
        Shape::new("g portal json", SIGN_IN, 3, pretty(&array(&sign_ins()))),
        Shape::new("h storage", DIAGNOSTIC, 3, lines(&diagnostics())),
        Shape::new("h records wrapper", DIAGNOSTIC, 3, format!(r#"{{"records":[{}]}}"#, diagnostics().join(","))),
        Shape::new(
            "h event hub",
            DIAGNOSTIC,
            3,
            lines(&diagnostics().iter().map(|d| format!(r#"{{"records":[{d}]}}"#)).collect::<Vec<_>>()),
        ),
        Shape::new("h azure activity", ACTIVITY, 3, lines(&activity)),
        Shape::new("i1 query api", ROW, 2, format!(r#"{{"tables":[{{"name":"PrimaryResult","columns":[{COLUMNS}],"rows":[{ROWS}]}}]}}"#)),
        Shape::new("i3 data export", ROW, 3, lines(&table_rows("SigninLogs"))),
        Shape::new("i4 az cli", ROW, 3, pretty(&array(&table_rows("SigninLogs")))),
        Shape::new(
            "j2 hunting api",
            DEFENDER,
            3,
            format!(
                r#"{{"Stats":{{"a":1}},"Schema":[{{"Name":"Timestamp","Type":"DateTime"}}],"Results":[{}]}}"#,
                hunting_rows().join(",")
            ),
        ),
        Shape::new(
            "j3 graph hunting",
            DEFENDER,
            3,
            format!(r#"{{"schema":[{{"name":"Timestamp","type":"DateTime"}}],"results":[{}]}}"#, hunting_rows().join(",")),
        ),
        Shape::new("j4 kusto v1", ROW, 2, kusto1.clone()),
        Shape::new("j4 joined, each with a mark", ROW, 4, marked(&kusto1).repeat(2)),
        Shape::new("j4 joined", ROW, 4, kusto1.repeat(2)),
        Shape::new("j5 kusto v2", ROW, 2, kusto2.clone()),
        Shape::new("j5 joined, each with a mark", ROW, 4, marked(&kusto2).repeat(2)),
        Shape::new("j5 joined", ROW, 4, kusto2.repeat(2)),
        Shape::new("j6 streaming", DIAGNOSTIC, 3, lines(&streamed)),
        Shape::new("x any object", OTHER, 2, "{\"a\":1,\"when\":\"2024-06-03\"}\n{\"a\":2,\"when\":\"2024-06-04\"}\n"),
        Shape::new(
            "x deep",
            RECORD,
            1,
            format!(
                r#"{{"CreationTime":"2024-06-03T07:58:11","Id":"1","Operation":"x","RecordType":1,"Data":{}1{}}}"#,
                "[".repeat(200),
                "]".repeat(200)
            ) + "\n",
        ),
        Shape::new(
            "x repeated keys",
            RECORD,
            1,
            "{\"CreationTime\":\"2024-06-03T07:58:11\",\"Id\":\"1\",\"id\":\"2\",\"Id\":\"3\",\"Operation\":\"x\",\"RecordType\":1}\n",
        ),
    ]);
    shapes
}
