"""Every estimator of the registry on real files: each bundle proven in its own clean environment, all ways compared.

    nice -n 10 python benchmarks/every_bundle.py FOLDER [--sets NAME[=TARGET] ...] [--estimators A,B] [--rows 600]

FOLDER holds data files and an ``INDEX.csv``, which says what is predicted and what is not known when predicting. Each
file, thinned to at most ``--rows`` rows but written the way it is, goes the product's own way: the command line trains
every estimator that suits its task; each is fitted on all rows, given a decision (a threshold; for amounts an interval
and a shift) and exported. Its bundle's own tests run in a virtual environment made from its requirements.txt, and there
its application is started without the workbench on the path. Compared with what *Try it* shows for the file, for up to
``--asked`` of its rows: JSON and CSV sent to ``/predict``; the web form (a dozen rows, since it computes reasons); the
file itself, a CSV and a workbook sent to ``/predict/file``; ``predict`` of the command line; single rows of *Try it*;
``pipeline.py`` fitted on the training rows; and for one bundle of each file gunicorn. Labels must be equal,
probabilities, amounts and ends of intervals to 1e-9. What is done is kept in ``--keep``: a second call goes on, and
does again what failed. Exits with 1 where anything failed.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bundle_ways import sets, training
from benchmarks.bundle_ways.asking import asked
from benchmarks.bundle_ways.comparing import SAME, table
from benchmarks.bundle_ways.cutting import with_fewer_rows
from benchmarks.bundle_ways.rows import asked_rows
from workbench.export import clean_environment
from workbench.modeling.models import MODELS
from workbench.store import Store

RESULTS = "results.jsonl"
ENVIRONMENTS_KEPT = 40  # boosting libraries and formats ask for pins of their own; the app keeps three
FIRST = "hist_gradient_boosting"  # also served by gunicorn
AUTOPILOT = "autopilot"  # heading of what an autopilot takes for the best


def main() -> int:
    """Do what is left and print all; return the exit code."""
    options = _options()
    clean_environment.KEPT = ENVIRONMENTS_KEPT
    training.at_home(options.keep / "home", options.cache)
    kinds = options.estimators.split(",") if options.estimators else [kind.name for kind in MODELS]
    with Store.open() as store:
        for data in sets.chosen(options.folder, options.sets or list(sets.USUAL)):
            try:
                _work_on(store, data, kinds, options)
            # One file that cannot be learnt from must not keep the others from being looked at.
            except Exception as error:  # noqa: BLE001
                _keep(options, {"set": data.name, "estimator": "all", "worst": 1.0, "failures": [str(error)]})
    return _tell(latest(_results(options.keep)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="+", default=[], help="files of INDEX.csv, or parts of their names")
    parser.add_argument("--estimators", default="", help="of the registry, with commas (default: all)")
    parser.add_argument("--rows", type=int, default=600, help="that are learnt from, at most")
    parser.add_argument("--asked", type=int, default=60, help="rows whose answers are compared")
    temporary = Path(tempfile.gettempdir())
    parser.add_argument(
        "--keep", type=Path, default=temporary / "workbench-every-bundle", help="results, and the store"
    )
    parser.add_argument("--cache", type=Path, default=temporary / "workbench-clean-environments")
    parser.add_argument(
        "--auto", type=float, default=0, help="seconds: also the best of an autopilot, an ensemble mostly"
    )
    parser.add_argument("--again", action="store_true", help="also what was equal before")
    return parser.parse_args()


def _work_on(store: Store, data: sets.DataSet, kinds: list[str], options: argparse.Namespace) -> None:
    """Train on a file, and ask the bundle of each estimator that has no result yet."""
    folder = options.keep / f"{data.name}-{options.rows}"
    source = _source(data, folder, options.rows)
    run = training.finished_run(store, data, source, kinds)
    names, unsuitable = training.kinds_of(run)
    done = {} if options.again else {one["estimator"]: one for one in latest(_results(options.keep), data.name)}
    for name, reason in unsuitable.items():
        print(f"{data.name}: {name} does not suit. {reason}", flush=True)
    todo = [name for name in sorted(names, key=lambda one: one != FIRST) if name in kinds]
    todo = [name for name in todo if name not in done or done[name]["failures"]]
    if todo:
        rows = asked_rows(store, run, source, folder, options.asked)
    for name in todo:
        _ask(store, run, name, name, rows, data.name, options, with_server=name == todo[0])
    if options.auto and (AUTOPILOT not in done or done[AUTOPILOT]["failures"]):
        inside = folder / "autopilot"
        inside.mkdir(exist_ok=True)
        copy = inside / f"{source.stem} autopilot{source.suffix}"  # a project is called like its file
        shutil.copyfile(source, copy)
        run = training.autopilot_run(store, data, copy, options.auto)
        best = store.load_evaluation(run.id).best()
        _ask(store, run, best, AUTOPILOT, asked_rows(store, run, copy, inside, options.asked), data.name, options)


def _ask(store, run, key: str, label: str, rows, of_set: str, options, *, with_server: bool = False) -> None:
    began = time.perf_counter()
    result = asked(store, run, key, rows, options.keep, with_server=with_server)
    _keep(options, {"set": of_set, "task": run.spec.task, "estimator": label, "n_rows": len(rows.at), **result})
    seconds = time.perf_counter() - began
    told = "; ".join(result["failures"]) or f"{result['worst']:.0e}"
    named = f"{label} ({key})" if label != key else key
    print(f"{of_set}: {named} {seconds:.1f} s, {result['n_tests']} tests, {told}", flush=True)


def _source(data: sets.DataSet, folder: Path, n_rows: int) -> Path:
    """Return the thinned file; as it is where an earlier call wrote it, since a run was trained on it."""
    inside = folder / "file"
    inside.mkdir(parents=True, exist_ok=True)
    there = [path for path in inside.iterdir() if not path.name.endswith(".run.json")]
    return there[0] if there else with_fewer_rows(data.path, inside, n_rows)


def _results(keep: Path) -> list[dict]:
    path = keep / RESULTS
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def _keep(options: argparse.Namespace, result: dict) -> None:
    with (options.keep / RESULTS).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(result) + "\n")


def latest(results: list[dict], of_set: str = "") -> list[dict]:
    """Return the last result of each data set and estimator; a failure of a whole file counts until a later success.

    >>> latest([{"set": "a", "estimator": "all"}, {"set": "a", "estimator": "x"}])
    [{'set': 'a', 'estimator': 'x'}]
    """
    found: dict[tuple[str, str], dict] = {}
    for result in results:
        if result["estimator"] != "all":
            found.pop((result["set"], "all"), None)
        found[result["set"], result["estimator"]] = result
    return [result for result in found.values() if of_set in ("", result["set"])]


def _tell(results: list[dict]) -> int:
    """Print table, counts and failures; return the exit code."""
    print("\n".join(table(results)))
    failed = [result for result in results if result["failures"]]
    seconds = sum(seconds for one in results for name, seconds in one.get("seconds", {}).items() if name[0] != " ")
    worst = max((result["worst"] for result in results if not result["failures"]), default=0.0)
    compiled = sum(result.get("path") == "compiled" for result in results)
    print(
        f"{len(results)} bundles of {len({result['set'] for result in results})} files, {compiled} of them compiled; "
        f"{sum(result.get('n_tests', 0) for result in results):,} tests in clean environments; {seconds / 60:.0f} min. "
        f"Largest difference where equal: {worst:.1e}, allowed {SAME:.0e}. Failures: {len(failed)}."
    )
    for result in failed:
        for sentence in result["failures"]:
            print(f"- {result['set']}, {result['estimator']}: {sentence}")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
