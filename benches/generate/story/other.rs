//! Searches, Teams, and the logs beside the unified one: Graph activity, risk, Azure, mail flow.

use serde_json::{Value, json};

use super::people::*;
use super::{COMPLIANCE, DISCOVERY, EXCHANGE_SEARCH, Story, TEAMS};
use crate::tenant::ORGANIZATION;

pub fn tell(story: &mut Story) {
    let hanna = upn(HANNA);
    let created = "-Name \"Quarter\" -ExchangeLocation \"All\" -ContentMatchQuery \"password OR 'wire transfer'\"";
    story.log(
        "2024-09-11T03:40:00",
        COMPLIANCE,
        "New-ComplianceSearch",
        &hanna,
        json!({"ObjectId": "Quarter", "Parameters": created, "ClientIP": ""}),
    );
    story.log(
        "2024-09-11T03:41:10",
        DISCOVERY,
        "SearchStarted",
        &hanna,
        json!({"ObjectId": "Quarter", "Query": "password OR 'wire transfer'", "ExchangeLocations": "All"}),
    );
    let export = json!({"ObjectId": "Quarter_Export", "Parameters": "-SearchName \"Quarter\" -Export", "ClientIP": ""});
    story.log("2024-09-11T03:44:20", COMPLIANCE, "New-ComplianceSearchAction", &hanna, export);
    story.log(
        "2024-09-11T03:47:05",
        EXCHANGE_SEARCH,
        "SearchQueryInitiatedExchange",
        &hanna,
        json!({"QueryText": "iban", "QuerySource": "Outlook"}),
    );
    for day in ["09", "10", "11"] {
        for (minute, name) in [BRAM, CARLA, GORAN].into_iter().enumerate() {
            let more = json!({"TeamName": "Sales", "ChannelName": "General", "CommunicationType": "Channel", "ItemName": "Sales"});
            story.log(&format!("2024-09-{day}T11:{:02}:00", 5 + minute), TEAMS, "MessageSent", &upn(name), more);
        }
    }
}

/// An entry of a diagnostic log, without its properties' names for the time.
fn diagnostic(time: &str, category: &str, operation: &str, ip: &str, properties: Value) -> Value {
    json!({
        "time": format!("2024-09-{time}.2442191Z"), "resourceId": format!("/tenants/{ORGANIZATION}/providers/Microsoft.aadiam"),
        "operationName": operation, "operationVersion": "1.0", "category": category, "tenantId": ORGANIZATION, "resultSignature": "None",
        "durationMs": 0, "callerIpAddress": ip, "Level": 4, "properties": properties,
    })
}

pub fn sign_in_entry(sign_in: &super::signins::SignIn) -> Value {
    let properties = sign_in.graph();
    let mut entry = diagnostic(&sign_in.time[8..], "SignInLogs", "Sign-in activity", sign_in.place.0, properties);
    entry["resultType"] = sign_in.error.to_string().into();
    entry["resultDescription"] = sign_in.failure().into();
    entry["location"] = sign_in.place.3.into();
    entry
}

pub fn audit_entry(audit: Value) -> Value {
    let operation = audit["activityDisplayName"].as_str().unwrap_or_default().to_owned();
    diagnostic("11T02:24:30", "AuditLogs", &operation, "", audit)
}

/// The stolen mail of Joris, read with the token of the sign-in that the application got; and a benign request.
pub fn graph_activity(token: &str) -> Vec<Value> {
    let request = |time: &str, user: &str, ip: &str, app: &str, token: &str, path: &str| {
        let properties = json!({
            "requestId": object(&format!("{time}{path}")), "requestMethod": "GET", "responseStatusCode": 200, "requestUri": format!("https://graph.microsoft.com/v1.0/{path}"),
            "appId": object(app), "userId": object(user), "ipAddress": ip, "userAgent": "python-requests/2.31.0", "signInActivityId": token,
            "scopes": "Mail.Read Files.Read.All offline_access", "timeGenerated": format!("2024-09-{time}Z"), "tenantId": ORGANIZATION,
        });
        diagnostic(time, "MicrosoftGraphActivityLogs", "Microsoft Graph Activity", ip, properties)
    };
    let joris = upn(JORIS);
    vec![
        request("10T13:20:00", &joris, NIGHT.0, "Invoice Viewer", token, "me/messages?$top=999"),
        request("10T13:20:09", &joris, NIGHT.0, "Invoice Viewer", token, "me/messages?$top=999&$skip=999"),
        request("10T13:21:30", &joris, NIGHT.0, "Invoice Viewer", token, "me/drive/root/children"),
        request("10T09:00:00", &upn(INES), OFFICE.0, "Payroll Connector", "other", "users?$select=displayName"),
    ]
}

pub fn risk() -> Vec<Value> {
    let detection = |time: &str, name: &str, place: &Place, kind: &str, level: &str| {
        let properties = json!({
            "id": object(&format!("{time}{name}")), "riskEventType": kind, "riskType": kind, "riskState": "atRisk", "riskLevel": level, "riskDetail": "none",
            "source": "IdentityProtection", "activity": "signin", "ipAddress": place.0, "activityDateTime": format!("2024-09-{time}.234Z"),
            "detectedDateTime": format!("2024-09-{time}.234Z"), "lastUpdatedDateTime": format!("2024-09-{time}.234Z"), "userId": object(&upn(name)),
            "userDisplayName": name, "userPrincipalName": upn(name), "location": {"city": place.2, "countryOrRegion": place.3},
        });
        diagnostic(time, "UserRiskEvents", "User Risk Detection", place.0, properties)
    };
    vec![
        detection("09T21:30:00", HANNA, &SPRAY, "passwordSpray", "high"),
        detection("10T09:45:00", FEMKE, &THIEF, "anomalousToken", "medium"),
    ]
}

pub fn azure() -> Vec<Value> {
    let action = |time: &str, name: &str, ip: &str, operation: &str, result: &str| {
        let upn = upn(name).replacen(&name[..1], &name[..1].to_uppercase(), 1);
        json!({
            "time": format!("2024-09-{time}.0000000Z"), "category": "Administrative", "operationName": operation, "resultType": result,
            "resultSignature": format!("{result}."), "callerIpAddress": ip, "correlationId": object(&format!("{time}{operation}")), "level": "Information",
            "resourceId": "/SUBSCRIPTIONS/6D1F2C7E-0000-4000-8000-0000000000A1/RESOURCEGROUPS/SERVERS/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/FILES01",
            "identity": {"claims": {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": upn, "ipaddr": ip}},
        })
    };
    let run = "MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION";
    vec![
        action("11T03:50:00", HANNA, NIGHT.0, run, "Start"),
        action("11T03:50:08", HANNA, NIGHT.0, run, "Success"),
        action("11T03:52:00", HANNA, NIGHT.0, "MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE", "Failure"),
        action("11T10:00:00", INES, OFFICE.0, "MICROSOFT.COMPUTE/VIRTUALMACHINES/RESTART/ACTION", "Success"),
    ]
}

/// Mail flow, as advanced hunting has it.
pub fn mail_flow() -> Vec<Value> {
    let mail = |time: &str, from: &str, to: &str, subject: &str, direction: &str| {
        json!({
            "Timestamp": format!("2024-09-{time}Z"), "NetworkMessageId": object(&format!("{time}{to}")), "SenderFromAddress": from, "RecipientEmailAddress": to,
            "Subject": subject, "EmailDirection": direction, "DeliveryAction": "Delivered", "SenderIPv4": if direction == "Inbound" { "198.51.100.9" } else { "" },
        })
    };
    let lure = ("billing@invoices.example", "Your invoice is ready");
    vec![
        mail("10T12:58:00", lure.0, &upn(JORIS), lure.1, "Inbound"),
        mail("10T12:58:01", lure.0, &upn(BRAM), lure.1, "Inbound"),
        mail("10T10:20:00", &upn(BRAM), &upn(OMAR), "Weekly report", "Intra-org"),
        mail("10T10:40:00", &upn(FEMKE), "collect@drop.example", "Fwd: Invoice 811", "Outbound"),
    ]
}
