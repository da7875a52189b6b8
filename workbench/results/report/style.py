"""How the report of a result looks, beyond what all reports share."""

from workbench.document.style import stylesheet

_RULES = """
.plot{max-width:100%;height:auto}.plot text{fill:var(--soft);font-size:11px}.plot .title{fill:var(--ink)}
.plot .mid{text-anchor:middle}.plot .end{text-anchor:end}.grid-lines line{stroke:var(--line)}
.plot .line{fill:none;stroke:var(--bar);stroke-width:2}.plot .line.ref{stroke:var(--soft);stroke-width:1.2;
stroke-dasharray:4 3}.plot .area{fill:var(--bar);fill-opacity:.18}.plot .dot{fill-opacity:.55}
.plot .mark-dot{fill:var(--alerted);stroke:var(--page);stroke-width:1.5}
.plot .line.c1{stroke:var(--alerted);stroke-dasharray:7 3}.plot .line.c2{stroke:var(--passed);stroke-dasharray:2 2}
.plot .line.c3{stroke:var(--soft);stroke-dasharray:9 3 2 3}
figcaption+.note,figure .note{margin-top:.25rem}figcaption{margin-bottom:.5rem;text-wrap:balance}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr));gap:.5rem 2.5rem;
margin-top:1rem}
.plain{margin:.5rem 0;padding-left:1.2rem;max-width:46rem}.plain li{margin:.25rem 0;overflow-wrap:anywhere}
.bare{list-style:none;padding-left:0}
.verdict{border-left:4px solid var(--line);padding:.5rem 0 .5rem 1rem;margin:1rem 0;max-width:46rem;
background:var(--wash)}.verdict.reached{border-color:var(--passed)}
.verdict.perhaps,.verdict.missed{border-color:var(--alerted)}.verdict p{margin:.2rem .5rem .2rem 0}
.chosen td{background:var(--wash)}.chosen td:first-child{font-weight:600}
td.told{min-width:10rem;overflow-wrap:anywhere;white-space:normal}.scale{width:20%;min-width:6rem}
.several{columns:17rem;column-gap:2.5rem;max-width:none}.several li{break-inside:avoid}

.counts{width:auto;min-width:min(34rem,100%)}.counts td,.counts th{padding-right:1.5rem}
.big{font-size:1.25rem;font-weight:600}.figures{display:flex;flex-wrap:wrap;gap:1rem 2.25rem;margin:1rem 0}
.figures dt{color:var(--soft);font-size:.8125rem}.figures dd{font-weight:600;font-size:1.1rem}
th,th.n{white-space:normal;text-wrap:balance}h3{margin-top:1.6rem}.finding h3{margin-top:0}
.answers{margin:0 0 1.25rem}.answers>div{display:grid;grid-template-columns:minmax(0,12rem) minmax(0,1fr);
gap:.1rem 1.5rem;padding:.7rem 0 .7rem 1rem;border-left:4px solid var(--line);margin:.6rem 0;background:var(--wash)}
.answers>div.good{border-color:var(--passed)}.answers>div.doubtful{border-color:var(--alerted)}
.answers dt{color:var(--soft);font-size:.9375rem}.answers dd{padding-right:1rem}.answers dd>b{font-size:1.1rem;
line-height:1.35;display:block;text-wrap:balance}
.plot .line.c4{stroke:var(--ink);stroke-dasharray:14 4}.gap{color:var(--alerted)}.rates .wide-name{min-width:5rem}
.with-scale th.n{min-width:5.5rem}
.wide-name{min-width:7.5rem;max-width:16rem;overflow-wrap:break-word}.wide-name:has(+.told){min-width:11rem}
"""
# What a row says in words stands below its figures where there is no room beside them.
_NARROW = """
.answers>div{grid-template-columns:1fr}.told-below tr{display:grid;gap:0 .6rem;border-bottom:1px solid var(--line);
grid-template-columns:minmax(0,1.7fr) minmax(0,1.5fr) minmax(0,1fr) minmax(0,1fr)}
.told-below td,.told-below th{border:0;padding-right:0;min-width:0}.told-below .told,.told-below tbody td:last-child{
grid-column:1/-1;padding-top:0;min-width:0}.told-below th:last-child,.told-below .scale,
.with-scale th:nth-child(3){display:none}.told-below .n{white-space:normal}
.counts td,.counts th{padding-right:.6rem}.counts .n{white-space:normal}td.told{min-width:7rem}
"""
_PAPER = """
.answers{margin:0 0 4mm}.answers>div{grid-template-columns:38mm 1fr;padding:2mm 0 2mm 3mm;margin:1.5mm 0;
break-inside:avoid}.headline{font-size:12pt;margin-bottom:4mm}main>section:first-child{break-before:page;margin-top:0}
header,nav{font-size:9pt}.scroll:not(:has(tr:nth-child(9))){break-inside:avoid}
.pictures{grid-template-columns:1fr 1fr;gap:2mm 8mm}.plot{max-width:80mm}h3{margin-top:5mm}
.verdict{break-inside:avoid}table{font-size:8.5pt}.plain{max-width:none}.several{columns:2}td.told{min-width:36mm}
.wide-name:has(+.n){min-width:44mm}.wide-name:has(+.told){min-width:62mm}.with-scale .scale{width:14%;min-width:18mm}
tbody tr:first-child{break-after:avoid}tbody tr:last-child{break-before:avoid}
"""
STYLE = stylesheet(_RULES, paper=_PAPER) + f"@media screen and (max-width:40rem){{{_NARROW}}}".replace("\n", "")
