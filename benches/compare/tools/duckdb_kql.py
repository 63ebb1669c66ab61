"""duckdb-kql, which turns Kusto's language into DuckDB's. As its documentation shows, the file is loaded into a table first."""
import importlib.metadata

import duckdb_kql

from tools import duckdb

LANGUAGES = ["kql"]


def version():
    return f"duckdb-kql {importlib.metadata.version('duckdb-kql')}"


def answer(ask, out):
    connection = duckdb_kql.connect()
    what = "table" if ask.first else "view"
    connection.execute(f"create {what} UnifiedAuditLog as {duckdb.records(ask)}")
    duckdb_kql.query(connection, ask.query).create_view("answer")
    duckdb.write(connection, ask, "from answer", out)
