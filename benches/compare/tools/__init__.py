"""The tools, one file each. A tool's file has

* `LANGUAGES`: the keys of questions.toml that hold its queries, the first that is there counts,
* `version()`: its version as text,
* `answer(ask, out)`: answers a question, as a user would first try it where `ask.first`, else in the best form that the tool's
  documentation shows, and writes the answer to the file `out`, as CSV with a header or as NDJSON (`ask.format`).

Libraries are imported at the top, so that their start is not timed. What a tool has no way to do raises `LeftOut`; what it tries and
fails at raises anything else.
"""
import pathlib
import subprocess
from dataclasses import dataclass

OTHERS = sorted(file.stem for file in pathlib.Path(__file__).parent.glob("[a-z]*.py") if file.stem != "kalypso")
ALL = ["kalypso", *OTHERS]


class LeftOut(Exception):
    """The tool has no form for this: the text says why."""


@dataclass
class Ask:
    """A question to a tool: the query's text, the fields of a record that it needs, the answer's format and the file that is asked."""

    query: str
    fields: dict
    format: str
    path: str
    framing: str
    first: bool

    @property
    def is_csv(self):
        """Whether records come as `AuditData` in the cells of a CSV."""
        return self.framing.endswith("csv")

    @property
    def is_lines(self):
        """Whether a record is a line."""
        return self.framing in ("ndjson", "gz", "zst", "gz-folder")

    @property
    def files(self):
        """The path, or the glob of the files in the folder."""
        return f"{self.path}/*.json.gz" if self.framing == "gz-folder" else self.path


def shell(command, out):
    """Runs a pipeline of programs with its output to `out`; any that fails fails the whole."""
    with open(out, "wb") as file:
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip() or f"exit status {done.returncode}")


def program_version(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[0]
