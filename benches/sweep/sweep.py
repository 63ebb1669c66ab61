#!/usr/bin/env python3
"""What one hundred rules cost together, against each of them alone: processor time, wall time and peak memory over one generated file.

    cargo build --release --bins --examples
    python3 benches/sweep/sweep.py --size 2GB
    python3 benches/sweep/sweep.py --size 2GB --packed     # the same records in a folder of gz files, as archives are

`--rules DIR` takes the first hundred rules of a folder, for instance of a clone of a public repository of detections, that bind and have
data."""
import argparse
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import rules  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def target():
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def generate(size, seed, framing="ndjson"):
    folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / "kalypso-bench"
    path = folder / f"audit-{size}-{framing}-{seed}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        argv = [target() / "examples/generate", "--size", size, "--seed", str(seed), "--framing", framing, "--out", path]
        subprocess.run(argv, check=True)
    return path


def opened(path):
    """The last megabytes of a file or of a folder of gz files, as they were before they were packed."""
    if path.is_dir():
        return gzip.decompress(sorted(path.iterdir())[-1].read_bytes())
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 1 << 16), os.SEEK_END)
        return file.read()


def end(path):
    """The time of the last record: a rule's last day is the last of the input, however long that is."""
    return json.loads(opened(path).splitlines()[-1])["CreationTime"] + "Z"


def sweep(files, path, out):
    """Sweeps once: seconds of processor time, seconds, and bytes of memory at most."""
    shutil.rmtree(out, ignore_errors=True)
    argv = [target() / "kalypso", "sweep", *files, "--input", path, "--out", out, "--now", end(path), "-q"]
    started = time.perf_counter()
    child = subprocess.Popen(argv)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"the sweep failed: {argv}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024


def best(runs, files, path, out):
    """Of each measure the least."""
    return tuple(map(min, zip(*(sweep(files, path, out) for _ in range(runs)))))


def choose(folder, out):
    """The first hundred rules of a folder that run over a small sample."""
    sample = generate("10MB", 1)
    sweep([folder], sample, out)
    ran = json.loads((out / "run.json").read_text())["rules"]
    files = [rule["file"] for rule in ran if rule["status"] in ("matched", "unmatched")]
    return sorted(files)[:100]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--size", default="2GB")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--rules", type=pathlib.Path)
    arguments.add_argument("--packed", action="store_true", help="the records in a folder of gz files")
    arguments.add_argument("--runs", type=int, default=3, help="of each the fastest counts")
    arguments.add_argument("--every", type=int, default=1, help="alone is measured each N-th rule")
    a = arguments.parse_args()
    path = generate(a.size, a.seed, "gz-folder" if a.packed else "ndjson")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if a.rules:
            files = choose(a.rules, folder / "out")
        else:
            rules.write(folder / "rules")
            files = sorted(map(str, (folder / "rules").iterdir()))
        together = best(a.runs, files, path, folder / "out")
        statuses = json.loads((folder / "out/run.json").read_text())["counts"]
        alone = [best(a.runs, [file], path, folder / "out") for file in files[:: a.every]]
    print(f"{len(files)} rules over {a.size}{', packed' if a.packed else ''}: {statuses}; {together[2] / 1e6:.0f} MB at most")
    for measure, name in enumerate(["processor time", "on the clock"]):
        all_rules, one = together[measure], sorted(rule[measure] for rule in alone)
        print(f"{name}: together {all_rules:.2f} s")
        for kind, alone_takes in [("median", statistics.median(one)), ("mean", statistics.mean(one)), ("most expensive", one[-1])]:
            print(f"  the {kind} rule alone {alone_takes:.2f} s: together is {all_rules / alone_takes:.1f} times that")


if __name__ == "__main__":
    main()
