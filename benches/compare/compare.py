#!/usr/bin/env python3
"""The same questions, side by side, on Kalypso and on other tools, over generated files, in one run.

    cargo build --release --bins --examples
    pip install duckdb chdb polars datafusion pyarrow duckdb-kql        # what is missing fails, and the table says so
    python3 benches/compare/compare.py --size 2GB --framing ndjson,array,csv [--only Q1,Q2] [--runs 5] > speed.md

questions.toml holds the questions, tools/ the tools. Every run is a process of its own, the tools in turn (A B C A B C ...), after one
warm-up each. Answers are compared before times: one that differs from Kalypso's is told, and not timed. What is printed are tables in
Markdown: the median of the wall time without the start of a tool's library, how many times as long as Kalypso, and the peak of memory.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib

import answers
import report
import tools

HERE = pathlib.Path(__file__).resolve().parent
RELEASE = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent.parent / "target")) / "release"
EXTENSIONS = {
    "ndjson": ".ndjson", "array": ".json", "pages": ".json", "csv": ".csv", "gz-folder": "",
    "pretty": ".json", "concatenated": ".json", "portal-csv": ".csv", "utf16-csv": ".csv", "gz": ".ndjson.gz", "zst": ".ndjson.zst",
}


def generate(size, framing, seed):
    """The path of the generated file, which is kept for the next time."""
    folder = pathlib.Path(tempfile.gettempdir()) / "kalypso-bench"
    folder.mkdir(exist_ok=True)
    path = folder / f"{framing}-{size}-{seed}{EXTENSIONS[framing]}"
    if not path.exists():
        command = [RELEASE / "examples/generate", "--size", size, "--framing", framing, "--seed", str(seed), "--out"]
        subprocess.run([*command, path.with_name("unfinished")], check=True)
        path.with_name("unfinished").rename(path)
    reread(path)
    return path


def reread(path):
    """Lets the page cache hold what was read from the disk, not what was written: that is how the files of others come into it, and the
    kernel keeps it in larger parts, which are mapped and searched in a third of the time."""
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        with file.open("rb", buffering=0) as opened:
            os.fsync(opened.fileno())
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while opened.read(1 << 20):
                pass


def resident(pid):
    """The memory of a process and its children in bytes."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") + sum(map(resident, children))
    except OSError:
        return 0


def measure(options, *arguments):
    """What measure.py says, or that it had to be stopped."""
    process = subprocess.Popen(
        [sys.executable, HERE / "measure.py", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    started = time.monotonic()
    while True:
        try:
            out, err = process.communicate(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            late = time.monotonic() - started > options.timeout
            if late or resident(process.pid) > options.memory << 30:
                os.killpg(process.pid, 9)
                process.communicate()
                return {"failed": f"stopped after {options.timeout} s" if late else f"stopped at {options.memory} GB of memory"}
    try:
        return json.loads(out.splitlines()[-1])
    except (IndexError, ValueError):
        return {"failed": err.strip().splitlines()[-1] if err.strip() else f"ended with status {process.returncode}"}


def ask(options, name, question, framing, path, form):
    """The results of each tool for one question in one form; times are under `times`."""
    results, reference = {}, None
    with tempfile.TemporaryDirectory() as folder:
        arguments = lambda tool: (tool, form, name, framing, path, f"{folder}/{tool}")
        for tool in options.tools:
            results[tool] = result = measure(options, *arguments(tool))
            if "seconds" not in result:
                continue
            answer = answers.read(f"{folder}/{tool}", question.get("format", "csv"))
            reference = answer if reference is None else reference
            result["rows"] = len(answer)
            if difference := answers.differ(question, answer, reference):
                results[tool] = {"failed": f"another answer: {difference}"}
        for tool in (timed := [tool for tool in options.tools if "seconds" in results[tool]]):
            results[tool]["times"] = []
        for turn in range(options.runs):
            # What takes long is measured once: the median of few runs is no better.
            for tool in (tool for tool in timed if turn == 0 or results[tool]["seconds"] < options.long):
                again = measure(options, *arguments(tool))
                if "seconds" in again:
                    results[tool]["times"].append(again["seconds"])
                    results[tool]["peak"] = max(results[tool]["peak"], again["peak"])
    for tool in timed:
        results[tool]["median"] = statistics.median(results[tool]["times"] or [results[tool]["seconds"]])
    print(f"{framing} {name} {form}", json.dumps(results), file=sys.stderr, flush=True)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words = lambda text: text.split(",")
    parser.add_argument("--size", default="200MB")
    parser.add_argument("--framing", type=words, default=["ndjson"], help=f"of {', '.join(EXTENSIONS)}; or all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--long", type=float, default=20, help="seconds from which on a form is measured once")
    parser.add_argument("--only", type=words, help="questions, such as Q1,Q2")
    parser.add_argument("--tools", type=words, default=tools.ALL)
    parser.add_argument("--form", type=words, default=["best", "first"])
    parser.add_argument("--timeout", type=int, default=300, help="seconds after which a run counts as failed")
    parser.add_argument("--memory", type=int, default=12, help="GB at which a run counts as failed")
    options = parser.parse_args()
    questions = tomllib.loads((HERE / "questions.toml").read_text())
    versions = {tool: measure(options, tool, "version").get("version", "not installed") for tool in options.tools}
    print("Versions: " + ", ".join(versions.values()) + f". {os.cpu_count()} cores.")
    for framing in EXTENSIONS if options.framing == ["all"] else options.framing:
        path = generate(options.size, framing, options.seed)
        files = path.iterdir() if path.is_dir() else [path]
        size = sum(file.stat().st_size for file in files)
        for form in options.form:
            asked = {name: q for name, q in questions.items() if not options.only or name in options.only}
            results = {name: ask(options, name, question, framing, path, form) for name, question in asked.items()}
            print(report.table(framing, size, form, questions, options.tools, results), flush=True)


if __name__ == "__main__":
    main()
