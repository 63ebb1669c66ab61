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


def clickhouse(question, path, framing):
    """ClickHouse's embedded build, which reads lines with the columns that it is told of."""
    import chdb

    sql = question.sql["clickhouse"]
    used = [f"{name} {'Int64' if ty == 'BIGINT' else 'String'}" for name, ty in COLUMNS.items() if name in sql] or ["Operation String"]
    table = f"file('{path}', 'JSONEachRow', '{', '.join(used)}')"
    form = "LineAsString" if "{lines}" in sql else None
    text = sql.format(t=table, lines=f"file('{path}', '{form}', 'line String')")
    sys.stdout.write(str(chdb.query(text + " settings input_format_skip_unknown_fields=1", "CSVWithNames")))


def polars(question, path, framing):
    import polars

    sql = question.sql["polars"]
    schema = {name: polars.String for name, ty in COLUMNS.items() if ty == "VARCHAR" and name in sql} or {"Operation": polars.String}
    table = polars.scan_ndjson(path, schema=schema, ignore_errors=True)
    result = polars.SQLContext(t=table).execute(sql.format(t="t")).collect(engine="streaming")
    write(result.rows())


def datafusion(question, path, framing):
    import datafusion as fusion
    import pyarrow

    sql = question.sql["datafusion"]
    names = [name for name, ty in COLUMNS.items() if ty == "VARCHAR" and name in sql] or ["Operation"]
    # Names mean what they say, in either case.
    context = fusion.SessionContext(fusion.SessionConfig().set("datafusion.sql_parser.enable_ident_normalization", "false"))
    context.register_json("t", path, schema=pyarrow.schema([(name, pyarrow.string()) for name in names]), file_extension="")
    result = context.sql(sql.format(t="t")).to_arrow_table()
    write(zip(*[column.to_pylist() for column in result.columns]))


def jq(question, path, framing):
    import subprocess

    subprocess.run(["jq", "-n", "-r", f'"header", ({question.sql["jq"]})', path], check=True)


def write(result):
    import csv

    out = csv.writer(sys.stdout)
    out.writerow(["header"])
    out.writerows(result)


if __name__ == "__main__":
    tool, name, path, framing = sys.argv[1:]
    question = next(q for q in questions.ALL if q.name == name)
    globals()[tool](question, path, framing)
