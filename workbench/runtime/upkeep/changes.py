"""What changed from one model to the next, in words: CHANGES.md."""

from typing import Any

from workbench.runtime.learning.metrics import GREATER_IS_BETTER
from workbench.runtime.upkeep.figures import measured

MOST_WORDS = 8
LONGEST_WORD = 40


def changes(before: dict[str, Any], after: dict[str, Any], sentences: list[str], notes: list[str], file: str) -> str:
    """Return the section of CHANGES.md about one retraining, as Markdown.

    Parameters
    ----------
    before, after : dict
        The content of ``model.json`` of both models.
    sentences : list of str
        Why the new one may take the place of the current one.
    notes : list of str
        What was noticed about the file.
    file : str
        Its name.
    """
    parts = [
        f"## {after['created_at'][:16].replace('T', ' ')} UTC: trained anew on {code(file)}",
        f"Rows learnt from: {before['n_rows']:,} before, {after['n_rows']:,} now.",
        "\n".join(f"- {_plain(sentence)}" for sentence in sentences),
        _scores(before.get("scores"), after.get("scores")),
        "Columns whose range or words changed:\n\n" + ("\n".join(_columns(before, after)) or "- none"),
        *_kept(before, after),
        "\n".join(f"- {_plain(note)}" for note in notes),
        f"SHA-256 of model.joblib: `{before['model']}` before, `{after['model']}` now.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def code(value: object) -> str:
    r"""Return ``value`` as a code span of Markdown, in which nothing is markup.

    >>> code("a `b`\n*c*")
    "`a 'b' *c*`"
    """
    text = " ".join(str(value).split()).replace("`", "'")
    return f"`{text}`" if text else "` `"


def _plain(sentence: str) -> str:
    """Escape what begins markup; names of columns stand in the middle of sentences."""
    return "".join("\\" + letter if letter in "\\`*_[]<>|~#" else letter for letter in " ".join(sentence.split()))


def _scores(before: dict | None, after: dict | None) -> str:
    if not before or not after:
        return ""
    lines = ["| measure | better is | before | now |", "|---|---|---|---|"]
    for name, measure in after["metrics"].items():
        old = before["metrics"].get(name)
        better = "higher" if measure.get("greater_is_better", name in GREATER_IS_BETTER) else "lower"
        label = f"**{measure['label']}** (main)" if name == after["metric"] else measure["label"]
        lines.append(f"| {label} | {better} | {measured(old)} | {measured(measure)} |")
    return "\n".join(lines)


def _columns(before: dict, after: dict) -> list[str]:
    lines = []
    for old, new in zip(before["fields"], after["fields"], strict=True):
        said = []
        ends = [(field["minimum"], field["maximum"]) for field in (old, new)]
        if ends[0] != ends[1]:
            said.append(f"{_range(ends[0])} before, {_range(ends[1])} now")
        words = [set(field["values"] or ()) for field in (old, new)]
        if added := words[1] - words[0]:
            said.append(f"new: {_words(added)}")
        if gone := words[0] - words[1]:
            said.append(f"no longer there: {_words(gone)}")
        if old["blanks_seen"] != new["blanks_seen"]:
            said.append("has blanks now" if new["blanks_seen"] else "has no blanks any more")
        if said:
            lines.append(f"- {code(new['name'])}: {'; '.join(said)}")
    return lines


def _range(ends: tuple) -> str:
    low, high = (end if isinstance(end, str) or end is None else f"{end:.12g}" for end in ends)
    return f"{low} to {high}"


def _words(words: set[str]) -> str:
    shown = sorted(words)[:MOST_WORDS]
    more = f" and {len(words) - MOST_WORDS} more" if len(words) > MOST_WORDS else ""
    return ", ".join(code(word[:LONGEST_WORD]) for word in shown) + more


def _kept(before: dict, after: dict) -> list[str]:
    """Say what a person decided about the model before, since it may not fit any more."""
    said = []
    if decision := after.get("decision"):
        said.append(
            f"The threshold is still {decision['threshold']:g}: it was chosen for the probabilities of the model "
            "before. Look at it again where costs hang on it."
        )
    if after.get("shift"):
        said.append("What is added to predicted amounts is still the same: it was chosen for the model before.")
    old, new = before.get("interval"), after.get("interval")
    if old and new:
        moved = (old["below"], old["above"]) != (new["below"], new["above"])
        how = f"{new['above'] / old['above']:.3g} times as wide as before" if moved and old["above"] else "unchanged"
        said.append(
            f"The interval around amounts is {how}; {new['coverage']:.1%} of the held-out values lie inside "
            f"({new['level']:.0%} should)."
        )
    return said
