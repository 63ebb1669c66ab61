"""ripgrep, which counts lines: the floor for a search through the whole text."""
import shlex

from tools import LeftOut, program_version, shell

LANGUAGES = ["ripgrep"]


def version():
    return program_version("rg", "--version")


def answer(ask, out):
    if not ask.is_lines:
        raise LeftOut("counts lines, and records are no lines")
    pattern, path = shlex.quote(ask.query), shlex.quote(ask.path)
    unpack = "" if ask.framing == "ndjson" else "-z"
    if ask.first:
        shell(f"echo header; rg {unpack} {pattern} {path} | wc -l", out)
    else:
        count = f"rg {unpack} --count --no-filename --fixed-strings -- {pattern} {path}"
        shell(f"echo header; {count} | awk '{{ n += $1 }} END {{ print n }}'", out)
