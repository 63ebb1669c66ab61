//! The directory: consent, roles, applications and their secrets, ways to sign in, domains.

use serde_json::{Value, json};

use super::people::*;
use super::{DIRECTORY, Story};

/// What changed: name, old and new value.
type Change<'c> = (&'c str, &'c str, &'c str);

pub fn tell(story: &mut Story) {
    let (hanna, femke) = (upn(HANNA), upn(FEMKE));
    let breakglass = upn("breakglass1");
    let role = |name| [("Role.DisplayName", "", name), ("Role.TemplateId", "", "62e90394-69f5-4237-9190-012177145e10")];
    story.changed("2024-09-11T02:11:23", "Add member to role.", &breakglass, ("User", &hanna), &role("Global Administrator"));
    let app = ("Application", "Backup Sync");
    story.changed("2024-09-11T02:14:02", "Add application.", &hanna, app, &[("DisplayName", "", "Backup Sync")]);
    story.changed(
        "2024-09-11T02:14:40",
        "Add service principal.",
        &hanna,
        ("ServicePrincipal", "Backup Sync"),
        &[("AccountEnabled", "", "true")],
    );
    story.changed("2024-09-11T02:15:12", "Add owner to application.", &hanna, app, &[("Owner", "", &hanna)]);
    let secret = [("KeyDescription", "[]", "[KeyIdentifier=7b0c,KeyType=Password,KeyUsage=Verify,DisplayName=sync]")];
    // With the en dash and the trailing space that the service writes.
    story.changed("2024-09-11T02:16:30", "Update application \u{2013} Certificates and secrets management ", &hanna, app, &secret);
    let method = [("StrongAuthenticationMethod", "[{\"MethodType\":6}]", "[{\"MethodType\":6},{\"MethodType\":7}]")];
    story.changed("2024-09-11T02:20:05", "Update user.", &hanna, ("User", &femke), &method);
    story.changed(
        "2024-09-11T02:21:18",
        "Disable Strong Authentication.",
        &hanna,
        ("User", &femke),
        &[("StrongAuthenticationRequirement", "[{\"State\":1}]", "[]")],
    );
    let domain = ("Other", "northwind-traders.example");
    story.changed("2024-09-11T02:30:00", "Set domain authentication.", &hanna, domain, &[("LiveType", "Managed", "Federated")]);
    story.changed(
        "2024-09-11T02:30:41",
        "Set federation settings on domain.",
        &hanna,
        domain,
        &[("IssuerUri", "", "http://sts.drop.example/adfs")],
    );
    story.changed(
        "2024-09-11T02:31:55",
        "Add unverified domain.",
        &hanna,
        ("Other", "northwind-traders.drop.example"),
        &[("Name", "", "northwind-traders.drop.example")],
    );
    // By day, a user's telephone number.
    story.changed("2024-09-11T09:12:00", "Update user.", &upn(INES), ("User", &upn(OMAR)), &[("TelephoneNumber", "", "+32 2 555 01 00")]);
}

/// What Microsoft Graph's `directoryAudits` has of the tenth.
pub fn audits(story: &mut Story) -> Vec<Value> {
    let (joris, ines) = (upn(JORIS), upn(INES));
    let sp = "ServicePrincipal";
    let grant =
        "[] => [[Id: q1w2, ClientId: 5ba1, PrincipalId: j0r1, ConsentType: Principal, Scope: Mail.Read Files.Read.All offline_access]]";
    let consent = [
        ("ConsentContext.IsAdminConsent", "", "\"False\""),
        ("ConsentContext.OnBehalfOfAll", "", "\"False\""),
        ("ConsentAction.Permissions", "", grant),
    ];
    let delegated = [("DelegatedPermissionGrant.Scope", "", "\"Mail.Read Files.Read.All offline_access\"")];
    let all = "[] => [[Id: p4yr, ClientId: 6ba2, ConsentType: AllPrincipals, Scope: User.Read]]";
    let admin = [
        ("ConsentContext.IsAdminConsent", "", "\"True\""),
        ("ConsentContext.OnBehalfOfAll", "", "\"True\""),
        ("ConsentAction.Permissions", "", all),
    ];
    vec![
        story.audit(
            "2024-09-10T10:30:00",
            "Add member to role",
            "RoleManagement",
            (&ines, OFFICE.0),
            ("User", &upn(DIRK)),
            &[("Role.DisplayName", "", "\"Helpdesk Administrator\"")],
        ),
        story.audit(
            "2024-09-10T11:15:00",
            "Consent to application",
            "ApplicationManagement",
            (&ines, OFFICE.0),
            (sp, "Payroll Connector"),
            &admin,
        ),
        story.audit(
            "2024-09-10T13:07:01",
            "Add service principal",
            "ApplicationManagement",
            (&joris, OFFICE.0),
            (sp, "Invoice Viewer"),
            &[("AccountEnabled", "[]", "[true]")],
        ),
        story.audit(
            "2024-09-10T13:07:02",
            "Add delegated permission grant",
            "ApplicationManagement",
            (&joris, OFFICE.0),
            (sp, "Microsoft Graph"),
            &delegated,
        ),
        story.audit(
            "2024-09-10T13:07:02",
            "Consent to application",
            "ApplicationManagement",
            (&joris, OFFICE.0),
            (sp, "Invoice Viewer"),
            &consent,
        ),
    ]
}

impl Story {
    fn changed(&mut self, time: &str, operation: &'static str, user: &str, (kind, name): (&str, &str), changes: &[Change<'_>]) {
        let changes: Value = changes.iter().map(|(name, old, new)| json!({"Name": name, "OldValue": old, "NewValue": new})).collect();
        let (id, is_user) = (object(name), kind == "User");
        let target = if is_user {
            json!([{"ID": id, "Type": 2}, {"ID": name, "Type": 5}])
        } else {
            json!([{"ID": id, "Type": 2}, {"ID": name, "Type": 1}])
        };
        let more = json!({
            "ObjectId": if is_user { name } else { &id }, "AzureActiveDirectoryEventType": 1, "ActorIpAddress": if user == upn(INES) { OFFICE.0 } else { NIGHT.0 },
            "ExtendedProperties": [{"Name": "additionalDetails", "Value": "{}"}, {"Name": "extendedAuditEventCategory", "Value": kind}],
            "ModifiedProperties": changes, "Actor": [{"ID": user, "Type": 5}, {"ID": object(user), "Type": 2}], "Target": target,
            "InterSystemsId": self.dice.guid(),
        });
        self.log(time, DIRECTORY, operation, user, more);
    }

    /// An entry as Microsoft Graph has it: values are JSON in a string.
    pub fn audit(
        &mut self,
        time: &str,
        activity: &str,
        category: &str,
        (user, ip): (&str, &str),
        (kind, name): (&str, &str),
        changes: &[Change<'_>],
    ) -> Value {
        let changes: Value =
            changes.iter().map(|(name, old, new)| json!({"displayName": name, "oldValue": old, "newValue": new})).collect();
        let upn = if kind == "User" { name.into() } else { Value::Null };
        let shown = if kind == "User" { Value::Null } else { name.into() };
        json!({
            "id": format!("Directory_{}", self.dice.guid()), "activityDateTime": format!("{time}.4834758Z"), "activityDisplayName": activity,
            "category": category, "correlationId": self.dice.guid(), "loggedByService": "Core Directory", "operationType": "Add",
            "result": "success", "resultReason": "", "additionalDetails": [{"key": "User-Agent", "value": "EvoSTS"}],
            "initiatedBy": {"app": null, "user": {"id": object(user), "displayName": null, "userPrincipalName": user, "ipAddress": ip}},
            "targetResources": [{"id": object(name), "displayName": shown, "type": kind, "userPrincipalName": upn, "modifiedProperties": changes}],
        })
    }
}
