"""ClickHouse's embedded build. Its documentation gives `file` the structure by hand where speed counts."""
import chdb

from tools import LeftOut

LANGUAGES = ["clickhouse", "sql"]


def version():
    return f"ClickHouse {chdb.query('select version()', 'TSVRaw').bytes().decode().strip()} (chdb {chdb.__version__})"


def answer(ask, out):
    if ask.framing == "utf16-csv":
        raise LeftOut("reads no UTF-16")
    form = "JSONEachRow" if ask.format == "ndjson" else "CSVWithNames"
    sources = {"records": records, "texts": texts}
    tables = ", ".join(f"{name} as ({select(ask)})" for name, select in sources.items() if name in ask.query)
    query = ask.query.replace("RECORD", type_of(ask.fields))
    chdb.query(f"with {tables} {query} into outfile '{out}' truncate format {form}")


def type_of(kind):
    """ClickHouse's name of a type of records.py."""
    if isinstance(kind, list):
        return f"Array({type_of(kind[0])})"
    if isinstance(kind, dict):
        return f"Tuple({structure(kind)})"
    return {str: "String", int: "Nullable(Int64)", bool: "Nullable(Bool)"}[kind]


def structure(fields):
    return ", ".join(f"{name} {type_of(kind)}" for name, kind in fields.items())


def file(ask, form, columns):
    """The table function; what a user would first try leaves all but the path to ClickHouse."""
    return f"file('{ask.files}')" if ask.first else f"file('{ask.files}', '{form}', '{columns}')"


def records(ask):
    """The select that yields the records."""
    if ask.is_csv and ask.first:
        calls = {name: f"JSONExtract(assumeNotNull(AuditData), '{name}', '{type_of(kind)}')" for name, kind in ask.fields.items()}
        calls |= {name: f"JSONExtractString(AuditData, '{name}')" for name, kind in ask.fields.items() if kind is str}
        values = ", ".join(f"{call} as {name}" for name, call in calls.items())
        return f"select {values} from {file(ask, '', '')}"
    if ask.is_csv or (ask.is_lines and not ask.first):
        # Of the forms for lines this is the fastest; those for arrays are fastest with columns.
        whole = f"select JSONExtract(text, '{type_of(ask.fields)}') as r from ({texts(ask)})"
    elif ask.framing == "pages":
        whole = f"select arrayJoin(value) as r from {file(ask, 'JSONEachRow', 'value ' + type_of([ask.fields]))}"
    else:
        return f"select * from {file(ask, 'JSONEachRow', structure(ask.fields))}"
    return "select " + ", ".join(f"r.{name} as {name}" for name in ask.fields) + f" from ({whole})"


def texts(ask):
    """The select that yields the records as text."""
    if ask.is_csv:
        return f"select AuditData as text from {file(ask, 'CSVWithNames', 'AuditData String')}"
    form, column = ("LineAsString", "line") if ask.is_lines else ("JSONAsString", "json")
    table = f"file('{ask.files}', '{form}', '{column} String')"
    return f"select {'arrayJoin(JSONExtractArrayRaw(json, $$value$$))' if ask.framing == 'pages' else column} as text from {table}"
