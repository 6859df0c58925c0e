"""How pages look: their head and style. Text and ground have a contrast of at least
4.5 to 1 in light and in dark; a test computes it."""

from __future__ import annotations

# Name -> (light, dark); the pairs that stand on each other are in PAIRS.
COLOURS = {
    "ground": ("#ffffff", "#15171a"),
    "text": ("#1b1b1b", "#e8e6e3"),
    "quiet": ("#595959", "#a8adb3"),
    "line": ("#c8c8c8", "#44484d"),
    "link": ("#0b4fa0", "#8ab8ff"),
    "gone": ("#9c1010", "#ffa198"),
    "gone-ground": ("#fdeeee", "#3a1b1b"),
    "come": ("#0d5a21", "#93e0a4"),
    "come-ground": ("#e9f7ec", "#14301c"),
    "offer": ("#5a4300", "#ffd978"),
    "offer-ground": ("#fff4cf", "#382e0d"),
}
PAIRS = (
    ("text", "ground"), ("quiet", "ground"), ("link", "ground"), ("gone", "gone-ground"), ("come", "come-ground"),
    ("offer", "offer-ground"), ("gone", "ground"), ("come", "ground"),
)  # fmt: skip


def _colours(theme: int) -> str:
    return "".join(f"--{name}:{values[theme]};" for name, values in COLOURS.items())


STYLE = (
    f"""
:root{{color-scheme:light dark;{_colours(0)}}}
@media (prefers-color-scheme:dark){{:root{{{_colours(1)}}}}}
@media print{{:root{{{_colours(0)}}}}}
"""
    + """
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem 1.25rem 4rem;background:var(--ground);color:var(--text);
font:1rem/1.6 system-ui,"Segoe UI","Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin:2.5rem 0 .5rem;overflow-wrap:anywhere}
h3{font-size:1.05rem;margin:1rem 0 .25rem}
a{color:var(--link)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}dt{color:var(--quiet)}dd{margin:0}
fieldset{border:1px solid var(--line);margin:1rem 0;padding:.5rem 1rem;min-width:0}
label{margin-right:1rem;white-space:nowrap}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.2rem .9rem .2rem 0;border-bottom:1px solid var(--line)}
th{font-weight:normal}thead th{color:var(--quiet);font-size:.875rem}td.n{white-space:nowrap}.n{text-align:right}
.art{border-top:2px solid var(--line);margin-top:2rem;content-visibility:auto;contain-intrinsic-size:auto 60rem}
.facts,.notes,summary{color:var(--quiet);font-size:.875rem}
.row{display:grid;grid-template-columns:minmax(0,1fr) 17rem;gap:0 1.5rem;align-items:start}
.row>p,.row>h3{margin:.35rem 0;overflow-wrap:anywhere;white-space:pre-wrap}.item>p{padding-left:1.5rem}
.notes{border-left:1px solid var(--line);padding-left:.75rem;margin:.35rem 0}.notes p{margin:0 0 .25rem;line-height:1.4}
.out>p{color:var(--quiet)}.out>p::before{content:"~ "}
del{color:var(--gone);background:var(--gone-ground);text-decoration:line-through}
ins{color:var(--come);background:var(--come-ground);text-decoration:underline}
del::before{content:"\\2212"}ins::before{content:"+"}ins.alike::before{content:""}
ins.alike{text-decoration:underline dotted;white-space:pre-wrap}
.out del{color:inherit;background:none;text-decoration:none}.out del::before{content:""}
mark{color:var(--offer);background:var(--offer-ground);text-decoration:underline wavy}
sup{font-size:.7em;line-height:0;padding-left:.1em}
summary{cursor:pointer;padding:.35rem 0}.run{margin:.35rem 0}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
@media (max-width:48rem){.row{grid-template-columns:minmax(0,1fr)}.notes{margin-left:1rem}}
@media print{body{max-width:none;padding:0}fieldset,nav{display:none}.art{content-visibility:visible}
.run::details-content{content-visibility:visible;block-size:auto}.row{break-inside:avoid}}
"""
)

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
<title>{title}</title>
<style>{style}</style>
</head>
"""
