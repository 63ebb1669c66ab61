"""Runs one question on one other tool in a process of its own: database.py TOOL QUESTION PATH FRAMING."""
import sys

import questions

COLUMNS = {
    name: "VARCHAR"
    for name in "CreationTime Id Operation OrganizationId ResultStatus UserKey Workload ClientIP ObjectId UserId SiteUrl".split()
} | {"RecordType": "BIGINT", "ExtendedProperties": "STRUCT(Name VARCHAR, Value VARCHAR)[]", "DeviceProperties": "STRUCT(Name VARCHAR, Value VARCHAR)[]", "Parameters": "STRUCT(Name VARCHAR, Value VARCHAR)[]"}


def duckdb(question, path, framing):
    import duckdb

    sql = question.sql["duckdb"]
    used = {name: ty for name, ty in COLUMNS.items() if name in sql} or {"Operation": "VARCHAR"}
    columns = ", ".join(f"{name}: '{ty}'" for name, ty in used.items())
    source, form = (f"{path}/*.gz", "newline_delimited") if framing == "gz-folder" else (path, {"ndjson": "newline_delimited", "array": "array", "gz": "newline_delimited"}.get(framing, "auto"))
    table = f"read_json('{source}', format='{form}', columns={{{columns}}}, maximum_object_size=1000000)"
    result = duckdb.sql(sql.format(t=table, path=path)).fetchall()
    write(result)


def write(result):
    import csv

    out = csv.writer(sys.stdout)
    out.writerow(["header"])
    out.writerows(result)


if __name__ == "__main__":
    tool, name, path, framing = sys.argv[1:]
    question = next(q for q in questions.ALL if q.name == name)
    globals()[tool](question, path, framing)
