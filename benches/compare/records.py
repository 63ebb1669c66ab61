"""The fields of a generated audit record and their types, from which each tool's file makes its own schema."""

PAIRS = [{"Name": str, "Value": str}]


def fields(names, kind):
    return {name: kind for name in names.split()}


FIELDS = (
    fields("CreationTime Id Operation OrganizationId ResultStatus UserKey Workload ObjectId UserId ClientIP", str)
    | fields("RecordType UserType Version AzureActiveDirectoryEventType InternalLogonType LogonType OperationCount MessageSizeInBytes", int)
    | fields("ActorContextId InterSystemsId IntraSystemId SupportTicketId TargetContextId ActorIpAddress ApplicationId ErrorNumber", str)
    | fields("CorrelationId EventSource ItemType ListId ListItemUniqueId Site UserAgent WebId SourceFileExtension SiteUrl", str)
    | fields("SourceFileName SourceRelativeUrl ApplicationDisplayName AppId ClientAppId ClientIPAddress ClientInfoString", str)
    | fields("LogonUserSid MailboxGuid MailboxOwnerUPN OrganizationName OriginatingServer", str)
    | fields("TeamName TeamGuid CommunicationType ChannelName ItemName", str)
    | fields("HighPriorityMediaProcessing ExternalAccess", bool)
    | fields("ExtendedProperties DeviceProperties OperationProperties Parameters", PAIRS)
    | fields("Actor Target", [{"ID": str, "Type": int}])
    | {
        "ModifiedProperties": [{"Name": str, "NewValue": str, "OldValue": str}],
        "AppAccessContext": {"AADSessionId": str, "CorrelationId": str, "UniqueTokenId": str},
        "Folders": [{"FolderItems": [{"InternetMessageId": str, "SizeInBytes": int}], "Id": str, "Path": str}],
        "Members": [{"Role": int, "UPN": str}],
        "ExtraProperties": [{"Key": str, "Value": str}],
    }
)


def only(names):
    """The fields of these names; all for `*`, and one for none, as a table without a column there is not."""
    return FIELDS if names == "*" else {name: FIELDS[name] for name in (names or "Operation").split()}
