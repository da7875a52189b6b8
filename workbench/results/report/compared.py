"""The leaderboard: every estimator beside guessing, and which are level with the best."""

import math

from workbench.document import drawings
from workbench.document.parts import Section, table
from workbench.modeling import metrics
from workbench.results.candidates.board import leaderboard, milliseconds_per_row, recommended
from workbench.results.candidates.comparison import tied_with_best
from workbench.results.report.page import Page
from workbench.results.report.wording import better_words
from workbench.results.wording import number

MOST_SHOWN = 20
AS_IT_COMES = {
    True: "compared as the models come, without what is added to amounts",
    False: "compared as the models come, without the threshold in use",
}


def sections(page: Page) -> list[Section]:
    """Return the section that compares the estimators."""
    evaluation, spec = page.summary.evaluation, page.spec
    board = leaderboard(evaluation)
    board = board[board["mean"].notna() & ~board["key"].isin(list(evaluation.dropped))]
    kind = metrics.metric(spec.metric)
    shown, advice = board.head(MOST_SHOWN), recommended(evaluation)
    baseline = evaluation.baseline()
    if baseline is not None and baseline.key not in set(shown["key"]):
        shown = board[board["key"].isin([*shown["key"], baseline.key])]
    label = f"{kind.label[:1].upper()}{kind.label[1:]}"
    head = ["Estimator", f"#{page.sentence(label)}", "", "#Better than guessing by", "#One answer takes", ""]
    ends = _ends(shown)
    rows = [_row(page, row, advice, ends, baseline) for row in shown.itertuples()]
    more = f" The best {MOST_SHOWN} are shown." if len(board) > MOST_SHOWN else ""
    comes = "" if page.summary.answers_as_it_comes else f" All are {AS_IT_COMES[spec.task == 'regression']}."
    note = (
        f"{kind.sentence} {better_words(spec.metric).capitalize()}. Estimators are called level where a difference as "
        "large as theirs would come about by chance alone too often (5 %, all of them together); then the simplest "
        f"one is recommended. The dashed line is guessing.{comes}{more}"
    )
    body = table(head, rows, "told-below with-scale") + page.told(note, kind="note")
    n_beside = 0 if baseline is None else int((board["key"] == baseline.key).sum())  # guessing is no estimator tried
    return [Section("compared", "The estimators compared", body, f"{len(board) - n_beside:,}")]


def _row(page: Page, row, advice, ends, baseline) -> str:
    evaluation = page.summary.evaluation
    tied = tied_with_best(evaluation)
    words = []
    if row.key == page.summary.key:
        words.append("this report")
    if len(tied) > 1 and row.key in tied:
        words.append("level with the best")
    if advice is not None and row.key == advice.key and len(tied) > 1:
        words.append(f"recommended: {advice.because}")
    if baseline is not None and row.key == baseline.key:
        words.append("looks at no column")
    std = row.std if math.isfinite(row.std) else 0.0
    scale = drawings.interval(row.mean, row.mean - std, row.mean + std, _guess(baseline, ends), ends)
    gain = page.sentence(number(row.gain, unit=page.unit_of(page.spec.metric))) if math.isfinite(row.gain) else "–"
    took = milliseconds_per_row(evaluation, row.key)
    label = page.sentence(row.label)
    label = f"<b>{label}</b>" if row.key == page.summary.key else label
    return (
        f'<td class="wide-name">{label}</td><td class="n">{page.score(page.spec.metric, row.mean, row.std)}'
        f'</td><td class="scale">{scale}</td><td class="n">{gain}</td><td class="n">{_time(took)}</td>'
        f'<td class="told">{page.sentence(", ".join(words))}</td>'
    )


def _guess(baseline, ends) -> float:
    return baseline.mean if baseline is not None and math.isfinite(baseline.mean) else ends[0]


def _ends(board) -> tuple[float, float]:
    std = board["std"].fillna(0.0)
    low, high = float((board["mean"] - std).min()), float((board["mean"] + std).max())
    pad = 0.03 * (high - low)
    return low - pad, high + pad


def _time(milliseconds: float) -> str:
    if milliseconds < 0.01:
        return "under 0.01 ms"
    return f"{milliseconds:.2g} ms" if milliseconds < 100 else f"{milliseconds / 1000:.2g} s"
