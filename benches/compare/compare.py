#!/usr/bin/env python3
"""The same questions, side by side, on Kalypso and on other tools, over one generated file, in one run.

    cargo build --release --bins --examples
    pip install duckdb chdb polars datafusion pyarrow        # what is missing fails, and the table says so
    python3 benches/compare/compare.py --size 2GB [--framing ndjson] [--only Q1,Q2] [--runs 5]

Every tool runs as a process of its own, the tools in turn (A B C A B C ...), after one warm-up each. Printed are medians of the wall
time, the ratio to Kalypso, and the peak of memory. Answers are compared before times: where they differ, the line says so.
"""
import argparse, json, os, pathlib, resource, statistics, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
import questions


def target():
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def generate(size, framing, seed):
    folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / "kalypso-bench"
    folder.mkdir(exist_ok=True)
    path = folder / f"audit-{size}-{framing}-{seed}"
    if not path.exists():
        subprocess.run([target() / "examples/generate", "--size", size, "--framing", framing, "--seed", str(seed), "--out", path], check=True)
    return path


def run(argv, text=None):
    """Wall seconds, peak memory in MB, exit status and output of a finished process."""
    started = time.perf_counter()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate()
    wall = time.perf_counter() - started
    return wall, process.returncode, out, err


def timed(argv):
    """The same, with the peak of the process itself as the kernel accounts it."""
    code = (
        "import resource,subprocess,sys,time\n"
        "t=time.perf_counter(); p=subprocess.run(sys.argv[1:],stdin=subprocess.DEVNULL,stdout=subprocess.PIPE,stderr=subprocess.PIPE)\n"
        "w=time.perf_counter()-t; m=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
        "import json; print(json.dumps([w,m/1024,p.returncode,p.stdout.decode('utf-8','replace'),p.stderr.decode('utf-8','replace')[-400:]]))"
    )
    done = subprocess.run([sys.executable, "-c", code, *map(str, argv)], capture_output=True, text=True)
    return json.loads(done.stdout)


def kalypso(question, path):
    return [target() / "kalypso", "-q", "--format", "csv", "--keep-duplicates", question.kql, path]


def database(tool, question, path, framing):
    return [sys.executable, HERE / "database.py", tool, question.name, path, framing]


def rows(text):
    """The answer as a sorted list of rows of normalised cells, without the header."""
    import csv, io
    table = [r for r in csv.reader(io.StringIO(text)) if r]
    def cell(c):
        c = c.strip()
        c = c.removesuffix("Z").replace("T", " ") if c[:2] == "20" else c
        for end in (".0000000", ".000", " 00:00:00"):
            c = c.removesuffix(end)
        try:
            return f"{float(c):.6g}"
        except ValueError:
            return c
    return sorted([cell(c) for c in r] for r in table[1:])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--size", default="200MB")
    arguments.add_argument("--framing", default="ndjson")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--tools", default="duckdb,clickhouse,polars,datafusion,jq")
    a = arguments.parse_args()
    path = generate(a.size, a.framing, a.seed)
    print(f"{path}: {sum(f.stat().st_size for f in ([path] if path.is_file() else path.iterdir())) / 1e9:.2f} GB, {os.cpu_count()} cores")
    for question in questions.ALL:
        if a.only and question.name not in a.only.split(","):
            continue
        commands = {"kalypso": kalypso(question, path)}
        for tool in a.tools.split(","):
            if question.sql.get(tool):
                commands[tool] = database(tool, question, path, a.framing)
        if question.ripgrep and a.framing == "ndjson":
            commands["ripgrep"] = ["rg", "-c", "-F", question.ripgrep, path]
        first = {name: timed(argv) for name, argv in commands.items()}
        times = {name: [] for name in commands}
        for _ in range(a.runs):
            for name, argv in commands.items():
                if first[name][2] == 0:
                    times[name].append(timed(argv))
        own = statistics.median(t[0] for t in times["kalypso"]) if times["kalypso"] else float("nan")
        reference = rows(first["kalypso"][3])
        print(f"\n{question.name}  {question.text}")
        for name in commands:
            wall, peak, code, out, err = first[name]
            if code != 0:
                print(f"  {name:12} failed ({code}): {err.strip().splitlines()[-1][:110] if err.strip() else ''}")
                continue
            median = statistics.median(t[0] for t in times[name])
            memory = max(t[1] for t in times[name])
            same = "" if name in ("kalypso", "ripgrep") else ("" if rows(out) == reference else "  ANSWERS DIFFER")
            print(f"  {name:12} {median:7.3f} s   {median / own:6.2f} x   {memory:7.0f} MB   {len(rows(out)):>6} rows{same}")


if __name__ == "__main__":
    main()
