#!/usr/bin/env python3
"""What one hundred rules cost together, against each of them alone: processor time, wall time and peak memory over one generated file.

    cargo build --release --bins --examples
    python3 benches/sweep/sweep.py --size 2GB

`--rules DIR` takes the first hundred rules of a folder, for instance of a clone of a public repository of detections, that bind and have
data."""
import argparse
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


def generate(size, seed):
    folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / "kalypso-bench"
    path = folder / f"audit-{size}-ndjson-{seed}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([target() / "examples/generate", "--size", size, "--seed", str(seed), "--out", path], check=True)
    return path


def end(path):
    """The time of the last record: a rule's last day is the last of the input, however long that is."""
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 1 << 16), os.SEEK_END)
        last = file.read().splitlines()[-1]
    return json.loads(last)["CreationTime"] + "Z"


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
    return min(sweep(files, path, out) for _ in range(runs))


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
    arguments.add_argument("--runs", type=int, default=3, help="of each the fastest counts")
    arguments.add_argument("--every", type=int, default=1, help="alone is measured each N-th rule")
    a = arguments.parse_args()
    path = generate(a.size, a.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if a.rules:
            files = choose(a.rules, folder / "out")
        else:
            rules.write(folder / "rules")
            files = sorted(map(str, (folder / "rules").iterdir()))
        together = best(a.runs, files, path, folder / "out")
        statuses = json.loads((folder / "out/run.json").read_text())["counts"]
        alone = [(best(a.runs, [file], path, folder / "out"), pathlib.Path(file).name) for file in files[:: a.every]]
    alone.sort()
    (median, _, _), name = alone[len(alone) // 2]
    mean = statistics.mean(cpu for (cpu, _, _), _ in alone)
    print(f"{len(files)} rules over {path.stat().st_size / 1e9:.2f} GB: {statuses}")
    print(f"together          {together[0]:.2f} s of processor time, {together[1]:.2f} s, {together[2] / 1e6:.0f} MB at most")
    print(f"alone, the median {median:.2f} s of processor time ({name}): together is {together[0] / median:.1f} times that")
    print(f"alone, the mean   {mean:.2f} s of processor time: together is {together[0] / mean:.1f} times that")
    print(f"alone, all        {mean * len(files):.0f} s of processor time: together is 1/{mean * len(files) / together[0]:.0f} of that")
    (most, _, _), worst = alone[-1]
    print(f"alone, the most   {most:.2f} s of processor time ({worst})")


if __name__ == "__main__":
    main()
