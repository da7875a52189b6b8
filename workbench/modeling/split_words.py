"""How candidates are checked, in words: the same on every page, on the command line and in a bundle."""

from workbench.specs import SplitSpec


def percent(share: float) -> str:
    """Write a share of rows.

    >>> percent(0.2), percent(0.036), percent(0.1234)
    ('20 %', '3.6 %', '12 %')
    """
    return f"{100 * share:.2g} %"


def how_often(split: SplitSpec) -> str:
    """Say how often a candidate is checked, to follow "checked".

    >>> how_often(SplitSpec(folds=1)), how_often(SplitSpec()), how_often(SplitSpec(repeats=3))
    ('once, on 20 % of the rows', '5 times', '15 times (5 folds, drawn 3 times)')
    >>> how_often(SplitSpec(kind="group", column="shop", each=True, folds=12))
    '12 times, once for each “shop”'
    """
    if split.folds == 1:
        if split.repeats > 1:
            return f"{split.repeats} times, each on another {percent(split.share)} of the rows"
        return f"once, on {_part(split)}"
    if split.each:
        return f"{split.folds} times, once for each “{split.column}”"
    if split.kind == "own":
        return f"{split.folds} times, once for each of your own folds"
    if split.repeats > 1:
        return f"{split.rounds} times ({split.folds} folds, drawn {split.repeats} times)"
    return f"{split.folds} times"


def scored_over(split: SplitSpec) -> str:
    """Say what a score stands for, to follow it: "0.84 ± 0.02 over 5 folds".

    >>> scored_over(SplitSpec()), scored_over(SplitSpec(kind="time", column="day", folds=1))
    ('over 5 folds', 'on the last 20 % of the rows')
    >>> scored_over(SplitSpec(folds=1, repeats=3))
    'over 3 drawings of 20 % of the rows'
    """
    if split.folds == 1:
        if split.repeats > 1:
            return f"over {split.repeats} drawings of {percent(split.share)} of the rows"
        return f"on {_part(split)}"
    if split.each:
        return f"over {split.folds} groups, each tested alone"
    return f"over {split.folds} folds" + (f", drawn {split.repeats} times" if split.repeats > 1 else "")


def counted_once(split: SplitSpec) -> str:
    """Say which rows are counted where they were divided several times; "" where they were divided once.

    >>> counted_once(SplitSpec()), counted_once(SplitSpec(repeats=3)).partition(":")[0]
    ('', 'Rows were divided 3 times')
    """
    if split.repeats == 1:
        return ""
    return (
        f"Rows were divided {split.repeats} times: scores are means over all of them; counts, costs, curves and groups "
        "are of the first time, so that each row counts once."
    )


def divided(split: SplitSpec) -> str:
    """Say by what rows are divided, in a short phrase.

    >>> divided(SplitSpec(kind="time", column="day", gap=7.0))
    'predicting the future by “day”, with a gap of 7'
    """
    words = {
        "random": "rows are independent",
        "group": f"rows grouped by “{split.column}”",
        "time": f"predicting the future by “{split.column}”",
        "own": f"your own folds in “{split.column}”",
    }[split.kind]
    return words + (f", with a gap of {split.gap:g}" if split.gap else "")


def kept_apart(split: SplitSpec) -> str:
    """Say what of the rows is never on both sides of a check, to follow a comma or "and"; "" where they are drawn.

    >>> kept_apart(SplitSpec(kind="group", column="shop")), kept_apart(SplitSpec(kind="time", column="day", gap=7.0))
    ('rows of the same “shop” stay together', 'every row is predicted from earlier ones by “day”, with a gap of 7')
    """
    words = {
        "random": "",
        "group": f"rows of the same “{split.column}” stay together",
        "time": f"every row is predicted from earlier ones by “{split.column}”",
        "own": f"the folds are those in “{split.column}”",
    }[split.kind]
    return words + (f", with a gap of {split.gap:g}" if split.gap else "")


def _part(split: SplitSpec) -> str:
    share = f"{percent(split.share)} of the rows"
    if split.kind == "own":
        return f"the {share} that you marked"
    return f"the last {share}" if split.kind == "time" else share
