"""DataFusion. Its documentation registers a file as a table, with a schema where speed counts."""
import csv

import datafusion
import pyarrow

from tools import LeftOut

LANGUAGES = ["datafusion", "sql"]
COMPRESSION = {"gz": ("gzip", ".gz"), "gz-folder": ("gzip", ".gz"), "zst": ("zstd", ".zst")}


def version():
    return f"DataFusion {datafusion.__version__}"


def answer(ask, out):
    # Names mean what they say, in either case.
    config = datafusion.SessionConfig().set("datafusion.sql_parser.enable_ident_normalization", "false")
    if ask.framing in ("array", "pretty") and not ask.first:
        config = config.set("datafusion.optimizer.repartition_file_scans", "false")
    context = datafusion.SessionContext(config)
    for name, register in {"records": records, "texts": texts}.items():
        if name in ask.query:
            register(context, ask)
    result = context.sql(ask.query)
    one_file = datafusion.DataFrameWriteOptions(single_file_output=True)
    if ask.format == "ndjson":
        result.write_json(out, write_options=one_file)
    else:
        result.write_csv(out, with_header=True, write_options=one_file)


def type_of(kind):
    """Arrow's type for one of records.py."""
    if isinstance(kind, list):
        return pyarrow.list_(type_of(kind[0]))
    if isinstance(kind, dict):
        return pyarrow.struct([(name, type_of(inner)) for name, inner in kind.items()])
    return {str: pyarrow.string(), int: pyarrow.int64(), bool: pyarrow.bool_()}[kind]


def sql_type(kind):
    """The same in SQL."""
    if isinstance(kind, list):
        return sql_type(kind[0]) + "[]"
    if isinstance(kind, dict):
        return "struct<" + ", ".join(f"{name} {sql_type(inner)}" for name, inner in kind.items()) + ">"
    return {str: "varchar", int: "bigint", bool: "boolean"}[kind]


def records(context, ask):
    """Registers the table of records."""
    if ask.is_csv:
        raise LeftOut("has no function that reads JSON in a text")
    if ask.framing in ("array", "pretty"):
        columns = "" if ask.first else "(" + ", ".join(f"{name} {sql_type(kind)}" for name, kind in ask.fields.items()) + ")"
        options = "options('format.newline_delimited' 'false')"
        context.sql(f"create external table records {columns} stored as json location '{ask.path}' {options}")
        return
    if ask.framing == "pages":
        raise LeftOut("reads no objects within objects as a table")
    compression, extension = COMPRESSION.get(ask.framing, (None, "." + ask.path.rsplit(".")[-1]))
    schema = None if ask.first else pyarrow.schema([(name, type_of(kind)) for name, kind in ask.fields.items()])
    context.register_json("records", ask.path, schema=schema, file_extension=extension, file_compression_type=compression)


def texts(context, ask):
    """Registers the records as text: a line is a CSV of one column whose separator is nowhere."""
    if ask.framing == "utf16-csv":
        raise LeftOut("reads no UTF-16")
    if ask.is_csv:
        # What infers the columns takes a backslash in a cell for an escape, and fails.
        with open(ask.path, encoding="utf-8", newline="") as file:
            columns = pyarrow.schema([(name, pyarrow.string()) for name in next(csv.reader(file))])
        context.register_csv("wrapped", ask.path, options=datafusion.CsvReadOptions(schema=None if ask.first else columns))
        context.sql("create view texts as select AuditData as text from wrapped")
        return
    if ask.framing in ("array", "pretty", "concatenated", "pages"):
        raise LeftOut("has no record's text where records are no lines")
    compression, extension = COMPRESSION.get(ask.framing, (None, "." + ask.path.rsplit(".")[-1]))
    schema = pyarrow.schema([("text", pyarrow.string())])
    dialect = {"has_header": False, "delimiter": "\x01", "quote": "\x02"}
    options = datafusion.CsvReadOptions(schema=schema, file_extension=extension, file_compression_type=compression or "", **dialect)
    context.register_csv("texts", ask.path, options=options)
