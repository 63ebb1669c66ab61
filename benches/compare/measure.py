"""Asks one tool one question, in a process of its own, and prints what came of it as JSON.

    measure.py TOOL FORM QUESTION FRAMING PATH OUT        (FORM: best, first)
    measure.py TOOL version
"""
import importlib
import json
import pathlib
import re
import resource
import sys
import time
import tomllib

import records
import tools

QUESTIONS = pathlib.Path(__file__).with_name("questions.toml")


def ask_of(languages, form, question, framing, path):
    """The question as the tool gets it."""
    suffixes = ["-first", ""] if form == "first" else [""]
    for suffix in suffixes:
        for language in languages:
            if language + suffix in question:
                query = question[language + suffix]
                return tools.Ask(query, records.only(question["fields"]), question.get("format", "csv"), path, framing, form == "first")
    raise tools.LeftOut()


def measure(name, form, question, framing, path, out):
    """Seconds and the peak of memory in MB, of this process or of the largest that it started."""
    tool = importlib.import_module(f"tools.{name}")
    ask = ask_of(tool.LANGUAGES, form, tomllib.loads(QUESTIONS.read_text())[question], framing, path)
    start = time.perf_counter()
    tool.answer(ask, out)
    seconds = time.perf_counter() - start
    # The kernel's account of this very process would begin with the memory of the one that started it.
    own = re.search(r"VmHWM:\s*(\d+)", pathlib.Path("/proc/self/status").read_text())[1]
    return {"seconds": seconds, "peak": max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024}


def main(name, *arguments):
    try:
        if arguments == ("version",):
            return {"version": importlib.import_module(f"tools.{name}").version()}
        return measure(name, *arguments)
    except tools.LeftOut as why:
        return {"left out": str(why)}
    except Exception as why:
        return {"failed": " ".join(f"{why}".split()) or type(why).__name__}


if __name__ == "__main__":
    print("\n" + json.dumps(main(*sys.argv[1:])))
