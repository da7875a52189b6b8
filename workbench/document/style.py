"""How reports look: like printed ones, in the fonts of the reader's own system.

Contrast of all text is at least 4.5 : 1 in light and in dark (WCAG 2.1, 1.4.3; ``tests/profiling/test_report.py``).
"""

LIGHT = {
    "page": "#ffffff",
    "ink": "#1b1f24",
    "soft": "#57606a",
    "line": "#dde2e7",
    "wash": "#f5f7f9",
    "accent": "#0b5cad",
    "bar": "#4a86c5",
    "alerted": "#8a4b00",
    "done": "#0b5cad",
    "passed": "#1a6b33",
}
DARK = {
    "page": "#14171b",
    "ink": "#e5e9ed",
    "soft": "#a3acb6",
    "line": "#333a42",
    "wash": "#1c2127",
    "accent": "#7ab5f5",
    "bar": "#5b93cf",
    "alerted": "#e6ac4c",
    "done": "#7ab5f5",
    "passed": "#6cc285",
}


def _variables(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


_RULES = """
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans",Helvetica,Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
header,.frame{max-width:78rem;margin:0 auto;padding:0 clamp(1rem,3vw,2.5rem)}
header{padding-top:clamp(1.5rem,4vw,3.5rem)}
h1,h2{font-family:Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;font-weight:600;line-height:1.2;
letter-spacing:-.01em;text-wrap:balance}
h1{font-size:clamp(1.7rem,4vw,2.5rem);margin:0 0 .75rem;overflow-wrap:anywhere}
h2{font-size:1.5rem;margin:0 0 1rem;padding-bottom:.35rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;font-weight:600;line-height:1.35;margin:0 0 .35rem;overflow-wrap:anywhere}
p{margin:.35rem 0;max-width:46rem;overflow-wrap:anywhere;text-wrap:pretty}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
td a,.where a,figcaption a{color:inherit;text-decoration-color:var(--line)}a:hover{text-decoration-color:currentColor}
.soft,.note{color:var(--soft)}.note{font-size:.875rem}.calm{color:var(--passed)}
.headline{font-size:1.2rem;line-height:1.45;margin:0 0 1.5rem}.lead{font-size:1.05rem}
dl{margin:0}dd{margin:0;overflow-wrap:anywhere}
.facts{display:flex;flex-wrap:wrap;gap:1rem 2.25rem;padding:1rem 0;margin-bottom:.75rem;border:solid var(--line);
border-width:1px 0}
.facts dt{color:var(--soft);font-size:.8125rem}.facts dd{font-weight:600}.facts dd .soft{font-weight:400}
header ul{margin:.25rem 0;padding-left:1.2rem}
nav{font-size:.9375rem;margin:1.5rem 0 0}nav h2{font-size:1rem;border:0;margin:0 0 .25rem;padding:0}
nav ol{list-style:none;margin:0;padding:0}nav li{padding:.2rem 0}nav a{text-decoration:none}nav a:hover{text-decoration:
underline}nav span{color:var(--soft);font-size:.8125rem;margin-left:.25rem}nav .up{display:none}
.frame:not(:has(nav)){display:block}section{margin:2.75rem 0 0}main{min-width:0;padding-bottom:4rem}
.finding{padding:.15rem 0 .15rem 1rem;margin:0 0 1.35rem;border-left:3px solid var(--line);break-inside:avoid}
.finding.alerted{border-color:var(--alerted)}.finding.done{border-color:var(--done)}
.finding p{margin:.2rem 0}.finding .saw{margin-top:.5rem}.finding h3+.saw{margin-top:0}
.finding .soft{font-size:.9375rem}
.soft>b{font-weight:600;color:var(--ink);margin-right:.15rem}
.mark{display:inline-block;width:1.15em;height:1.15em;line-height:1.15em;border-radius:50%;text-align:center;
font-size:.8125rem;margin-right:.45rem;color:var(--page);background:var(--soft)}
.alerted .mark{background:var(--alerted)}.done .mark{background:var(--done)}
.scroll{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:baseline}
th{font-weight:600;font-size:.8125rem;color:var(--soft);white-space:nowrap;background:var(--page)}
th:last-child,td:last-child{padding-right:0}
.n{text-align:right;white-space:nowrap}td.name{font-weight:600;max-width:20rem}
.remark{font-weight:400;font-size:.8125rem;color:var(--soft)}
.wide-bar{width:40%;min-width:4rem}.short-bar{width:12rem;min-width:4rem}
svg{display:block;overflow:visible;fill:var(--bar)}
.bar{width:100%;height:.6rem;overflow:hidden;border-radius:1px}.track{fill:var(--line)}
.whisker{stroke:var(--ink);stroke-width:1.5}
.hist{width:100%;height:4rem;border-bottom:1px solid var(--line)}
.ends{display:flex;justify-content:space-between;gap:1rem;font-size:.75rem;color:var(--soft);margin-bottom:.5rem}
.dots{width:100%;stroke:var(--bar);stroke-width:2}.dots circle{fill:var(--bar);stroke:none}
.dots .ref{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 2}
figure{margin:0 0 1.25rem;break-inside:avoid;min-width:0}figcaption{font-weight:600;overflow-wrap:anywhere}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(24rem,100%),1fr));gap:0 2.5rem;margin-top:.9rem}
.grid .scroll{margin:.25rem 0}
.kind{color:var(--soft);font-weight:400;font-size:.875rem}
.method div{margin:0 0 .9rem;max-width:46rem}.method dt{font-weight:600}.method dd{color:var(--soft)}
"""

_WIDE = """
.frame{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:0 3.5rem}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;margin:0;padding:2.75rem 0 1rem}
nav .up{display:block;margin-top:.75rem;font-size:.8125rem;color:var(--soft)}
"""

_PAPER = """
html{font-size:9.5pt}@page{size:A4;margin:16mm 15mm 18mm;@bottom-right{content:counter(page) " / " counter(pages);
font:9px system-ui,sans-serif;color:#57606a}}
html{scroll-behavior:auto}body{line-height:1.45;print-color-adjust:exact;
-webkit-print-color-adjust:exact}
header,.frame{max-width:none;padding:0}.frame{display:block}h1{font-size:20pt}h2{font-size:14pt;break-after:avoid}
h3,figcaption{break-after:avoid}section{margin-top:9mm}p{max-width:none;orphans:3;widows:3}
nav{position:static;padding:0;margin-top:5mm;break-inside:avoid;max-height:none;overflow:visible}
nav ol{columns:2}nav .up{display:none}a{color:inherit;text-decoration:none}
.scroll{overflow:visible}thead{display:table-header-group}tr,.card,.finding,figure{break-inside:avoid}
th,td{padding:.25rem .5rem .25rem 0}.grid{grid-template-columns:1fr 1fr;gap:0 8mm}
.method div{break-inside:avoid}h2+p{break-after:avoid}
"""


def stylesheet(rules: str = "", *, wide: str = "", narrow: str = "", screen: str = "", paper: str = "") -> str:
    """Return the style of a report: what all share, and rules of its own.

    Parameters
    ----------
    rules : str
    wide, narrow : str
        On a screen that has room for the contents beside the text, and on one that has not.
    screen, paper : str
        On any screen, and in print.
    """
    return (
        f":root{{color-scheme:light dark;{_variables(LIGHT)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
        f"{_RULES}{rules}"
        f"@media screen and (max-width:70rem){{{narrow}}}"
        f"@media screen and (min-width:70.01rem){{{_WIDE}{wide}}}"
        f"@media screen{{{screen}}}"
        f"@media print{{:root{{color-scheme:light}}{_PAPER}{paper}}}"
    ).replace("\n", "")
