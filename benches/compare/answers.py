"""Reads answers and tells whether two are the same, whatever a tool calls its columns and however it writes a time or a number."""
import csv
import json

import records

# The wrapper of a CSV has a RecordType of its own, a name, where the record's is a number.
COMPARED = records.FIELDS.keys() - {"RecordType"}


def read(path, form):
    """The answer's rows, normalised: lists of cells for CSV, dictionaries of the record's fields for NDJSON."""
    with open(path, encoding="utf-8", newline="") as file:
        if form == "ndjson":
            return [row(json.loads(line)) for line in file]
        csv.field_size_limit(1 << 30)
        _header, *rows = csv.reader(file)
        return sorted([cell(text) for text in cells] for cells in rows if cells)


def differ(question, one, other):
    """How one answer differs from another, or nothing."""
    if question.get("format") == "ndjson":
        key = question["key"].split()
        order = lambda rows: {tuple(row.get(name) for name in key): row for row in rows}
        one, other = order(one), order(other)
        if one.keys() != other.keys():
            return f"{len(one.keys() ^ other.keys())} rows differ"
        # Rows of another id are other records with the same right to be the answer.
        wrong = [a for a, b in ((one[k], other[k]) for k in one) if a.get("Id") == b.get("Id") and a != b]
        return f"{len(wrong)} rows differ" if wrong else ""
    if len(one) != len(other):
        return f"{len(one)} rows for {len(other)}"
    wrong = sum(a != b for a, b in zip(one, other))
    return f"{wrong} rows differ" if wrong else ""


def row(value):
    """A record of its own fields; one that is a row's only column stands for the row."""
    if len(value) == 1:
        (value,) = value.values()
    record = nested({name: inner for name, inner in value.items() if name in COMPARED})
    # Kalypso finds the properties of the arrays by name, so that where a record has no field of the name its column is full.
    agents = [pair.get("Value") for pair in record.get("ExtendedProperties", []) if pair.get("Name") == "UserAgent"]
    return {"UserAgent": agents[0]} | record if agents else record


def nested(value):
    """The value without what is empty, as some tools write a field that is not there."""
    if isinstance(value, dict):
        inner = {name: nested(inner) for name, inner in value.items()}
        return {name: inner for name, inner in inner.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [nested(inner) for inner in value]
    return None if value is None else cell(str(value))


def cell(text):
    """A time as `2024-06-01 16:41:13`, a number with six digits, anything else as it is."""
    text = text.strip()
    if text[:2] == "20" and text[4:5] == "-":
        text = text.removesuffix("Z").replace("T", " ").split(".")[0].removesuffix("+00:00")
        return text if " " in text else f"{text} 00:00:00"
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return text
