//! Shapes that other products, PowerShell's Graph module and the portals' other downloads make.

use super::*;

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn lines(values: impl IntoIterator<Item = String>) -> String {
    values.into_iter().map(|value| value + "\n").collect()
}

/// A file of one column of records.
fn alone(name: &str) -> String {
    lines([cell(name)].into_iter().chain(records().iter().map(|record| cell(record)))).replace('\n', "\r\n")
}

/// Cells around a record, under a header that is not of a known tool.
fn around(header: &str, before: &str) -> String {
    lines([header.to_owned()].into_iter().chain(records().iter().map(|record| format!("{before},{}", cell(record)))))
}

/// What Graph's module for PowerShell makes of three resources.
fn capitals(resource: &str) -> String {
    let one = |n: u8| resource.replace('#', &n.to_string());
    pretty(&format!("[{},{},{}]", one(0), one(1), one(2)))
}

fn page(resource: &str) -> String {
    let one = |n: u8| resource.replace('#', &n.to_string());
    format!(r#"{{"@odata.context":"https://graph.example/$metadata","value":[{},{}]}}"#, one(0), one(1))
}

const MG_SIGN_IN: &str = r#"{"AppDisplayName":"Office","AppId":"a","CreatedDateTime":"2024-06-03T07:5#:11Z","Id":"s#","IPAddress":"203.0.113.7","Status":{"ErrorCode":0,"FailureReason":"Other."},"UserPrincipalName":"ann@x.example","AdditionalProperties":{}}"#;
const MG_AUDIT: &str = r#"{"ActivityDateTime":"2024-06-03T07:5#:11Z","ActivityDisplayName":"Add user","Id":"d#","InitiatedBy":{"App":null,"User":{"IPAddress":"203.0.113.7"}},"TargetResources":[]}"#;
const AZ_ACTIVITY: &str = r#"{"Authorization":{"Action":"x/write","Scope":"/subscriptions/s"},"Claims":{"Content":{"ipaddr":"203.0.113.7"}},"HttpRequest":null,"Properties":{"Content":{}},"Level":3,"EventTimestamp":"2024-06-03T07:5#:11Z","Caller":"ann@x.example","EventDataId":"e#","OperationName":{"Value":"x/write","LocalizedValue":"Write"},"ResourceId":"/subscriptions/s"}"#;
const DETECTION: &str = r#"{"id":"r#","riskEventType":"unfamiliarFeatures","riskState":"atRisk","riskLevel":"high","detectedDateTime":"2024-06-03T07:5#:11Z","userPrincipalName":"ann@x.example"}"#;
const RISKY_USER: &str = r#"{"id":"u#","riskLevel":"high","riskState":"atRisk","riskLastUpdatedDateTime":"2024-06-03T07:5#:11Z","userPrincipalName":"ann@x.example"}"#;

fn elsewhere() -> Vec<Shape> {
    let raw = records();
    let wrapped = |before: &str, after: &str| lines(raw.iter().map(|record| format!("{before}{record}{after}")));
    let quoted_in = |before: &str, after: &str| lines(raw.iter().map(|record| format!("{before}{}{after}", quoted(record))));
    let hits: Vec<String> = raw.iter().map(|r| format!(r#"{{"_index":"i","_id":"x","_source":{{"o365":{{"audit":{r}}}}}}}"#)).collect();
    let strings: Vec<String> = raw.iter().map(|record| quoted(record)).collect();
    vec![
        Shape::new(
            "o records by their ids",
            RECORD,
            3,
            format!("{{{}}}", by_id(|n| format!("00000000-0000-4000-8000-00000000000{n}")).join(",")),
        ),
        Shape::new("o records by their numbers", RECORD, 3, pretty(&format!("{{{}}}", by_id(|n| n.to_string()).join(",")))),
        Shape::new("o strings in an array", RECORD, 3, format!("[{}]", strings.join(","))),
        Shape::new("o strings in lines", RECORD, 3, lines(strings.clone())),
        Shape::new("o lines with commas", RECORD, 3, wrapped("", ",")),
        Shape::new("o commas in front", RECORD, 3, format!("[{}\n]\n", raw.join("\n,"))),
        Shape::new(
            "o elastic answer",
            RECORD,
            3,
            format!(r#"{{"took":3,"_shards":{{"total":1}},"hits":{{"total":{{"value":3}},"hits":[{}]}},"x":1}}"#, hits.join(",")),
        ),
        Shape::new(
            "o beat",
            RECORD,
            3,
            wrapped(r#"{"@timestamp":"2024-06-03T07:58:11Z","event":{"dataset":"o365.audit"},"o365":{"audit":"#, "}}"),
        ),
        Shape::new(
            "o beat's message",
            RECORD,
            3,
            quoted_in(r#"{"@timestamp":"2024-06-03T07:58:11Z","message":"#, r#","host":{"name":"h"}}"#),
        ),
        Shape::new("o splunk event", RECORD, 3, wrapped(r#"{"time":1717401491,"sourcetype":"o365:management:activity","event":"#, "}")),
        Shape::new(
            "o splunk rows",
            RECORD,
            3,
            format!(
                r#"{{"preview":false,"init_offset":0,"messages":[],"fields":["_time","_raw"],"rows":[{}]}}"#,
                strings.iter().map(|record| format!(r#"["2024-06-03",{record}]"#)).collect::<Vec<_>>().join(",")
            ),
        ),
        Shape::new("o logscale", RECORD, 3, quoted_in(r#"{"@rawstring":"#, r#","@timestamp":1717401491000}"#)),
        Shape::new("o syslog", RECORD, 3, wrapped("<134>Jun  3 07:58:11 host o365: ", "")),
    ]
}

/// Members of an object whose values are the records.
fn by_id(id: impl Fn(usize) -> String) -> Vec<String> {
    records().iter().enumerate().map(|(n, record)| format!("\"{}\":{record}", id(n))).collect()
}

fn graph() -> Vec<Shape> {
    vec![
        Shape::new("o module's sign-ins", SIGN_IN, 3, capitals(MG_SIGN_IN)),
        Shape::new("o module's audits", DIRECTORY, 3, capitals(MG_AUDIT)),
        Shape::new("o activities of Az.Monitor", ACTIVITY, 3, capitals(AZ_ACTIVITY)),
        Shape::new("o risk detections", "risk detection (Graph)", 2, page(DETECTION)),
        Shape::new("o risky users", "risky principal (Graph)", 2, page(RISKY_USER)),
    ]
}

fn columns() -> Vec<Shape> {
    let two = around("CreationDate,AuditData", "6/3/2024 7:58:11 AM");
    // Nothing tells a quote that is lost between two rows of one cell.
    let single = |name| Shape::new(name, EXPORT, 3, alone(name));
    vec![
        single("AuditData"),
        single("_raw"),
        Shape::new("o time and _raw", EXPORT, 3, around("_time,_raw", "2024-06-03T07:58:11.000+0000")),
        Shape::new("o names of another language", EXPORT, 3, around("Datum,Benutzer,Details", "2024-06-03T07:58:11Z,ann@x.example")),
        Shape::new("o names in small letters", EXPORT, 3, around("recordtype,creationdate,auditdata", "ExchangeAdmin,6/3/2024 7:58:11 AM")),
        Shape::new("o delimiter named first", EXPORT, 3, format!("sep=,\r\n{two}")),
        Shape::new(
            "o portal's audits",
            "directory audit (portal)",
            2,
            "\u{feff}Date (UTC),CorrelationId,Service,Category,Activity,Result,ActorType,ActorUserPrincipalName,IPAddress,Target1Type\r\n\
             2024-06-03T07:58:11+00:00,c1,Core Directory,UserManagement,Add user,success,User,ann@x.example,203.0.113.7,User\r\n\
             2024-06-03T07:59:11+00:00,c2,Core Directory,UserManagement,Add user,success,User,ann@x.example,203.0.113.7,User\r\n",
        ),
        Shape::new(
            "o portal's sign-ins in Spanish",
            PORTAL,
            2,
            "Fecha (UTC),Id. de usuario,Usuario,Nombre de usuario,Dirección IP,Estado\r\n\
             2024-06-03T07:58:11Z,u1,Ann,ann@x.example,203.0.113.7,Success\r\n2024-06-03T07:59:11Z,u1,Ann,ann@x.example,203.0.113.7,Failure\r\n",
        ),
        Shape::new(
            "o portal's activity",
            "Azure activity (portal)",
            2,
            "Correlation id,Operation name,Status,Event category,Level,Time,Subscription,Event initiated by,Resource group,Resource\n\
             c1,Delete VM,Succeeded,Administrative,Informational,2024-06-03T07:58:11Z,s,ann@x.example,rg,/subscriptions/s/v\n\
             c2,Delete VM,Failed,Administrative,Informational,2024-06-03T07:59:11Z,s,ann@x.example,rg,/subscriptions/s/v\n",
        ),
    ]
}

pub fn shapes() -> Vec<Shape> {
    let mut shapes = elsewhere();
    shapes.extend(graph());
    shapes.extend(columns());
    shapes
}
