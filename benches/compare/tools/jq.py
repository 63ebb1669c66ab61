"""jq, for files up to 500 MB: it parses some 20 MB a second."""
import os
import shlex

from tools import LeftOut, program_version, shell

LANGUAGES = ["jq"]
RECORDS = {"array": "inputs[]", "pretty": "inputs[]", "pages": "inputs.value[]"}


def version():
    return program_version("jq", "--version")


def answer(ask, out):
    if ask.is_csv:
        raise LeftOut("reads no CSV")
    if os.path.getsize(ask.path) > 500_000_000:
        raise LeftOut("left out above 500 MB")
    unpack = {"gz": "zcat", "gz-folder": "zcat", "zst": "zstdcat"}.get(ask.framing, "cat")
    program = f"def records: {RECORDS.get(ask.framing, 'inputs')}; {ask.query}"
    header = "echo header; " if ask.format == "csv" else ""
    shell(f"{header}{unpack} {ask.files} | jq -nr {shlex.quote(program)}", out)
