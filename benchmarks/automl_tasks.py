"""The ten tasks on which the autopilot is measured beside the AutoML libraries, and their splits.

    python -m benchmarks.automl_tasks DATA OUT [--tasks a,b] [--file PATH --target COLUMN [--leave-out a,b] …]

Writes the train and test part of every split as Parquet, and ``tasks.json``, which says what each is, so that a peer
in an environment of its own can read them. DATA is the folder with ``supervised/``; without it the environment
variable WORKBENCH_TEST_DATA is asked. With ``--file`` tables of your own are split instead of the ten.
"""

import argparse
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from workbench.data import open_table
from workbench.errors import NotFound
from workbench.modeling.targets import classes_of, detect_task, positive_class
from workbench.specs import Task

METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}
TEST_FRACTION = 0.2
MANY_ROWS = 5_000  # one split is enough from here on; below, the luck of the split would decide
SEEDS_OF_FEW_ROWS = (0, 1, 2)


@dataclass(frozen=True)
class BenchmarkTask:
    """A table, the column to predict, and what must not be known when predicting.

    Attributes
    ----------
    name : str
    file : str
        Path below the data folder, or any path.
    target : str
    task : {"binary", "multiclass", "regression"}
    leave_out : tuple of str
        Leakage columns, as ``INDEX.csv`` of the data folder names them. Identifiers stay: a tool has to cope.
    positive : str or int, optional
        The class whose probability the ROC AUC ranks.
    """

    name: str
    file: str
    target: str
    task: Task
    leave_out: tuple[str, ...] = ()
    positive: str | int | float | None = None

    @property
    def metric(self):
        """The metric's name: ROC AUC for two classes, log loss for more, RMSE for numbers."""
        return METRICS[self.task]


TASKS = (
    BenchmarkTask("telco_churn", "supervised/telco_churn.csv", "Churn", "binary", positive="Yes"),
    BenchmarkTask("california_housing", "supervised/california_housing.csv", "median_house_value", "regression"),
    BenchmarkTask("bikeshare", "supervised/bikeshare.csv", "count", "regression", ("casual", "registered")),
    BenchmarkTask("ebay_autos", "supervised/ebay_autos_latin1.csv", "price", "regression"),
    BenchmarkTask("taxis", "supervised/taxis.csv", "total", "regression", ("fare", "tip", "tolls", "dropoff")),
    BenchmarkTask("bank-additional", "supervised/bank-additional.csv", "y", "binary", ("duration",), "yes"),
    BenchmarkTask("titanic_train", "supervised/titanic_train.csv", "Survived", "binary", positive=1),
    BenchmarkTask("insurance", "supervised/insurance.csv", "charges", "regression"),
    BenchmarkTask("concrete", "supervised/concrete.csv", "strength", "regression"),
    BenchmarkTask("pima_diabetes", "supervised/pima_diabetes.csv", "Outcome", "binary", positive=1),
)


def data_folder(given=None):
    """Return the folder of the data sets: ``given``, or what WORKBENCH_TEST_DATA says."""
    folder = given or os.environ.get("WORKBENCH_TEST_DATA")
    if not folder:
        raise NotFound("It is not said where the data sets are.", "Set WORKBENCH_TEST_DATA or give the folder.")
    return Path(folder)


def read_task(task, folder=None):
    """Return the table of a task as the workbench reads it, without its leakage and without rows that lack a target.

    Parameters
    ----------
    task : BenchmarkTask
    folder : path-like, optional
        See :func:`data_folder`; not needed where ``task.file`` is an absolute path.

    Returns
    -------
    pandas.DataFrame of shape (n_rows, n_columns)
        Words as str, dates as datetime64, numbers as int or float; the target among the columns.
    """
    path = Path(task.file)
    table = open_table(path if path.is_absolute() else data_folder(folder) / path).table
    if missing := [name for name in (task.target, *task.leave_out) if name not in table.columns]:
        raise NotFound(f"{path.name} has no column {', '.join(missing)}.", "Look at its header.")
    return table.dropna(subset=[task.target]).drop(columns=list(task.leave_out)).reset_index(drop=True)


def seeds_of(table):
    """Return the seeds a table is split with: one where there are 5,000 rows or more, three below."""
    return SEEDS_OF_FEW_ROWS[:1] if len(table) >= MANY_ROWS else SEEDS_OF_FEW_ROWS


def split(table, target, task, seed):
    """Divide a table into 80 % to train on and 20 % to test on.

    Parameters
    ----------
    table : pandas.DataFrame of shape (n_rows, n_columns)
        Every row with a target, as :func:`read_task` returns it.
    target : str
    task : {"binary", "multiclass", "regression"}
        Classes are stratified; a class of a single row is trained on.
    seed : int

    Returns
    -------
    tuple of (pandas.DataFrame, pandas.DataFrame)
        Train and test part, target included, in the order of the draw and numbered from 0.
    """
    rows, alone, strata = np.arange(len(table)), np.arange(0), None
    if task != "regression":
        counts = table[target].map(table[target].value_counts()).to_numpy()
        rows, alone = rows[counts > 1], rows[counts == 1]
        strata = table[target].to_numpy()[rows]
    train, test = train_test_split(rows, test_size=TEST_FRACTION, random_state=seed, stratify=strata)
    return tuple(table.iloc[part].reset_index(drop=True) for part in (np.concatenate([train, alone]), test))


def task_of_file(path, target, leave_out=()):
    """Return the task that the workbench itself would see in a file and its target column."""
    opened = open_table(path)
    if target not in opened.table.columns:
        raise NotFound(f"{Path(path).name} has no column {target}.", "Look at its header.")
    known = opened.table[target].dropna()
    task, _ = detect_task(known, opened.schema.column(target), None)
    positive = positive_class(known, classes_of(known), None)[0] if task == "binary" else None
    return BenchmarkTask(Path(path).stem, str(Path(path).resolve()), target, task, tuple(leave_out), positive)


def write_splits(tasks, out, folder=None):
    """Write the parts of every split of ``tasks`` to the folder ``out``, and ``tasks.json``, which lists them.

    Returns
    -------
    list of dict
        Per split the fields of its task, ``metric``, ``seed``, the names of the files and the ``classes``.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    splits = []
    for task in tasks:
        table = read_task(task, folder)
        for seed in seeds_of(table):
            files = {}
            for part, rows in zip(("train", "test"), split(table, task.target, task.task, seed), strict=True):
                files[part] = f"{task.name}-{seed}-{part}.parquet"
                rows.to_parquet(out / files[part], index=False)
            classes = [] if task.task == "regression" else [_plain(label) for label in classes_of(table[task.target])]
            described = asdict(replace(task, positive=_plain(task.positive)))
            splits.append(described | files | {"metric": task.metric, "seed": seed, "classes": classes})
    (out / "tasks.json").write_text(json.dumps(splits, indent=1, ensure_ascii=False), encoding="utf-8")
    return splits


def _plain(label):
    return label.item() if isinstance(label, np.generic) else label


def main():
    """Write the splits that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="[DATA] OUT")
    parser.add_argument("--tasks", help="only these of the ten, by name, with commas between")
    parser.add_argument("--file", action="append", default=[], help="a table of your own instead of the ten")
    parser.add_argument("--target", action="append", default=[], help="its target, one for every --file")
    parser.add_argument("--leave-out", action="append", default=[], help="its leakage columns, with commas between")
    options = parser.parse_args()
    if len(options.folders) > 2 or len(options.file) != len(options.target):
        parser.error("give at most two folders, and one --target for every --file")
    left_out = [names.split(",") for names in options.leave_out]
    left_out += [()] * (len(options.file) - len(left_out))
    tasks = [
        task_of_file(path, target, leave_out)
        for path, target, leave_out in zip(options.file, options.target, left_out, strict=True)
    ] or [task for task in TASKS if not options.tasks or task.name in options.tasks.split(",")]
    splits = write_splits(tasks, options.folders[-1], options.folders[0] if len(options.folders) == 2 else None)
    sizes = pd.Series([entry["name"] for entry in splits]).value_counts(sort=False)
    print("\n".join(f"{name}: {n_splits} split{'s' * (n_splits > 1)}" for name, n_splits in sizes.items()))


if __name__ == "__main__":
    main()
