"""DuckDB. Its documentation gives columns and format by hand where speed counts, and lets them be inferred otherwise."""
import duckdb

LANGUAGES = ["duckdb", "sql"]
FORMATS = {"array": "array", "pretty": "array", "concatenated": "unstructured", "pages": "unstructured"}


def version():
    return f"DuckDB {duckdb.__version__}"


def answer(ask, out):
    connection = duckdb.connect()
    for name, select in {"records": records, "texts": texts}.items():
        if name in ask.query:
            connection.execute(f"create view {name} as {select(ask)}")
    write(connection, ask, ask.query, out)


def write(connection, ask, query, out):
    """Writes the answer to a query in SQL."""
    form = "format json" if ask.format == "ndjson" else "header"
    connection.execute(f"copy ({query}) to '{out}' ({form})")


def type_of(kind):
    """DuckDB's name of a type of records.py."""
    if isinstance(kind, list):
        return type_of(kind[0]) + "[]"
    if isinstance(kind, dict):
        return "struct(" + ", ".join(f'"{name}" {type_of(inner)}' for name, inner in kind.items()) + ")"
    return {str: "varchar", int: "bigint", bool: "boolean", "json": "json"}[kind]


def structure(kind):
    """The same as from_json wants it, as JSON."""
    if isinstance(kind, list):
        return f"[{structure(kind[0])}]"
    if isinstance(kind, dict):
        return "{" + ", ".join(f'"{name}": {structure(inner)}' for name, inner in kind.items()) + "}"
    return f'"{type_of(kind)}"'


def csv(ask):
    """The CSV as a table of its own columns."""
    options = ", encoding = 'utf-16'" if ask.framing.startswith("utf16") else ""
    return f"read_csv('{ask.path}', header = true, all_varchar = true{options})"


def records(ask):
    """The select that yields the records."""
    # What is in an array or object that the query does not look into stays JSON.
    fields = {name: kind if isinstance(kind, type) or name in ask.query or ask.first else "json" for name, kind in ask.fields.items()}
    if ask.is_csv and (ask.first or len(fields) < 10):
        paths = {name: f"AuditData->>'$.{name}'" for name in fields}
        values = ", ".join(
            f"{paths[name]} {name}" if kind is str else f"from_json({paths[name]}, '{structure(kind)}') {name}"
            for name, kind in fields.items()
        )
        return f"select {values} from {csv(ask)}"
    if ask.is_csv:
        return f"select unnest(from_json(AuditData, '{structure(fields)}')) from {csv(ask)}"
    if ask.first and ask.framing == "pages":
        return f"select unnest(r) from (select unnest(value) r from '{ask.files}')"
    if ask.first:
        return f"select * from '{ask.files}'"
    pages = ask.framing == "pages"
    fields = {"value": [fields]} if pages else fields
    columns = ", ".join(f"{name}: '{type_of(kind)}'" for name, kind in fields.items())
    form = FORMATS.get(ask.framing, "newline_delimited")
    # Without `records` one column is taken for a try at the whole value first, which costs half a second.
    table = f"read_json('{ask.files}', format = '{form}', columns = {{{columns}}}, records = 'true')"
    return f"select unnest(r) from (select unnest(value) r from {table})" if pages else f"select * from {table}"


def texts(ask):
    """The select that yields the records as text. A line is had fastest from the CSV reader, with a separator that is nowhere."""
    if ask.is_csv:
        return f"select AuditData as text from {csv(ask)}"
    form = FORMATS.get(ask.framing)
    if form is None and not ask.first:
        dialect = "delim = '\x01', quote = '', escape = '', header = false, auto_detect = false"
        return f"select text from read_csv('{ask.files}', columns = {{text: 'varchar'}}, {dialect})"
    objects = f"read_json_objects('{ask.files}', format = '{form or 'newline_delimited'}')"
    value = "unnest(json->'$.value[*]')" if ask.framing == "pages" else "json"
    return f"select {value}::varchar as text from {objects}"
