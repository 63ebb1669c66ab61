//! Sign-ins: by day from the office, and those that were not meant to be.

use serde_json::{Value, json};

use super::people::*;
use super::{SIGN_IN, Story, pairs};

/// A sign-in, from which its records in every log are made.
pub struct SignIn {
    pub time: String,
    /// As the user wrote it.
    pub user: String,
    pub place: &'static Place,
    pub device: &'static Device,
    pub session: String,
    pub correlation: String,
    pub token: String,
    /// 0, or the AADSTS code that it failed with.
    pub error: u32,
}

const PORTAL: &str = "4765445b-32c6-49b0-83e6-1d93765276ca";

pub fn tell(story: &mut Story) {
    // Three working days.
    for day in ["09", "10", "11"] {
        for (minute, name) in [INES, FEMKE, HANNA, JORIS, BRAM, CARLA, DIRK, ELIF, GORAN].into_iter().enumerate() {
            story.sign_in(&format!("2024-09-{day}T08:{:02}:11", 3 + 4 * minute), &upn(name), &OFFICE, &DESK, 0);
        }
        story.sign_in(&format!("2024-09-{day}T07:20:42"), &upn(OMAR), &HOME, &DESK, 0);
    }
    // Somebody who mistypes is not under attack.
    story.sign_in("2024-09-10T08:26:50", &upn(DIRK), &OFFICE, &DESK, 50126);
    spray(story);
    // The session that Femke opened at the office is used elsewhere 22 minutes later.
    let (time, session) = ("2024-09-10T09:40:05", story.session_of(FEMKE, "2024-09-10T08"));
    story.sign_in(time, &upn(FEMKE), &THIEF, &PROXY, 0);
    story.move_last_into(session);
    // Joris gives an application consent.
    story.sign_in("2024-09-10T13:05:31", &upn(JORIS), &OFFICE, &DESK, 0);
    // The night of the break-glass accounts.
    story.sign_in("2024-09-11T02:05:44", &upn("BreakGlass1"), &NIGHT, &LAPTOP, 0);
    story.sign_in("2024-09-11T02:09:02", &upn(HANNA), &NIGHT, &LAPTOP, 0);
    story.sign_in("2024-09-11T02:38:19", &upn("breakglass2"), &NIGHT_V6, &LAPTOP, 50126);
    story.sign_in("2024-09-11T02:40:27", &upn("breakglass2"), &NIGHT_V6, &LAPTOP, 0);
    let sign_ins = std::mem::take(&mut story.sign_ins);
    sign_ins.iter().for_each(|sign_in| story.log_sign_in(sign_in));
    story.sign_ins = sign_ins;
    story.sign_ins.sort_by(|a, b| a.time.cmp(&b.time));
}

/// Seven accounts, one password; one of them has it, and is read by IMAP afterwards.
fn spray(story: &mut Story) {
    for (minute, name) in [BRAM, "Carla.Dekker", DIRK, ELIF, GORAN, HANNA, BRAM].into_iter().enumerate() {
        let error = if minute == 6 { 50053 } else { 50126 };
        story.sign_in(&format!("2024-09-09T21:{:02}:3{minute}", 4 + minute), &upn(name), &SPRAY, &SCRIPT, error);
    }
    story.sign_in("2024-09-09T21:12:40", &upn(HANNA), &SPRAY, &SCRIPT, 0);
    story.sign_in("2024-09-09T21:20:03", &upn(HANNA), &SPRAY, &OLD_MAIL, 0);
}

impl Story {
    fn sign_in(&mut self, time: &str, user: &str, place: &'static Place, device: &'static Device, error: u32) {
        let (session, correlation, token) = (self.dice.guid(), self.dice.guid(), self.dice.guid()[..22].replace('-', "q"));
        self.sign_ins.push(SignIn { time: time.to_owned(), user: user.to_owned(), place, device, session, correlation, token, error });
    }

    fn session_of(&self, name: &str, time: &str) -> String {
        let found = self.sign_ins.iter().find(|s| s.user.starts_with(name) && s.time.starts_with(time));
        found.map(|s| s.session.clone()).unwrap_or_default()
    }

    fn move_last_into(&mut self, session: String) {
        if let Some(last) = self.sign_ins.last_mut() {
            last.session = session;
        }
    }

    /// The sign-in as the unified audit log has it: a failure's `ResultStatus` says `Success` too.
    fn log_sign_in(&mut self, s: &SignIn) {
        let &Device(agent, system, browser) = s.device;
        let mut more = json!({
            "ClientIP": s.place.0, "ActorIpAddress": s.place.0, "ObjectId": PORTAL, "ApplicationId": PORTAL,
            "AzureActiveDirectoryEventType": 1, "InterSystemsId": s.correlation, "ErrorNumber": s.error.to_string(),
            "ExtendedProperties": pairs(&[
                ("ResultStatusDetail", if s.error == 0 { "Success" } else { "UserError" }), ("UserAgent", agent), ("RequestType", "Login:login"),
            ]),
            "ModifiedProperties": [], "Actor": [{"ID": object(&s.user), "Type": 0}, {"ID": s.user, "Type": 5}],
            "Target": [{"ID": PORTAL, "Type": 0}],
            "DeviceProperties": pairs(&[("OS", system), ("BrowserType", browser), ("IsCompliantAndManaged", "False"), ("SessionId", &s.session)]),
        });
        if s.error != 0 {
            more["LogonError"] = s.failure().into();
        }
        let operation = if s.error == 0 { "UserLoggedIn" } else { "UserLoginFailed" };
        self.log(&s.time, SIGN_IN, operation, &s.user, more);
    }
}

impl SignIn {
    pub fn failure(&self) -> &'static str {
        match self.error {
            0 => "",
            50053 => "IdsLocked",
            _ => "InvalidUserNameOrPassword",
        }
    }

    fn client(&self) -> &'static str {
        if self.device.0 == OLD_MAIL.0 { "IMAP4" } else { "Browser" }
    }

    /// As Microsoft Graph has it.
    pub fn graph(&self) -> Value {
        let &Place(address, network, city, country, latitude, longitude) = self.place;
        let user = self.user.to_lowercase();
        json!({
            "id": self.correlation.replacen('-', "0", 1), "createdDateTime": format!("{}Z", self.time), "userDisplayName": user.split('@').next(),
            "userPrincipalName": user, "userId": object(&self.user), "appId": PORTAL, "appDisplayName": "OfficeHome", "ipAddress": address,
            "clientAppUsed": self.client(), "userAgent": self.device.0, "correlationId": self.correlation, "conditionalAccessStatus": "notApplied",
            "isInteractive": true, "signInEventTypes": ["interactiveUser"], "riskLevelDuringSignIn": "none", "riskState": "none",
            "resourceDisplayName": "OfficeHome", "uniqueTokenIdentifier": self.token, "sessionId": self.session,
            "autonomousSystemNumber": network, "status": {"errorCode": self.error, "failureReason": self.failure(), "additionalDetails": null},
            "deviceDetail": {"deviceId": "", "displayName": "", "operatingSystem": self.device.1, "browser": self.device.2, "isCompliant": false,
                "isManaged": false, "trustType": ""},
            "location": {"city": city, "state": city, "countryOrRegion": country, "geoCoordinates": {"latitude": latitude, "longitude": longitude}},
            "appliedConditionalAccessPolicies": [],
        })
    }

    /// As the portal's CSV has it: the cells of `files::PORTAL_HEADER`.
    pub fn portal(&self) -> String {
        let Place(address, network, city, country, ..) = self.place;
        let user = self.user.to_lowercase();
        let Device(agent, system, browser) = self.device;
        let (status, client) = (if self.error == 0 { "Success" } else { "Failure" }, self.client());
        let (time, id, correlation, object) = (&self.time, self.correlation.replacen('-', "0", 1), &self.correlation, object(&self.user));
        let (token, session, error, failure) = (&self.token, &self.session, self.error, self.failure());
        format!(
            "{time}Z,{id},\"{agent}\",{correlation},{object},{user},{user},Member,none,none,none,{token},,,,,OfficeHome,{PORTAL},,OfficeHome,,,,,,\
             {address},\"{city}, {city}, {country}\",{status},{error},{failure},{client},,{browser},{system},No,No,,,,,singleFactorAuthentication,,\
             {session},,,,{network},,AzureAD,none,,91,notApplied,,,,\r\n"
        )
    }
}
