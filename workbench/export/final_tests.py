"""The final tests of a model in the README of its bundle."""

from collections.abc import Callable, Mapping
from typing import Any


def final_tests_section(manifest: Mapping[str, Any], escaped: Callable[[object], str]) -> str:
    """Return, as Markdown, how the model did on rows that were kept for the end; "" where there were none.

    Parameters
    ----------
    manifest : dict
        What ``model.json`` holds.
    escaped : callable
        Makes text of people one line of Markdown that shows as it is.
    """
    tests = manifest.get("final_tests") or []
    locked = manifest["spec"].get("locked") or 0.0
    lines = []
    for test in tests:
        lines.append(f"**{escaped(test['sentence'])}** (tested on {test['at'][:10]})")
        lines += [f"- {escaped(caveat)}" for caveat in test["caveats"]]
    if locked and not any(test["rows"] == "locked" for test in tests):
        lines.append(f"{100 * locked:g} % of the rows were locked away for a final test that has not been made yet.")
    if not lines:
        return ""
    # A list needs a blank line before it, and one behind.
    return "\n\n### Final test\n\n" + "\n\n".join(lines)
