"""The person's own rows beside what was computed of them."""

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.ui import components

ROW = "row of the table"


def opened(table):
    """Return the person's table from ``table()``; where it is gone or damaged, say so, and return None."""
    try:
        return table()
    except WorkbenchError as error:
        components.show_problem(error)
        return None


def looks(spec):
    """Return how errors of rows are written, as ``readable.dressed`` takes it: amounts in their unit, and what is
    lacking to a probability of 1 in percent."""
    return {"shares": ("error",)} if spec.classes else {"unit": spec.target_column.unit}


def rows_of(table, labels):
    """Return the rows with these labels; blank where a row is not in ``table``.

    A run that came in a project file may have seen rows of a larger sample than there is memory for here.
    """
    return table.loc[labels] if labels.isin(table.index).all() else table.reindex(labels)


def beside(ours, theirs):
    """Put columns of ours before columns of the person's table; a name that both have is marked in theirs.

    >>> beside(pd.DataFrame({"prediction": [1]}), pd.DataFrame({"prediction": [2], "age": [3]})).columns.tolist()
    ['prediction', 'prediction (your column)', 'age']
    """
    taken = set(ours.columns) | set(theirs.columns)
    names = {}
    for name in theirs.columns:
        new = name
        while new in ours.columns or (new != name and new in taken):
            new = f"{new} (your column)"
        names[name] = new
    return pd.concat([ours.reset_index(drop=True), theirs.rename(columns=names).reset_index(drop=True)], axis=1)
