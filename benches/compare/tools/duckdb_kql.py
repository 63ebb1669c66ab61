"""duckdb-kql, which turns Kusto's language into DuckDB's. As its documentation shows, the file is loaded into a table first."""
import importlib.metadata

import duckdb_kql

from tools import duckdb

LANGUAGES = ["duckdb_kql", "kql"]


def version():
    return f"duckdb-kql {importlib.metadata.version('duckdb-kql')}"


def answer(ask, out):
    connection = duckdb_kql.connect()
    what = "table" if ask.first else "view"
    for name, select in {"UnifiedAuditLog": records, "texts": duckdb.texts}.items():
        if name in ask.query:
            connection.execute(f"create {what} {name} as {select(ask)}")
    duckdb_kql.query(connection, ask.query).create_view("answer")
    duckdb.write(connection, ask, "from answer", out)


def records(ask):
    """The select that yields the records, with the time as one, as the language compares no text with a time."""
    if ask.first or "CreationTime" not in ask.fields:
        return duckdb.records(ask)
    return f"select * replace (CreationTime::timestamp as CreationTime) from ({duckdb.records(ask)})"
