//! Files: work by day, a library emptied by night, and what was shared with whom.

use serde_json::{Value, json};

use super::people::*;
use super::{FILE, SHARING, Story};

const SITE: &str = "https://northwind.sharepoint.example/sites/board/";

pub fn tell(story: &mut Story) {
    for day in ["09", "10", "11"] {
        for (minute, name) in [BRAM, ELIF, GORAN].into_iter().enumerate() {
            story.file(
                &format!("2024-09-{day}T09:{:02}:00", 10 + minute),
                FILE,
                "FileAccessed",
                name,
                OFFICE.0,
                &format!("plan-{minute}.docx"),
                json!({}),
            );
        }
    }
    story.file("2024-09-10T14:00:00", FILE, "FileDownloaded", ELIF, OFFICE.0, "plan-1.docx", json!({}));
    for number in 0..110 {
        let time = format!("2024-09-11T03:{:02}:{:02}", number / 6, number % 6 * 10);
        story.file(&time, FILE, "FileDownloaded", HANNA, NIGHT.0, &format!("minutes-{number:03}.pdf"), json!({}));
    }
    let inside = json!({"TargetUserOrGroupName": "Board", "TargetUserOrGroupType": "SecurityGroup", "EventData": "<Permissions granted>Read</Permissions granted>"});
    story.file("2024-09-10T15:30:00", SHARING, "SharingSet", OMAR, HOME.0, "agenda.docx", inside);
    let link = json!({"EventData": "<Type>Edit</Type>", "UniqueSharingId": "6f9619ff-8b86-4011-b42d-00c04fc964ff"});
    story.file("2024-09-11T03:30:00", SHARING, "AnonymousLinkCreated", HANNA, NIGHT.0, "board.xlsx", link.clone());
    story.file(
        "2024-09-11T03:31:12",
        SHARING,
        "AddedToSecureLink",
        HANNA,
        NIGHT.0,
        "strategy.pptx",
        json!({"TargetUserOrGroupName": "collect_drop.example#ext#@northwind-traders.example", "TargetUserOrGroupType": "Guest"}),
    );
    story.file("2024-09-11T03:35:47", SHARING, "AnonymousLinkUsed", "anonymous", "203.0.113.140", "board.xlsx", link);
}

impl Story {
    #[allow(clippy::too_many_arguments, reason = "a call is a line of the story")]
    fn file(&mut self, time: &str, kind: super::Kind, operation: &'static str, name: &str, ip: &str, file: &str, more: Value) {
        let user = if name == "anonymous" { name.to_owned() } else { upn(name) };
        let mut record = json!({
            "ClientIP": ip, "ObjectId": format!("{SITE}Documents/{file}"), "EventSource": "SharePoint", "ItemType": "File", "SiteUrl": SITE,
            "SourceFileName": file, "SourceFileExtension": file.rsplit('.').next(), "SourceRelativeUrl": "Documents", "UserAgent": DESK.0,
        });
        if let (Value::Object(record), Value::Object(more)) = (&mut record, more) {
            record.extend(more);
        }
        self.log(time, kind, operation, &user, record);
    }
}
