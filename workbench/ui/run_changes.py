"""What differs between two experiments, in words: "settings changed since this run"."""

from workbench.modeling import metrics
from workbench.modeling.split_words import divided, how_often
from workbench.results.candidates.run_settings import asked
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
    old, new = asked(old), asked(new)
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
    found += _search(old, new) or _candidates(old, new)
    found += _preferences(old, new)
    if old.metric != new.metric:
        found.append(f"main metric {metrics.metric(new.metric).label}")
    if old.locked != new.locked:
        found.append(f"{100 * new.locked:g} % of the rows locked away" if new.locked else "no rows locked away")
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


def _search(old, new):
    """What differs in how good models and settings are looked for."""
    if old.autopilot != new.autopilot:
        return [f"looks {_looks(new)}"]
    if old.tunings != new.tunings:
        return ["other searches for good settings"]
    return []


def _looks(spec):
    if spec.autopilot is None:
        return "at chosen or usual estimators only"
    minutes = spec.autopilot.seconds / 60
    return f"for {minutes:g} minute{'' if minutes == 1 else 's'}"


def _preferences(old, new):
    found = []
    if old.class_weight != new.class_weight:
        found.append("rare answers count " + ("more" if new.class_weight else "as they are"))
    if old.weight_column != new.weight_column:
        weighs = f"rows count by “{shorten(new.weight_column)}”" if new.weight_column else "all rows count the same"
        found.append(weighs)
    if old.monotone != new.monotone:
        found.append("other inputs may only rise or fall")
    return found


def _candidates(old, new):
    before, after = {entry.key for entry in old.candidates}, {entry.key for entry in new.candidates}
    return ["other estimators or settings"] if before != after else []
