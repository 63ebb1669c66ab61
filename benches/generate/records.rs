//! The records themselves, workload by workload, as raw JSON lines.

use std::fmt::Write;

use crate::tenant::{AGENTS, BROWSERS, DOMAIN, Dice, ORGANIZATION, SYSTEMS, USERS, address, user};

/// Seconds since 1970 of the first record.
const START: u64 = 1_717_200_000;

/// Records one after the other, until the wanted bytes are reached.
pub struct Records {
    dice: Dice,
    left: u64,
    pub written: u64,
}

/// A record and what an export's wrapper says about it.
#[derive(Clone)]
pub struct Record {
    pub json: String,
    pub time: String,
    pub user: String,
    pub operation: &'static str,
    pub record_type: &'static str,
    /// The type's number.
    pub number: u32,
    pub id: String,
}

impl Records {
    pub fn new(seed: u64, bytes: u64) -> Records {
        Records { dice: Dice::new(seed), left: bytes, written: 0 }
    }

    fn make(&mut self) -> Record {
        let rank = self.dice.zipf(USERS);
        let seconds = START + self.written * 2 / 5 + self.dice.below(90) as u64;
        let mut record = Record {
            json: String::with_capacity(2048),
            time: iso(seconds),
            user: user(rank),
            operation: "",
            record_type: "",
            number: 0,
            id: self.dice.guid(),
        };
        match self.dice.below(100) {
            0..=29 => self.sign_in(&mut record, rank),
            30..=59 => self.file(&mut record, rank),
            60..=79 => self.mail_items(&mut record, rank),
            80..=87 => self.mailbox_rule(&mut record, rank),
            88..=93 => self.teams(&mut record, rank),
            _ => self.directory(&mut record, rank),
        }
        record
    }

    fn head(&mut self, record: &mut Record, record_type: u32, workload: &str, rank: usize, result: &str) {
        record.number = record_type;
        let _ = write!(
            record.json,
            r#"{{"CreationTime":"{}","Id":"{}","Operation":"{}","OrganizationId":"{ORGANIZATION}","RecordType":{record_type},"ResultStatus":"{result}","UserKey":"{:016X}","UserType":{},"Version":1,"Workload":"{workload}","#,
            record.time,
            record.id,
            record.operation,
            rank as u64 * 7919 + 0x1003_2000,
            if rank.is_multiple_of(97) { 2 } else { 0 },
        );
    }

    fn sign_in(&mut self, record: &mut Record, rank: usize) {
        let failed = self.dice.chance(12);
        record.operation = if failed { "UserLoginFailed" } else { "UserLoggedIn" };
        record.record_type = "AzureActiveDirectoryStsLogon";
        let ip = address(&mut self.dice, rank);
        let agent = AGENTS[(rank + usize::from(self.dice.chance(10)) * self.dice.below(8)) % 8].replace('/', "\\/");
        let (system, browser) = (SYSTEMS[rank % 5], BROWSERS[rank / 5 % 5]);
        let (app, session, correlation) = (self.dice.guid(), self.dice.guid(), self.dice.guid());
        self.head(record, 15, "AzureActiveDirectory", rank, "Success");
        let _ = write!(
            record.json,
            r#""ClientIP":"{ip}","ObjectId":"{app}","UserId":"{}","AzureActiveDirectoryEventType":1,"ExtendedProperties":[{{"Name":"ResultStatusDetail","Value":"{}"}},{{"Name":"UserAgent","Value":"{agent}"}},{{"Name":"UserAuthenticationMethod","Value":"{}"}},{{"Name":"RequestType","Value":"Login:login"}}],"ModifiedProperties":[],"Actor":[{{"ID":"{correlation}","Type":0}},{{"ID":"{}","Type":5}}],"ActorContextId":"{ORGANIZATION}","ActorIpAddress":"{ip}","InterSystemsId":"{correlation}","IntraSystemId":"{}","SupportTicketId":"","Target":[{{"ID":"{app}","Type":0}}],"TargetContextId":"{ORGANIZATION}","ApplicationId":"{app}","DeviceProperties":[{{"Name":"OS","Value":"{system}"}},{{"Name":"BrowserType","Value":"{browser}"}},{{"Name":"IsCompliantAndManaged","Value":"{}"}},{{"Name":"SessionId","Value":"{session}"}}],"ErrorNumber":"{}"}}"#,
            record.user,
            if failed { "UserError" } else { "Success" },
            1 + rank % 3 * 8,
            record.user,
            record.id,
            if rank.is_multiple_of(3) { "True" } else { "False" },
            if failed { ["50126", "50053", "50055", "50076"][rank % 4] } else { "0" },
        );
    }

    fn file(&mut self, record: &mut Record, rank: usize) {
        record.operation = ["FileAccessed", "FileDownloaded", "FileModified", "FileSyncDownloadedFull", "FilePreviewed"][self.dice.zipf(5)];
        record.record_type = "SharePointFileOperation";
        let ip = address(&mut self.dice, rank);
        let site = self.dice.zipf(120);
        let number = self.dice.below(40_000);
        let extension = ["docx", "xlsx", "pptx", "pdf", "png", "csv"][number % 6];
        let folder = ["Shared Documents", "Board papers", "HR \\/ contracts", "Projekte \u{fc}bergreifend"][number / 6 % 4];
        let agent = AGENTS[rank % 6].replace('/', "\\/");
        let (list, item, web, correlation) = (self.dice.guid(), self.dice.guid(), self.dice.guid(), self.dice.guid());
        self.head(record, 6, if rank.is_multiple_of(4) { "OneDrive" } else { "SharePoint" }, rank, "Succeeded");
        let host = "northwindtraders.sharepoint.example";
        let _ = write!(
            record.json,
            r#""ClientIP":"{ip}","ObjectId":"https:\/\/{host}\/sites\/team{site}\/{folder}\/report-{number}.{extension}","UserId":"{}","CorrelationId":"{correlation}","EventSource":"SharePoint","ItemType":"File","ListId":"{list}","ListItemUniqueId":"{item}","Site":"{:08x}-0000-4000-8000-{:012x}","UserAgent":"{agent}","WebId":"{web}","HighPriorityMediaProcessing":false,"SourceFileExtension":"{extension}","SiteUrl":"https:\/\/{host}\/sites\/team{site}\/","SourceFileName":"report-{number}.{extension}","SourceRelativeUrl":"{folder}","ApplicationDisplayName":"Microsoft Office","AppAccessContext":{{"AADSessionId":"{}","CorrelationId":"{correlation}","UniqueTokenId":"{}"}}}}"#,
            record.user,
            site,
            site,
            self.dice.guid(),
            self.dice.guid(),
        );
    }

    fn mail_items(&mut self, record: &mut Record, rank: usize) {
        record.operation = ["MailItemsAccessed", "Send", "MoveToDeletedItems", "SoftDelete"][self.dice.zipf(4)];
        record.record_type = "ExchangeItemAggregated";
        let ip = address(&mut self.dice, rank);
        self.head(record, 50, "Exchange", rank, "Succeeded");
        let bind = self.dice.chance(70);
        let _ = write!(
            record.json,
            r#""UserId":"{}","AppId":"{}","ClientAppId":"","ClientIPAddress":"{ip}","ClientInfoString":"Client={};;","ExternalAccess":false,"InternalLogonType":0,"LogonType":0,"LogonUserSid":"S-1-5-21-1376570662-3565232716-1187618197-{}","MailboxGuid":"{:08x}-1111-4222-8333-{:012x}","MailboxOwnerUPN":"{}","OperationProperties":[{{"Name":"MailAccessType","Value":"{}"}},{{"Name":"IsThrottled","Value":"False"}}],"OrganizationName":"{DOMAIN}","OriginatingServer":"AM0PR0{}MB4129 (15.20.4129.031)\u000d\u000a","Folders":[{{"FolderItems":["#,
            record.user,
            self.dice.guid(),
            ["REST", "OWA", "IMAP4", "MSExchangeRPC"][self.dice.zipf(4)],
            rank,
            rank,
            rank,
            record.user,
            if bind { "Bind" } else { "Sync" },
            rank % 9,
        );
        let items = 1 + self.dice.zipf(24);
        for i in 0..items {
            let comma = if i == 0 { "" } else { "," };
            let _ = write!(
                record.json,
                r#"{comma}{{"InternetMessageId":"<{:016x}{:08x}@mail.{DOMAIN}>","SizeInBytes":{}}}"#,
                self.dice.next(),
                i,
                self.dice.below(900_000)
            );
        }
        let _ = write!(record.json, r#"],"Id":"LgAAAAD{:020x}","Path":"\\Inbox"}}],"OperationCount":{items}}}"#, self.dice.next());
    }

    fn mailbox_rule(&mut self, record: &mut Record, rank: usize) {
        record.operation = ["Set-Mailbox", "New-InboxRule", "Set-InboxRule", "Set-CASMailbox"][self.dice.zipf(4)];
        record.record_type = "ExchangeAdmin";
        let forward = self.dice.chance(3);
        self.head(record, 1, "Exchange", rank, "True");
        let _ = write!(
            record.json,
            r#""ClientIP":"{}:{}","ObjectId":"{}","UserId":"{}","AppId":"","ClientAppId":"","ExternalAccess":false,"OrganizationName":"{DOMAIN}","OriginatingServer":"DB6PR04MB3206 (15.20.4129.032)","Parameters":[{{"Name":"Identity","Value":"{}"}},{{"Name":"Force","Value":"True"}}"#,
            address(&mut self.dice, rank),
            1024 + rank,
            user((rank + 1) % USERS),
            record.user,
            user((rank + 1) % USERS),
        );
        if forward {
            let _ = write!(
                record.json,
                r#",{{"Name":"ForwardingSmtpAddress","Value":"smtp:drop{}@mailbox.example"}},{{"Name":"DeliverToMailboxAndForward","Value":"True"}}"#,
                rank % 13
            );
        }
        for name in
            ["RecoverableItemsQuota", "ProhibitSendQuota", "IssueWarningQuota", "ProhibitSendReceiveQuota"].iter().take(self.dice.below(5))
        {
            let _ = write!(record.json, r#",{{"Name":"{name}","Value":"{} GB (32,212,254,720 bytes)"}}"#, 1 + self.dice.below(99));
        }
        record.json.push_str("]}");
    }

    fn teams(&mut self, record: &mut Record, rank: usize) {
        record.operation = ["MessageSent", "MemberAdded", "TeamsSessionStarted", "MessageCreatedHasLink"][self.dice.zipf(4)];
        record.record_type = "MicrosoftTeams";
        self.head(record, 25, "MicrosoftTeams", rank, "Succeeded");
        let members = (0..self.dice.below(4))
            .map(|_| format!(r#"{{"UPN":"{}","Role":1}}"#, user(self.dice.zipf(USERS))))
            .collect::<Vec<_>>()
            .join(",");
        let _ = write!(
            record.json,
            r#""UserId":"{}","ClientIP":"{}","TeamName":"Team {}","TeamGuid":"19:{:x}@thread.skype","CommunicationType":"Channel","ChannelName":"General","Members":[{members}],"MessageSizeInBytes":{},"ItemName":"Team {}","ExtraProperties":[{{"Key":"TimeZone","Value":"Europe\/Brussels"}},{{"Key":"OsName","Value":"windows"}},{{"Key":"OsVersion","Value":"10"}},{{"Key":"Country","Value":"be"}},{{"Key":"ClientName","Value":"skypeteams"}},{{"Key":"ClientVersion","Value":"27\/1.0.0.2024053003"}}]}}"#,
            record.user,
            address(&mut self.dice, rank),
            rank % 40,
            self.dice.next(),
            self.dice.below(4000),
            rank % 40,
        );
    }

    fn directory(&mut self, record: &mut Record, rank: usize) {
        record.operation =
            ["Update user.", "Add member to role.", "Consent to application.", "Reset user password.", "Add service principal."]
                [self.dice.zipf(5)];
        record.record_type = "AzureActiveDirectory";
        self.head(record, 8, "AzureActiveDirectory", rank, "Success");
        let target = user(self.dice.zipf(USERS));
        let (actor, correlation) = (self.dice.guid(), self.dice.guid());
        let role = ["Global Administrator", "User Administrator", "Exchange Administrator", "Helpdesk Administrator"][rank % 4];
        let _ = write!(
            record.json,
            r#""ObjectId":"{target}","UserId":"{}","AzureActiveDirectoryEventType":1,"ExtendedProperties":[{{"Name":"additionalDetails","Value":"{{\"UserType\":\"Member\",\"Caf\u00e9\":\"r&d <team>\"}}"}},{{"Name":"extendedAuditEventCategory","Value":"User"}}],"ModifiedProperties":[{{"Name":"Role.DisplayName","NewValue":"{role}","OldValue":""}},{{"Name":"Role.TemplateId","NewValue":"62e90394-69f5-4237-9190-012177145e10","OldValue":""}}],"Actor":[{{"ID":"{}","Type":5}},{{"ID":"{actor}","Type":2}}],"ActorContextId":"{ORGANIZATION}","InterSystemsId":"{correlation}","IntraSystemId":"{}","SupportTicketId":"","Target":[{{"ID":"{target}","Type":5}}],"TargetContextId":"{ORGANIZATION}"}}"#,
            record.user,
            record.user,
            self.dice.guid(),
        );
    }
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.left == 0 {
            return None;
        }
        let record = self.make();
        self.left = self.left.saturating_sub(record.json.len() as u64 + 1);
        self.written += 1;
        Some(record)
    }
}

/// `2024-06-01T00:00:00`: seconds since 1970 in UTC.
fn iso(seconds: u64) -> String {
    let time = chrono::DateTime::from_timestamp(seconds as i64, 0).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}
