"""Writes the results of a framing as a table in Markdown, and below it why a cell has no time."""

FORMS = {"best": "each tool in the best form that its documentation shows", "first": "each tool in the form that a user would first try"}


def table(framing, size, form, questions, tools, results):
    """One row a question, one column a tool."""
    notes = {}
    lines = [f"\n### {framing}, {size / 1e9:.2f} GB, {FORMS[form]}\n"]
    lines += [f"| question | {' | '.join(tools)} |", "| --- |" + " --- |" * len(tools)]
    for name, of in results.items():
        own = of.get("kalypso", {}).get("median")
        cells = (cell(tool, of[tool], own, notes) for tool in tools)
        lines.append(f"| {name} {questions[name]['text']} | {' | '.join(cells)} |")
    lines += [""] + [f"{number}. {', '.join(places)}: {why}" for number, (why, places) in enumerate(notes.items(), 1)]
    return "\n".join(lines)


def cell(tool, result, own, notes):
    if "median" in result:
        ratio = f" ({result['median'] / own:.1f} x)" if own and tool != "kalypso" else ""
        return f"{result['median']:.2f} s{ratio}, {result['peak']:.0f} MB"
    ((word, why),) = result.items()
    if not why:
        return ""
    why = why if len(why) < 200 else why[:200] + " …"
    notes.setdefault(why, [])
    if tool not in notes[why]:
        notes[why].append(tool)
    return f"{word} [{list(notes).index(why) + 1}]"
