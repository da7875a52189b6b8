"""What differs between two experiments, in words: "settings changed since this run"."""

from workbench.modeling import metrics
from workbench.modeling.split_words import divided, how_often
from workbench.results.wording import listed, shorten
from workbench.specs import ExperimentSpec


def changes(old: ExperimentSpec, new: ExperimentSpec) -> list[str]:
    """Return what is different in ``new``, most important first; empty where both are the same experiment.

    Parameters
    ----------
    old, new : ExperimentSpec

    Returns
    -------
    list of str
        Short phrases without a full stop, fit to be joined by semicolons.
    """
    if old.fingerprint == new.fingerprint:
        return []
    found = []
    if old.dataset != new.dataset:
        found.append("another table")
    if old.recipe != new.recipe:
        found.append("other rows (Prepare)")
    if old.target != new.target:
        return [*found, f"another target, “{shorten(new.target)}”"]
    if old.task != new.task:
        found.append("another kind of answer")
    elif old.positive != new.positive:
        found.append(f"“{shorten(new.positive)}” is the class to find")
    found += _columns(old, new)
    if old.split != new.split:
        short = new.split.but(column=shorten(new.split.column))
        found.append(f"{divided(short)}, checked {how_often(short)}")
    found += _candidates(old, new)
    if old.metric != new.metric:
        found.append(f"main metric {metrics.metric(new.metric).label}")
    if old.seed != new.seed:
        found.append("another seed")
    return found or ["details of how columns are read"]


def _columns(old, new):
    before, after = [column.name for column in old.columns], [column.name for column in new.columns]
    added = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    found = []
    if added:
        found.append("also uses " + listed([f"“{shorten(name, 24)}”" for name in added]))
    if gone:
        found.append("without " + listed([f"“{shorten(name, 24)}”" for name in gone]))
    if not added and not gone and old.columns != new.columns:
        found.append("columns are read differently")
    return found


def _candidates(old, new):
    before, after = {entry.key for entry in old.candidates}, {entry.key for entry in new.candidates}
    return ["other estimators or settings"] if before != after else []
