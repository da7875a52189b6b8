"""Does a model of the scores find better settings than chance, and is a library needed for it?

    python benchmarks/searching.py DATA [--trials 32] [--seeds 5]

DATA is the folder of the practice tables (``supervised/concrete.csv``, ``supervised/telco_churn.csv``). Five settings
of gradient boosting are searched on one division of 2,000 rows: drawn at random, by ``training.model_search``, and by
Optuna's tree-structured Parzen estimator where Optuna is installed, all in batches of four. Printed is the mean over
seeds of the best score so far, and how long a search took.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import roc_auc_score, root_mean_squared_error
from sklearn.model_selection import train_test_split

from workbench.specs import SearchRange, TuningSpec
from workbench.training.model_search import ModelSearch
from workbench.training.scoring import quietly
from workbench.training.tuning import BATCH, STARTING_TRIALS, trials

RANGES = (
    SearchRange(name="max_iter", low=20, high=150, log=True),
    SearchRange(name="learning_rate", low=0.01, high=0.5, log=True),
    SearchRange(name="max_leaf_nodes", low=4, high=64, log=True),
    SearchRange(name="min_samples_leaf", low=2, high=100, log=True),
    SearchRange(name="l2_regularization", low=0, high=20),
)
WHOLE = {"max_iter", "max_leaf_nodes", "min_samples_leaf"}
MOST_ROWS = 2_000


def problem(path, target, estimator, loss):
    """Return a function from settings to the loss on rows held out."""
    table = pd.read_csv(path)
    table = table.dropna(subset=[target]).sample(min(len(table), MOST_ROWS), random_state=0)
    numbers = table.apply(lambda one: one if pd.api.types.is_numeric_dtype(one) else one.astype("category").cat.codes)
    y = numbers.pop(target)
    X, X_test, y, y_test = train_test_split(numbers, y, test_size=0.4, random_state=0)

    def of(settings):
        return loss(y_test, estimator(**settings, early_stopping=False, random_state=0).fit(X, y), X_test)

    return of


def by_chance(of, n, seed):
    tuning = TuningSpec(kind="hist_gradient_boosting", ranges=RANGES, trials=n)
    return [of(one.hyperparameters) for one in trials(tuning, seed)]


def by_ours(of, n, seed):
    search = ModelSearch(TuningSpec(kind="hist_gradient_boosting", ranges=RANGES, method="model", trials=n), seed)
    losses, batch = [], search.start(min(STARTING_TRIALS, n))
    while batch:
        found = {one.key: of(one.hyperparameters) for one in batch}
        losses += found.values()
        search.tell(found)
        batch = search.ask(min(BATCH, n - len(losses))) if len(losses) < n else ()
    return losses


def by_optuna(of, n, seed):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(n_startup_trials=STARTING_TRIALS, constant_liar=True, seed=seed)
    study, losses = optuna.create_study(sampler=sampler), []
    while len(losses) < n:
        batch = [study.ask() for _ in range(BATCH)]
        settings = [{one.name: _suggested(trial, one) for one in RANGES} for trial in batch]
        for trial, values in zip(batch, settings, strict=True):
            losses.append(of(values))
            study.tell(trial, losses[-1])
    return losses


def _suggested(trial, entry):
    if entry.name in WHOLE:
        return trial.suggest_int(entry.name, int(entry.low), int(entry.high), log=entry.log)
    return trial.suggest_float(entry.name, entry.low, entry.high, log=entry.log)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--trials", type=int, default=32)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    folder = options.data / "supervised"
    problems = {
        "concrete, RMSE": problem(
            folder / "concrete.csv",
            "strength",
            HistGradientBoostingRegressor,
            lambda y, model, X: root_mean_squared_error(y, model.predict(X)),
        ),
        "telco_churn, 1 - ROC AUC": problem(
            folder / "telco_churn.csv",
            "Churn",
            HistGradientBoostingClassifier,
            lambda y, model, X: 1 - roc_auc_score(y, model.predict_proba(X)[:, 1]),
        ),
    }
    stops = [stop for stop in (12, 20, options.trials) if stop <= options.trials]
    print(
        f"best after {', '.join(map(str, stops))} tries: mean over {options.seeds} seeds (deviation); seconds a search"
    )
    for name, of in problems.items():
        for method in (by_chance, by_ours, by_optuna):
            began = time.perf_counter()
            try:
                with quietly():
                    runs = [np.minimum.accumulate(method(of, options.trials, seed)) for seed in range(options.seeds)]
            except ImportError:
                continue
            best = np.array(runs)[:, [stop - 1 for stop in stops]]
            shown = "  ".join(f"{mean:.4f} ({std:.4f})" for mean, std in zip(best.mean(0), best.std(0), strict=True))
            seconds = (time.perf_counter() - began) / options.seeds
            print(f"{name:25} {method.__name__:10} {shown}  {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
