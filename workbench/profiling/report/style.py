"""How the report of a profile looks, beyond what all reports share."""

from workbench.document.style import stylesheet

_RULES = """
summary{cursor:pointer;color:var(--passed);font-weight:600}.passed{padding-left:1.2rem}.passed li{margin:.2rem 0}
.on-paper{display:none}
.changed td:last-child{min-width:16rem}.known td:nth-child(2){min-width:9rem}.known td:nth-child(3){min-width:16rem}
.all{font-size:.875rem}.all td{vertical-align:middle}.in-short{min-width:11rem;max-width:22rem;overflow-wrap:anywhere}
.map{max-width:100%;height:auto}.map text{fill:var(--ink);font-size:11px}.map .none{fill:var(--wash)}
.mapped{margin-top:1.5rem}.mapped figcaption{margin-bottom:.6rem}
.shape{font-size:.875rem}.shape td,.shape th{padding:.18rem .6rem .18rem 0}.shape td{vertical-align:middle}
.shape .plot{width:45%}.shape .label{min-width:7.5rem}.label{overflow-wrap:anywhere;max-width:11rem}
.cards{display:grid;gap:1.25rem}
.card{border:1px solid var(--line);border-radius:6px;padding:1rem 1.25rem;min-width:0;break-inside:avoid}
.card:target,tr:has(:target){outline:2px solid var(--accent);outline-offset:-1px}.alone{max-width:40rem;margin:1rem 0}
.halves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(17rem,100%),1fr));gap:.75rem 2.5rem;
margin-top:.6rem}.halves>div:empty{display:none}
.wide{max-width:none;margin-top:.6rem}.wide b{color:var(--ink);font-weight:600}
.card dl{font-size:.875rem;columns:11.5rem 2;column-gap:2rem}
.card dl div{display:flex;justify-content:space-between;gap:.75rem;padding:.12rem 0;break-inside:avoid}
.card dt{color:var(--soft)}.card dd{text-align:right;overflow-wrap:break-word}
.top{font-size:.875rem;margin:.35rem 0 .6rem}.top td{border:0;padding:.1rem .6rem .1rem 0;vertical-align:middle}
.top .plot{width:42%}.noted{margin:.6rem 0 0;padding:0;list-style:none;font-size:.875rem}
.noted li{border-left:3px solid var(--done);padding-left:.6rem;margin:.35rem 0;overflow-wrap:anywhere}
.noted .alerted{border-color:var(--alerted)}
"""

_NARROW = """
.all td.name,.all th:first-child{position:sticky;left:0;background:var(--page);max-width:9rem}
"""

_WIDE = """
.scroll:has(.all){overflow:visible}.all thead th{position:sticky;top:0;z-index:1;box-shadow:0 1px 0 var(--line)}
"""

# What is folded on screen is unfolded on paper; where a browser cannot, what is meant for paper is printed.
_PAPER = """
.all,.shape,.top,.card dl,.noted{font-size:8pt}.all thead th{position:static}
.known td:nth-child(3),.in-short{min-width:0}.spark{max-width:70px}.cards{gap:4mm}.card{padding:3mm 4mm}
.hist{height:12mm}.halves{grid-template-columns:2fr 3fr}.card:target,tr:has(:target){outline:0}
details::details-content{content-visibility:visible;display:block;height:auto}summary{list-style:none}
"""

STYLE = (
    stylesheet(
        _RULES,
        narrow=_NARROW,
        wide=_WIDE,
        screen=".card{content-visibility:auto;contain-intrinsic-size:auto 14rem}",
        paper=_PAPER,
    )
    + "@media print{@supports not selector(::details-content){details>ul{display:none}.on-paper{display:block}}}"
)
