"""The ten questions, in KQL and in SQL. `{t}` in the SQL is the table of records."""
from dataclasses import dataclass, field

BG = "breakglass1@northwind-traders.example", "breakglass2@northwind-traders.example"


@dataclass
class Question:
    name: str
    text: str
    kql: str
    sql: dict = field(default_factory=dict)
    ripgrep: str = ""


def everywhere(sql):
    """SQL that all databases understand."""
    return {tool: sql for tool in ("duckdb", "clickhouse", "polars", "datafusion")}


def of(properties, name):
    return f"list_filter({properties}, lambda p: p.Name = '{name}')[1].Value"


ALL = [
    Question(
        "Q1",
        "who signed in with two accounts, when, from where, with what",
        f"""where Operation == "UserLoggedIn" and UserId in ("{BG[0]}", "{BG[1]}")
| mv-apply p = ExtendedProperties on (summarize UserAgent = take_anyif(tostring(p.Value), p.Name == "UserAgent"))
| mv-apply d = DeviceProperties on (summarize OS = take_anyif(tostring(d.Value), d.Name == "OS"), Browser = take_anyif(tostring(d.Value), d.Name == "BrowserType"))
| project CreationTime, ClientIP, UserId, UserAgent, OS, Browser""",
        {"duckdb": f"""select CreationTime, ClientIP, UserId, {of('ExtendedProperties', 'UserAgent')}, {of('DeviceProperties', 'OS')}, {of('DeviceProperties', 'BrowserType')}
from {{t}} where Operation = 'UserLoggedIn' and UserId in ('{BG[0]}', '{BG[1]}')"""},
    ),
    Question("Q2", "count by operation", "summarize count() by Operation", everywhere("select Operation, count(*) n from {t} group by Operation") | {"jq": "reduce inputs as $r ({}; .[$r.Operation] += 1) | to_entries[] | [.key, .value] | @csv"}),
    Question(
        "Q3",
        "count and distinct addresses by user and hour for one workload",
        'where Workload == "SharePoint" | summarize count(), dcount(ClientIP, 4) by UserId, bin(todatetime(CreationTime), 1h)',
        {"duckdb": "select UserId, date_trunc('hour', cast(CreationTime as timestamp)), count(*), count(distinct ClientIP) from {t} where Workload = 'SharePoint' group by all"},
    ),
    Question(
        "Q4",
        "count of records that hold a rare text anywhere",
        'search "breakglass2" | count',
        {"duckdb": "select count(*) from read_csv('{path}', columns={{'l': 'VARCHAR'}}, delim='\\x01', quote='', escape='', header=false, max_line_size=1000000) where contains(l, 'breakglass2')",
         "clickhouse": "select count(*) from {lines} where position(line, 'breakglass2') > 0"},
        ripgrep="breakglass2",
    ),
    Question(
        "Q5",
        "top 20 users by downloads, with distinct sites",
        'where Operation == "FileDownloaded" | summarize Downloads = count(), Sites = dcount(SiteUrl, 4) by UserId | top 20 by Downloads desc, UserId asc',
        everywhere("select UserId, count(*) d, count(distinct SiteUrl) s from {t} where Operation = 'FileDownloaded' group by UserId order by d desc, UserId limit 20"),
    ),
    Question(
        "Q6",
        "mailbox and inbox-rule changes that forward",
        """where Operation in ("Set-Mailbox", "New-InboxRule", "Set-InboxRule") | mv-expand p = Parameters | where p.Name in ("ForwardingSmtpAddress", "ForwardTo", "RedirectTo")
| project CreationTime, UserId, Operation, Name = tostring(p.Name), Value = tostring(p.Value)""",
        {"duckdb": """select CreationTime, UserId, Operation, p.Name, p.Value from (select CreationTime, UserId, Operation, unnest(Parameters) p from {t} where Operation in ('Set-Mailbox', 'New-InboxRule', 'Set-InboxRule'))
where p.Name in ('ForwardingSmtpAddress', 'ForwardTo', 'RedirectTo')"""},
    ),
    Question(
        "Q7",
        "failures followed by success, same user and address, within 10 minutes",
        """let s = UnifiedAuditLog | where Operation == "UserLoggedIn" | project UserId, ClientIP, Ok = todatetime(CreationTime);
UnifiedAuditLog | where Operation == "UserLoginFailed" | project UserId, ClientIP, Failed = todatetime(CreationTime)
| join kind=inner s on UserId, ClientIP | where Ok between (Failed .. (Failed + 10m)) | summarize count() by UserId""",
        {"duckdb": """select f.UserId, count(*) from (select UserId, ClientIP, cast(CreationTime as timestamp) t from {t} where Operation = 'UserLoginFailed') f
join (select UserId, ClientIP, cast(CreationTime as timestamp) t from {t} where Operation = 'UserLoggedIn') s on f.UserId = s.UserId and f.ClientIP = s.ClientIP
where s.t between f.t and f.t + interval 10 minutes group by f.UserId"""},
    ),
    Question(
        "Q8",
        "a day and an address prefix, six columns",
        'where CreationTime >= datetime(2024-06-02) and CreationTime < datetime(2024-06-03) and ClientIP startswith "81.20" | project CreationTime, Operation, UserId, ClientIP, Workload, Id',
        everywhere("select CreationTime, Operation, UserId, ClientIP, Workload, Id from {t} where CreationTime >= '2024-06-02' and CreationTime < '2024-06-03' and ClientIP like '81.20%'"),
    ),
    Question("Q9", "count of everything", "count", everywhere("select count(*) n from {t}") | {"jq": "reduce inputs as $r (0; . + 1)"}),
    Question(
        "Q10",
        "the last record of each user",
        "summarize arg_max(CreationTime, *) by UserId | project UserId, CreationTime",
        {"duckdb": "select UserId, r.CreationTime from (select UserId, arg_max(t, t.CreationTime) r, max(t.Id || t.Operation || t.ClientIP || t.Workload || t.RecordType || t.ObjectId) from {t} t group by UserId)"},
    ),
]
