"""The recorded peers and our own results as one table: data set by tool, and the mean rank of every tool.

    python -m benchmarks.automl_table [RESULTS.json …] [--peers benchmarks/recorded/automl_peers.json] [--splits]

Every file holds a list of rows with ``tool``, ``data_set``, ``seed``, ``metric`` and ``score`` or ``error``, as
``automl_peers`` writes them. Ranked are the mean scores over the splits; a tool that was not run on all of them is
shown, but neither ranked nor counted in the others' ranks. One that was run and failed comes last there.
"""

import argparse
import json
from pathlib import Path

import pandas as pd

PEERS = Path(__file__).parent / "recorded" / "automl_peers.json"
HIGHER_IS_BETTER = {"roc_auc": True, "log_loss": False, "rmse": False}
METRIC_WORDS = {"roc_auc": "ROC AUC", "log_loss": "log loss", "rmse": "RMSE"}


def results(paths):
    """Return the rows of the files; of several of the same tool, data set and seed the last one counts.

    Returns
    -------
    pandas.DataFrame of shape (n_rows, n_fields)
    """
    rows = pd.DataFrame([row for path in paths for row in json.loads(Path(path).read_text(encoding="utf-8"))])
    for name in ("score", "seconds", "error", "size_bytes"):
        rows = rows if name in rows else rows.assign(**{name: None})
    return rows.drop_duplicates(["tool", "data_set", "seed"], keep="last")


def mean_scores(rows):
    """Return the mean score over the splits per data set and tool, NaN where a split is missing or failed.

    A mean over fewer splits than the others had would not be comparable.

    Returns
    -------
    pandas.DataFrame of shape (n_data_sets, n_tools)
        In the order in which data sets and tools first appear; the index holds data set and metric.
    """
    by_split = rows.pivot(index=["data_set", "metric", "seed"], columns="tool", values="score").astype(float)
    # Equal: every split was scored. A plain mean would skip the missing ones.
    means = by_split.groupby(level=["data_set", "metric"]).agg(lambda scores: scores.mean(skipna=False))
    order = list(rows[["data_set", "metric"]].drop_duplicates().itertuples(index=False, name=None))
    return means.loc[order, list(rows["tool"].drop_duplicates())]


def ranks(means):
    """Return each tool's rank per data set, 1 for the best; ties share their mean rank, and no score comes last.

    >>> means = pd.DataFrame(
    ...     {"a": [0.9, 2.0], "b": [0.9, 1.0], "c": [0.8, float("nan")]},
    ...     index=pd.MultiIndex.from_tuples([("x", "roc_auc"), ("y", "rmse")], names=["data_set", "metric"]),
    ... )
    >>> ranks(means).to_numpy().tolist()
    [[1.5, 1.5, 3.0], [2.0, 1.0, 3.0]]
    """
    signs = [-1 if HIGHER_IS_BETTER[metric] else 1 for metric in means.index.get_level_values("metric")]
    return means.mul(signs, axis=0).rank(axis=1, method="average", na_option="bottom")


def complete_tools(rows):
    """Return the tools with a row, be it a failure, for every split that any tool was run on."""
    n_splits = len(rows[["data_set", "seed"]].drop_duplicates())
    return [tool for tool in rows["tool"].drop_duplicates() if (rows["tool"] == tool).sum() == n_splits]


def markdown(rows):
    """Return the table and the lines about ranks, time and failures as markdown; the best score of a row is bold."""
    means = mean_scores(rows)
    mean_ranks = ranks(means[complete_tools(rows)]).mean()
    n_splits = rows.groupby("data_set")["seed"].nunique()
    lines = [
        f"| data set | metric | splits | {' | '.join(means.columns)} |",
        "|" + "---|" * (3 + len(means.columns)),
    ]
    for (data_set, metric), scores in means.iterrows():
        best = scores.max() if HIGHER_IS_BETTER[metric] else scores.min()
        cells = [_cell(score, metric, score == best) for score in scores]
        lines.append(f"| {data_set} | {METRIC_WORDS[metric]} | {n_splits[data_set]} | {' | '.join(cells)} |")
    by_tool = rows.groupby("tool")
    tools = list(means.columns)
    lines.append("| **mean rank** | | | " + " | ".join(_rank(mean_ranks.get(tool)) for tool in tools) + " |")
    for words, values, digits in (
        ("median seconds of the fit", by_tool["seconds"].median(), 1),
        ("longest fit, seconds", by_tool["seconds"].max(), 1),
        ("median size, MB", by_tool["size_bytes"].median() / 1e6, 1),
    ):
        cells = ["" if pd.isna(values[tool]) else f"{values[tool]:.{digits}f}" for tool in tools]
        lines.append(f"| {words} | | | {' | '.join(cells)} |")
    failed = rows[rows["error"].notna()]
    lines += [f"\n{row.tool} on {row.data_set}, seed {row.seed}: {row.error}" for row in failed.itertuples()]
    return "\n".join(lines)


def _rank(mean_rank):
    return "incomplete" if mean_rank is None else f"{mean_rank:.2f}"


def _cell(score, metric, best):
    if pd.isna(score):
        return "–"
    words = f"{score:.4f}" if metric != "rmse" else f"{score:,.{2 if score < 1_000 else 0}f}"
    return f"**{words}**" if best else words


def main():
    """Print the table of the files that the command line names, beside the recorded peers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="*", type=Path, help="results of ours, with the same fields")
    parser.add_argument("--peers", type=Path, default=PEERS)
    parser.add_argument("--tools", help="rank only these, with commas between")
    parser.add_argument("--splits", action="store_true", help="every split by itself as well")
    options = parser.parse_args()
    rows = results([path for path in (options.peers, *options.results) if path.exists() or path != PEERS])
    if options.tools:
        rows = rows[rows["tool"].isin(options.tools.split(","))]
    print(markdown(rows))
    if options.splits:
        print()
        print(rows.pivot(index=["data_set", "seed"], columns="tool", values="score").to_string())


if __name__ == "__main__":
    main()
