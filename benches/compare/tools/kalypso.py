"""Kalypso itself. What a user would first try has the records of overlapping exports counted once, as no other tool does."""
import os
import pathlib
import shlex

from tools import program_version, shell

LANGUAGES = ["kql"]
ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "kalypso"


def version():
    return program_version(PROGRAM, "--version")


def answer(ask, out):
    options = ["-q", "--format", ask.format] + ([] if ask.first else ["--keep-duplicates"])
    shell(shlex.join(["exec", str(PROGRAM), *options, ask.query, ask.path]), out)
