"""One hundred rules of the kinds that published repositories hold, over the tables that audit records make: 25 shapes, four of each.

They are written for this bench; nothing is copied from a repository. A folder of real ones can be given to `sweep.py` instead."""

LOOKBACKS = ["1h", "1d", "2d", "14d"]
NUMBERS = [3, 10, 30, 100]

# Each is filled with a lookback, a number and one of four texts.
SHAPES = {
    "inbox-rule": (["ForwardTo", "RedirectTo", "DeleteMessage", "MoveToFolder"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and Operation in~ ("New-InboxRule", "Set-InboxRule")
| where tostring(Parameters) has "{text}"
| project TimeGenerated, UserId, ClientIP, Operation, Parameters"""),
    "mailbox-forwarding": (["ForwardingSmtpAddress", "ForwardingAddress", "DeliverToMailboxAndForward", "AuditEnabled"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and Operation == "Set-Mailbox" and tostring(Parameters) has "{text}"
| summarize Changes = count(), Last = max(TimeGenerated) by UserId, OfficeObjectId
| where Changes >= {number}"""),
    "failures-by-user": (["50126", "50053", "50055", "53003"], """SigninLogs
| where TimeGenerated > ago({lookback}) and ResultType == "{text}"
| summarize Failures = count(), Addresses = make_set(IPAddress, 20), First = min(TimeGenerated) by UserPrincipalName
| where Failures > {number}"""),
    "spray": (["50126", "50053", "50034", "50064"], """SigninLogs
| where TimeGenerated > ago({lookback}) and ResultType == "{text}"
| summarize Users = dcount(UserPrincipalName), Attempts = count() by IPAddress, bin(TimeGenerated, 1h)
| where Users > {number}"""),
    "agent": (["python-requests", "curl", "axios", "BAV2ROPC"], """SigninLogs
| where TimeGenerated > ago({lookback}) and ResultType == "0" and UserAgent has "{text}"
| project TimeGenerated, UserPrincipalName, IPAddress, UserAgent, AppDisplayName"""),
    "failed-then-in": (["50126", "50053", "50055", "50057"], """let Failed = SigninLogs
| where TimeGenerated > ago({lookback}) and ResultType == "{text}"
| summarize Failures = count(), LastFailure = max(TimeGenerated) by UserPrincipalName, IPAddress
| where Failures > {number};
SigninLogs
| where TimeGenerated > ago({lookback}) and ResultType == "0"
| join kind=inner Failed on UserPrincipalName, IPAddress
| where TimeGenerated between (LastFailure .. 10m)
| project TimeGenerated, UserPrincipalName, IPAddress, Failures"""),
    "role-added": (["Global Administrator", "User Administrator", "Security Administrator", "Exchange Administrator"], """AuditLogs
| where TimeGenerated > ago({lookback}) and OperationName has "Add member to role"
| mv-expand Target = TargetResources
| where tostring(Target.modifiedProperties) has "{text}"
| project TimeGenerated, Initiator = tostring(InitiatedBy.user.userPrincipalName), Target = tostring(Target.displayName)"""),
    "consent": (["Mail.Read", "Files.ReadWrite.All", "offline_access", "Directory.ReadWrite.All"], """AuditLogs
| where TimeGenerated > ago({lookback}) and OperationName has "Consent to application"
| where tostring(TargetResources) has "{text}"
| project TimeGenerated, Identity, TargetResources, CorrelationId"""),
    "new-application": (["Add application", "Add service principal", "Add owner to application", "Update application"], """AuditLogs
| where TimeGenerated > ago({lookback}) and OperationName =~ "{text}"
| extend Initiator = tostring(InitiatedBy.user.userPrincipalName)
| summarize Changes = count(), Last = arg_max(TimeGenerated, *) by Initiator
| where Changes > {number}"""),
    "user-changed": (["Update user", "Add user", "Delete user", "Reset user password"], """AuditLogs
| where TimeGenerated > ago({lookback}) and OperationName has "{text}"
| summarize Users = dcount(tostring(TargetResources[0].userPrincipalName)) by Initiator = tostring(InitiatedBy.user.userPrincipalName), bin(TimeGenerated, 1h)
| where Users > {number}"""),
    "downloads": (["FileDownloaded", "FileSyncDownloadedFull", "FileAccessed", "FilePreviewed"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and Operation == "{text}"
| summarize Files = dcount(OfficeObjectId), Sites = make_set(Site_Url, 50) by UserId, ClientIP, bin(TimeGenerated, 1h)
| where Files > {number} * 10"""),
    "extension": (["exe", "js", "iso", "lnk"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and Operation in ("FileUploaded", "FileModified", "FileDownloaded") and SourceFileExtension =~ "{text}"
| project TimeGenerated, UserId, OfficeObjectId, ClientIP, UserAgent"""),
    "sharing": (["AnonymousLinkCreated", "SharingInvitationCreated", "AddedToSecureLink", "CompanyLinkCreated"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and Operation == "{text}"
| summarize Links = count() by UserId, Site_Url
| where Links > {number}"""),
    "mail-read": (["REST", "IMAP4", "POP3", "OWA"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and Operation == "MailItemsAccessed" and ClientInfoString has "{text}"
| summarize Reads = count(), Addresses = dcount(Client_IPAddress) by MailboxOwnerUPN, bin(TimeGenerated, 1h)
| where Reads > {number}"""),
    "deleted": (["SoftDelete", "HardDelete", "MoveToDeletedItems", "Move"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and Operation == "{text}"
| summarize Deleted = count() by UserId, Client_IPAddress
| where Deleted > {number} * 5"""),
    "new-address": (["Exchange", "SharePoint", "OneDrive", "MicrosoftTeams"], """let Known = OfficeActivity
| where TimeGenerated between (ago(14d) .. ago({lookback})) and OfficeWorkload =~ "{text}"
| distinct UserId, ClientIP;
OfficeActivity
| where TimeGenerated > ago({lookback}) and OfficeWorkload =~ "{text}"
| join kind=leftanti Known on UserId, ClientIP
| summarize Records = count() by UserId, ClientIP
| where Records > {number}"""),
    "raw-operation": (["New-TransportRule", "Set-AdminAuditLogConfig", "Add-MailboxPermission", "New-ManagementRoleAssignment"], """UnifiedAuditLog
| where CreationTime > ago({lookback}) and Operation == "{text}"
| project CreationTime, UserId, ClientIP, Operation, Parameters"""),
    "raw-address": (["203.0.113.", "198.51.100.", "192.0.2.", "185.220."], """UnifiedAuditLog
| where CreationTime > ago({lookback}) and ClientIP startswith "{text}"
| summarize Operations = make_set(Operation, 50), Records = count() by UserId, ClientIP"""),
    "break-glass": (["breakglass", "emergency", "svc-backup", "admin-temp"], """UnifiedAuditLog
| where CreationTime > ago({lookback}) and Operation == "UserLoggedIn" and UserId startswith "{text}"
| mv-apply property = ExtendedProperties on (summarize UserAgent = take_anyif(tostring(property.Value), property.Name == "UserAgent"))
| project CreationTime, UserId, ClientIP, UserAgent"""),
    "two-countries": (["0", "50074", "50076", "50140"], """SigninLogs
| where TimeGenerated > ago({lookback}) and ResultType == "{text}"
| summarize Addresses = dcount(IPAddress), Agents = dcount(UserAgent) by UserPrincipalName, bin(TimeGenerated, 1h)
| where Addresses > {number}"""),
    "teams": (["MemberAdded", "TeamDeleted", "ChannelAdded", "AppInstalled"], """OfficeActivity
| where TimeGenerated > ago({lookback}) and OfficeWorkload == "MicrosoftTeams" and Operation == "{text}"
| summarize Changes = count() by UserId
| where Changes > {number}"""),
    "cloud-app": (["New-InboxRule", "Set-Mailbox", "Add member to role.", "Consent to application."], """CloudAppEvents
| where Timestamp > ago({lookback}) and ActionType == "{text}"
| summarize Events = count(), Last = max(Timestamp) by AccountObjectId, IPAddress
| where Events > {number}"""),
    "spike": (["FileDownloaded", "MailItemsAccessed", "UserLoggedIn", "Send"], """let Before = toscalar(UnifiedAuditLog | where CreationTime between (ago(14d) .. ago({lookback})) and Operation == "{text}" | count);
UnifiedAuditLog
| where CreationTime > ago({lookback}) and Operation == "{text}"
| summarize Records = count() by UserId
| where Records > {number} * 10 and Records > Before / 100"""),
    "top": (["Send", "FileModified", "SoftDelete", "MessageSent"], """UnifiedAuditLog
| where CreationTime > ago({lookback}) and Operation == "{text}"
| summarize Records = count() by UserId
| top {number} by Records"""),
    "sequence": (["New-InboxRule", "Set-Mailbox", "Consent to application.", "Reset user password."], """UnifiedAuditLog
| where CreationTime > ago({lookback}) and (Operation == "{text}" or Operation == "UserLoggedIn" and ResultStatus == "Failed")
| sort by UserId asc, CreationTime asc
| where UserId == prev(UserId) and Operation == "{text}" and prev(Operation) == "UserLoggedIn"
| project CreationTime, UserId, ClientIP, Operation"""),
}


def write(folder):
    """Writes the rules into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (texts, query) in SHAPES.items():
        for at, text in enumerate(texts):
            rule = query.format(lookback=LOOKBACKS[at], number=NUMBERS[at], text=text)
            (folder / f"{name}-{at + 1}.kql").write_text(rule + "\n")
