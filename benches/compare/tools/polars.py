"""Polars. Its documentation has large files scanned lazily, with a schema, by the streaming engine."""
import polars as pl
from polars import col

LANGUAGES = ["polars"]


def version():
    return f"Polars {pl.__version__}"


def answer(ask, out):
    # A query is an expression over the lazy frames; those that it does not ask for are not made.
    frames = {name: make(ask) for name, make in {"records": records, "texts": texts}.items() if name in ask.query}
    plan = eval(f"({ask.query})", {"pl": pl, "col": col} | frames)
    result = plan.collect(engine="auto" if ask.first else "streaming")
    if ask.format == "ndjson":
        result.write_ndjson(out)
    else:
        result.write_csv(out)


def type_of(kind):
    """Polars' type for one of records.py."""
    if isinstance(kind, list):
        return pl.List(type_of(kind[0]))
    if isinstance(kind, dict):
        return pl.Struct({name: type_of(inner) for name, inner in kind.items()})
    return {str: pl.String, int: pl.Int64, bool: pl.Boolean}[kind]


def csv(ask):
    """The CSV as a lazy frame of its own columns; UTF-16 is read by the eager reader alone."""
    if ask.framing.startswith("utf16"):
        return pl.read_csv(ask.path, encoding="utf-16").lazy()
    return pl.scan_csv(ask.path)


def records(ask):
    """The lazy frame of the records."""
    schema = {name: type_of(kind) for name, kind in ask.fields.items()}
    if ask.is_csv and ask.first:
        data = col("AuditData").str
        paths = {name: data.json_path_match(f"$.{name}").alias(name) for name in schema}
        return csv(ask).select(path if schema[name] == pl.String else path.str.json_decode(schema[name]) for name, path in paths.items())
    if ask.is_csv:
        return csv(ask).select(col("AuditData").str.json_decode(pl.Struct(schema))).unnest("AuditData")
    if ask.framing in ("array", "pretty", "concatenated", "pages"):
        return pl.read_json(ask.path, schema=None if ask.first else schema).lazy()
    if ask.first:
        return pl.scan_ndjson(ask.files)
    if all(kind is str for kind in ask.fields.values()):
        return pl.scan_ndjson(ask.files, schema=schema)
    # The scan is slow at arrays and objects.
    return texts(ask).select(col("text").str.json_decode(pl.Struct(schema))).unnest("text")


def texts(ask):
    """The lazy frame of the records as text, in its column `text`."""
    if ask.is_csv:
        return csv(ask).select(text="AuditData")
    if ask.framing in ("array", "pretty", "concatenated", "pages"):
        whole = pl.read_json(ask.path).lazy()
        return whole.select(text=pl.struct(pl.all()).struct.json_encode())
    return pl.scan_lines(ask.files, name="text")
