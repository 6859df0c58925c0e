"""The graph and the coverage of concepts as pictures: SVG, drawn by whatever shows them with the fonts that it has, or
PNG, drawn here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from wcwidth import wcswidth

from kb.answers import Coverage, Graph
from kb.graph import communities
from kb.model import Article, Mention
from kb.names import preferred_name

# Colours of Okabe and Ito ("Color Universal Design", 2008), told apart by those who see few colours; then once more.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A6F00", "#666666")
FONTS = (
    "'Noto Sans','Noto Sans CJK SC','Noto Sans CJK TC','PingFang SC','Microsoft YaHei',Arial,'DejaVu Sans',sans-serif"
)
DASHES = {"broader": "", "part-of": "", "related": "", "opposed": "6 3", "co-occurrence": "2 3"}
SIZE, LINE = 13.0, 1.25  # of letters, in pixels, and of a line in letters
LETTER = 0.56  # width of a narrow letter; a Chinese one has two of them
ROUNDS = 300  # of pushing names apart
CELL, SIDE = 46, 22  # of a heat map
ACROSS = 600  # of the longest article
TITLE = 28  # above a picture


PIXELS = 2.0  # of a PNG for each of the SVG: sharp on paper


def png(svg: str) -> bytes:
    """The same picture in pixels, with the fonts of this machine."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=PIXELS, background="#fff"))


def graph_svg(graph: Graph, languages: Sequence[str] = ()) -> str:
    """Concepts as dots, larger where they are more salient, in the colour of their community; links as lines, dotted
    where they are only counted. `languages`: tags whose preferred names are shown; none: one name each."""
    ids = [node.id for node in graph.nodes]
    groups = communities(ids, graph.edges)
    colour = {id: COLOURS[n % len(COLOURS)] for n, group in enumerate(groups) for id in group}
    names = {node.id: _names(node.labels, languages) for node in graph.nodes}
    top = max((node.salience for node in graph.nodes), default=1.0) or 1.0
    radius = {node.id: 4 + 10 * math.sqrt(max(node.salience, 0.0) / top) for node in graph.nodes}
    boxes = {id: _box(names[id], radius[id]) for id in ids}
    places, width, height = _places(ids, graph, boxes)
    places = {id: (x, y - boxes[id][1] / 2 + radius[id]) for id, (x, y) in places.items()}  # the dot is on top
    out = [_head(width, height, f"{len(ids)} concepts, {len(graph.edges)} links, {len(groups)} communities")]
    for link in graph.edges:
        (x1, y1), (x2, y2) = places[link.a], places[link.b]
        dash = f' stroke-dasharray="{DASHES[link.kind]}"' if DASHES.get(link.kind) else ""
        said = escape(f"{names[link.a][0][1]} – {link.kind} – {names[link.b][0][1]} ({link.score:.2f})")
        out.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#999" stroke-opacity=".6" '
            f'stroke-width="{0.5 + 1.5 * link.score:.1f}"{dash}><title>{said}</title></line>'
        )
    for node in graph.nodes:
        x, y = places[node.id]
        said = escape(f"{node.type or 'concept'}, {node.mentions} mentions")
        out.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius[node.id]:.1f}" fill="{colour[node.id]}" stroke="#fff">'
            f"<title>{said}</title></circle>"
        )
    for id in ids:  # above all dots and lines
        x, y = places[id]
        for n, (tag, name) in enumerate(names[id]):
            at = y + radius[id] + SIZE * (1 + LINE * n)
            out.append(f'<text x="{x:.1f}" y="{at:.1f}" xml:lang="{escape(tag)}">{escape(name)}</text>')
    return "\n".join([*out, "</svg>", ""])


def heat_svg(rows: Sequence[Coverage]) -> str:
    """A row for every concept, a column for every language or article: the darker, the larger its share there."""
    columns = list(rows[0].counts)
    totals = {c: sum(row.counts[c] for row in rows) or 1 for c in columns}
    shares = [[row.counts[c] / totals[c] for c in columns] for row in rows]
    most = max((share for line in shares for share in line), default=0.0) or 1.0
    left = max(_wide(row.name) for row in rows) + 16
    head = max(_wide(c) for c in columns) * 0.75 + 24
    width, height = left + CELL * len(columns) + head, head + SIDE * len(rows) + 12
    out = [_head(width, height, f"Mentions of {len(rows)} concepts (darker: more of the column)")]
    for k, column in enumerate(columns):
        x = left + CELL * (k + 0.5)
        out.append(
            f'<text x="{x:.1f}" y="{head - 8:.1f}" style="text-anchor:start" '
            f'transform="rotate(-45 {x:.1f} {head - 8:.1f})">{escape(column)}</text>'
        )
    for n, (row, line) in enumerate(zip(rows, shares, strict=True)):
        y = head + SIDE * n
        out.append(
            f'<text x="{left - 8:.1f}" y="{y + SIDE * 0.7:.1f}" style="text-anchor:end">{escape(row.name)}</text>'
        )
        for k, (column, share) in enumerate(zip(columns, line, strict=True)):
            depth = math.sqrt(share / most)
            x, count = left + CELL * k, row.counts[column]
            said = escape(f"{row.name}, {column}: {count}")
            out.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{CELL}" height="{SIDE}" fill="#0072B2" stroke="#ddd" '
                f'fill-opacity="{depth:.3f}"><title>{said}</title></rect>'
            )
            if count:
                ink, middle = "#fff" if depth > 0.55 else "#222", x + CELL / 2
                out.append(
                    f'<text x="{middle:.1f}" y="{y + SIDE * 0.7:.1f}" style="fill:{ink};stroke:none">{count}</text>'
                )
    return "\n".join([*out, "</svg>", ""])


def dispersion_svg(mentions: Sequence[Mention], articles: Sequence[Article], title: str) -> str:
    """A line for every article, as long as it is, with a stroke wherever one of the mentions stands."""
    longest = max(article.characters for article in articles) or 1
    left = max(_wide(article.id) for article in articles) + 16
    count = Counter(mention.article for mention in mentions)
    right = max(_wide(str(n)) for n in count.values()) + 16
    out = [_head(left + ACROSS + right, SIDE * len(articles) + SIDE, title)]
    for n, article in enumerate(articles):
        y, length = SIDE * (n + 0.5), ACROSS * article.characters / longest
        out.append(f'<text x="{left - 8:.1f}" y="{y + 5:.1f}" style="text-anchor:end">{escape(article.id)}</text>')
        out.append(
            f'<rect x="{left:.1f}" y="{y - 7:.1f}" width="{length:.1f}" height="14" fill="#eee">'
            f"<title>{escape(article.title)}</title></rect>"
        )
        for mention in (m for m in mentions if m.article == article.id):
            x = left + length * mention.start / (article.characters or 1)
            said = escape(f"{mention.surface}, {mention.article} {mention.start}-{mention.end}")
            out.append(
                f'<line x1="{x:.1f}" y1="{y - 7:.1f}" x2="{x:.1f}" y2="{y + 7:.1f}" stroke="#0072B2" '
                f'stroke-width="1.5"><title>{said}</title></line>'
            )
        x = left + ACROSS + 8
        out.append(f'<text x="{x:.1f}" y="{y + 5:.1f}" style="text-anchor:start">{count[article.id]}</text>')
    return "\n".join([*out, "</svg>", ""])


def _head(width: float, height: float, title: str) -> str:
    """The title stands above the picture, which begins at 0, 0."""
    width = max(width, _wide(title) + 24)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-TITLE} {width:.0f} {height + TITLE:.0f}" '
        f'width="{width:.0f}" height="{height + TITLE:.0f}" role="img"><title>{escape(title)}</title>\n'
        f"<style>text{{font:{SIZE:.0f}px {FONTS};text-anchor:middle;fill:#222;stroke:#fff;stroke-width:3px;"
        "paint-order:stroke;stroke-linejoin:round}</style>\n"
        f'<rect y="{-TITLE}" width="100%" height="100%" fill="#fff"/>\n'
        f'<text x="12" y="-8" style="text-anchor:start;font-weight:bold">{escape(title)}</text>'
    )


def _names(labels: Mapping[str, Sequence[str]], languages: Sequence[str]) -> list[tuple[str, str]]:
    """(tag, name) of each of the languages that has one; of none, one name."""
    found = [(tag, labels[tag][0]) for tag in languages if labels.get(tag)]
    first = next((tag for tag in sorted(labels) if labels[tag]), "und")
    return found or [(first, preferred_name(labels))]


def _wide(text: str) -> float:
    return max(wcswidth(text), len(text)) * LETTER * SIZE


def _box(names: Sequence[tuple[str, str]], radius: float) -> tuple[float, float]:
    """Width and height of a dot with its names below."""
    wide = max(_wide(name) for _, name in names) + 8
    return max(wide, 2 * radius), 2 * radius + SIZE * LINE * len(names) + 6


def _places(
    ids: Sequence[str], graph: Graph, boxes: Mapping[str, tuple[float, float]]
) -> tuple[dict[str, tuple[float, float]], float, float]:
    """The middle of each box, and the size of the picture: linked concepts near each other, names not over each other.

    Fruchterman & Reingold 1991, "Graph Drawing by Force-directed Placement", Software: Practice and Experience 21.
    """
    import networkx as nx
    import numpy as np

    net = nx.Graph()
    net.add_nodes_from(ids)
    net.add_weighted_edges_from((link.a, link.b, link.score) for link in graph.edges)
    side = 1.6 * math.sqrt(sum(w * h for w, h in boxes.values()) * 2)
    laid = nx.spring_layout(net, seed=0, k=1.8 / math.sqrt(max(len(ids), 1)), iterations=200)
    at = np.array([laid[id] for id in ids]) * (side / 2, side / 3)
    size = np.array([boxes[id] for id in ids])
    for _ in range(ROUNDS):
        apart = at[:, None] - at
        least = (size[:, None] + size) / 2
        over = least - np.abs(apart)
        hit = (over > 0).all(axis=2) & ~np.eye(len(ids), dtype=bool)
        if not hit.any():
            break
        # Along the side that needs the smaller push; of two at one place the first goes up.
        sign = np.where(
            apart == 0, np.sign(np.arange(len(ids))[:, None] - np.arange(len(ids)))[..., None], np.sign(apart)
        )
        down = over[..., 1] <= over[..., 0]
        push = np.where(np.stack([~down, down], axis=2) & hit[..., None], sign * over / 2, 0.0)
        at += push.sum(axis=1) * 0.5
    low = (at - size / 2).min(axis=0) - 20
    high = (at + size / 2).max(axis=0) + 20
    places = {id: (float(x), float(y)) for id, (x, y) in zip(ids, at - low, strict=True)}
    return places, float(high[0] - low[0]), float(high[1] - low[1])
