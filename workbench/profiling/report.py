"""A profile as one HTML file: no network, no script, light and dark, on screen and on paper."""

from html import escape

from workbench.profiling.checks import CHECKS
from workbench.profiling.columns import ColumnProfile
from workbench.profiling.findings import Finding
from workbench.profiling.strength import STRENGTH_HELP
from workbench.profiling.wording import counted, figure, percent
from workbench.specs import MEANING_LABELS

LONGEST_VALUE = 60  # characters of a value before it is cut
LONGEST_NAME = 120
TOP_SHOWN = 5
STATUS_WORDS = {"alerted": "You decide", "done": "Done", "passed": "Passed"}

STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--page:#fff;--card:#f6f8fa;--bar:#0b66c3;
--alerted:#9a5b00;--done:#0b66c3;--passed:#1a7f37}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--line:#3d444d;--page:#0d1117;--card:#161b22;
--bar:#58a6ff;--alerted:#e3b341;--done:#58a6ff;--passed:#3fb950}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:75rem;padding:1.5rem;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem;overflow-wrap:anywhere}h2{font-size:1.2rem;margin:2rem 0 .75rem}
p{margin:.25rem 0}.soft{color:var(--soft)}.lead{font-size:1.1rem}
.finding{border:1px solid var(--line);border-left:5px solid var(--line);border-radius:6px;padding:.6rem .9rem;
margin:.5rem 0;background:var(--card);overflow-wrap:anywhere;break-inside:avoid}
.finding b{margin-right:.5rem}
.alerted{border-left-color:var(--alerted)}.done{border-left-color:var(--done)}.passed{border-left-color:var(--passed)}
.alerted .status{color:var(--alerted)}.done .status{color:var(--done)}.passed .status{color:var(--passed)}
.status{font-weight:600}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;white-space:nowrap}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th.n{text-align:right}td.name{max-width:16rem;overflow-wrap:anywhere;font-weight:600}
td.values{min-width:16rem;max-width:26rem;overflow-wrap:anywhere}
svg{display:block;margin-bottom:.2rem}svg rect{fill:var(--bar)}
ul{margin:.25rem 0;padding-left:1.2rem}
@media print{body{max-width:none;padding:0;font-size:11px}table{font-size:9px}.scroll{overflow:visible}
thead{display:table-header-group}tr{break-inside:avoid}th,td{padding:.2rem .3rem}td.values{min-width:0}
@page{size:A4 landscape;margin:12mm}}
"""


def report_html(profile, title: str) -> str:
    """Return the page; ``title`` heads it and is escaped like everything else."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        # Nothing is loaded and nothing runs, whatever a value of the data may try.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{_text(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{_text(title)}</h1><p class='lead'>{escape(profile.headline)}</p>",
    ]
    if profile.target:
        parts.append(_strongest(profile))
    parts.append(_findings(profile.findings))
    parts.append(_columns(profile))
    parts.append("</body></html>\n")
    return "".join(parts)


def _findings(findings: tuple[Finding, ...]) -> str:
    labels = {kind.code: kind for kind in CHECKS}
    parts = ["<h2>Findings</h2>"]
    for finding in findings:
        if finding.status == "passed":
            continue
        kind = labels.get(finding.code)
        label, why = (kind.label, kind.why) if kind else (finding.code, "")
        rows = f" First rows: {', '.join(f'{row + 1:,}' for row in finding.rows)}." if finding.rows else ""
        parts.append(
            f'<div class="finding {finding.status}"><p><span class="status">{STATUS_WORDS[finding.status]}</span> · '
            f"<b>{_text(label)}</b></p><p>{escape(finding.sentence)}</p>"
            f'<p class="soft">{escape(why)} {escape(finding.advice)}{rows}</p></div>'
        )
    passed = [finding for finding in findings if finding.status == "passed"]
    if passed:
        items = "".join(f"<li>{escape(finding.sentence)}</li>" for finding in passed)
        parts.append(
            f'<div class="finding passed"><p class="status">{STATUS_WORDS["passed"]}</p><ul>{items}</ul></div>'
        )
    return "".join(parts)


def _strongest(profile) -> str:
    ranked = sorted(
        (column for column in profile.columns if column.strength and column.strength.value > 0),
        key=lambda column: -column.strength.value,
    )[:5]
    if not ranked:
        return f"<p>No single column tells anything about <b>{_text(profile.target)}</b> by itself.</p>"
    shown = ", ".join(f"{_text(column.name)}: {column.strength.words}" for column in ranked)
    return (
        f"<p>What goes with <b>{_text(profile.target)}</b> most, each column alone: {shown}.</p>"
        f"<p class='soft'>{escape(STRENGTH_HELP)}</p>"
    )


def _columns(profile) -> str:
    strength = f'<th class="n">Goes with {_text(profile.target)}</th>' if profile.target else ""
    head = (
        '<h2>Columns</h2><div class="scroll"><table><thead><tr><th>Column</th><th>Meaning</th><th class="n">Blank</th>'
        f'<th class="n">Different</th>{strength}<th>Figures</th><th>Values</th></tr></thead><tbody>'
    )
    return head + "".join(_row(column, bool(profile.target)) for column in profile.columns) + "</tbody></table></div>"


def _row(column: ColumnProfile, with_strength: bool) -> str:
    strength = ""
    if with_strength:
        strength = f'<td class="n">{column.strength.words if column.strength else "–"}</td>'
    unit = f", {_text(column.unit)}" if column.unit else ""
    blank = f"{column.missing_count:,}<br><span class='soft'>{percent(column.missing_fraction)}</span>"
    return (
        f'<tr><td class="name">{_text(column.name, LONGEST_NAME)}</td><td>{MEANING_LABELS[column.meaning]}{unit}</td>'
        f'<td class="n">{blank}</td><td class="n">{column.distinct_count:,}</td>{strength}'
        f'<td>{_figures(column)}</td><td class="values">{_bars(column)}{_top(column)}</td></tr>'
    )


def _figures(column: ColumnProfile) -> str:
    lines = []
    if column.mean is not None:
        spread = f" ± {figure(column.std)}" if column.std is not None else ""
        lines.append(f"mean {figure(column.mean)}{spread}")
        lines.append(
            f"{figure(column.min)} … {figure(column.q25)} … <b>{figure(column.median)}</b> … {figure(column.q75)} "
            f"… {figure(column.max)}"
        )
        lines += [
            f"{word} {number:,}"
            for word, number in (
                ("zeros", column.zeros),
                ("negative", column.negatives),
                ("infinite", column.infinite_count),
            )
            if number
        ]
    if column.first is not None:
        lines.append(f"{escape(column.first)} … {escape(column.last)}")
    if column.length_mean is not None:
        words = f", {figure(round(column.words_mean, 1))} words" if column.words_mean is not None else ""
        least = f"{column.length_min:,} to " if column.length_min != column.length_max else ""
        lines.append(f"{least}{counted(column.length_max, 'character')}{words}")
    return "<br>".join(lines)


def _bars(column: ColumnProfile) -> str:
    if not column.bins:
        return ""
    tallest = max(entry.count for entry in column.bins)
    width = 160 / len(column.bins)
    bars = "".join(
        f'<rect x="{i * width:.1f}" y="{32 - height:.1f}" width="{width - 1:.1f}" height="{height:.1f}"/>'
        for i, entry in enumerate(column.bins)
        if entry.count
        for height in [max(1.0, 32 * entry.count / tallest)]
    )
    return f'<svg width="160" height="32" role="img" aria-label="Histogram">{bars}</svg>'


def _top(column: ColumnProfile) -> str:
    if not column.top or (column.bins and column.distinct_count > 20) or column.top[0].count == 1:
        return ""
    shown = [
        f"{_text(figure(entry.value) if isinstance(entry.value, float) else entry.value)} "
        f'<span class="soft">{percent(entry.count / column.count)}</span>'
        for entry in column.top[:TOP_SHOWN]
    ]
    more = column.distinct_count - len(shown)
    return "<br>".join(shown + ([f'<span class="soft">and {more:,} more</span>'] if more > 0 else []))


def _text(value, limit: int = LONGEST_VALUE) -> str:
    text = str(value)
    return escape(text if len(text) <= limit else f"{text[:limit]}…") or "<i>empty</i>"
