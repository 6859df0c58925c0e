"""The concept graph as pure functions over lists of links. Ties are settled by id, so answers never change places."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from kb.model import Link

# What a link is called when it is read from `b` to `a`. Other kinds read the same both ways.
INVERSE = {
    "broader": "narrower",
    "narrower": "broader",
    "part-of": "has-part",
    "has-part": "part-of",
}

# What every step of a path costs on top of its doubt (1 - score): one more step has to win a quarter in score. Without
# it a long chain of sure links beats one link that is nearly as sure; with a tenth four relations of a scheme beat a
# sentence that holds both.
STEP_COST = 0.25


def turned(link: Link) -> Link:
    """The same link read from its other end."""
    return replace(link, a=link.b, b=link.a, kind=INVERSE.get(link.kind, link.kind))


def neighbours(links: Iterable[Link], concept: str) -> list[Link]:
    """Links of `concept`, read from it (`a` is the concept), surest first; one that is there both ways comes once."""
    found: dict[tuple[str, str], Link] = {}
    for link in links:
        if concept not in (link.a, link.b) or link.a == link.b:
            continue
        link = link if link.a == concept else turned(link)
        key = (link.b, link.kind)
        if key not in found or link.score > found[key].score:
            found[key] = link
    return sorted(found.values(), key=lambda link: (-link.score, link.kind, link.b))


def shortest_path(links: Iterable[Link], start: str, goal: str) -> list[Link] | None:
    """The surest way from `start` to `goal` (Dijkstra over 1 - score + STEP_COST), each link read in walking direction.

    None when no chain of links joins them; an empty list when they are the same.
    """
    out: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        out[link.a].append(link)
        out[link.b].append(turned(link))
    came_by: dict[str, Link] = {}
    cost = {start: 0.0}
    queue = [(0.0, start)]
    done: set[str] = set()
    while queue:
        here_cost, here = heapq.heappop(queue)
        if here == goal:
            return _walk_back(came_by, start, goal)
        if here in done:
            continue
        done.add(here)
        for link in sorted(out[here], key=lambda link: (link.b, -link.score, link.kind)):
            there_cost = here_cost + max(0.0, 1 - link.score) + STEP_COST
            if there_cost < cost.get(link.b, float("inf")):
                cost[link.b] = there_cost
                came_by[link.b] = link
                heapq.heappush(queue, (there_cost, link.b))
    return None


def _walk_back(came_by: dict[str, Link], start: str, goal: str) -> list[Link]:
    steps: list[Link] = []
    while goal != start:
        steps.append(came_by[goal])
        goal = steps[-1].a
    return steps[::-1]


def within(links: Iterable[Link], concepts: Collection[str], kinds: Sequence[str] | None = None) -> list[Link]:
    """The links that join two of `concepts`, in their order."""
    return [
        link for link in links if link.a in concepts and link.b in concepts and (kinds is None or link.kind in kinds)
    ]


def communities(concepts: Sequence[str], links: Iterable[Link]) -> list[list[str]]:
    """Groups of concepts that have more to do with each other than with others, largest first, in the order of
    `concepts`; one without a link is a group by itself.

    Louvain method: Blondel et al. 2008, "Fast unfolding of communities in large networks", J. Stat. Mech. P10008.
    """
    import networkx as nx  # late: it is slow to start

    net = nx.Graph()
    net.add_nodes_from(concepts)
    net.add_weighted_edges_from((x.a, x.b, x.score) for x in links if x.a in net and x.b in net and x.kind != "opposed")
    place = {concept: n for n, concept in enumerate(concepts)}
    found = [sorted(group, key=place.__getitem__) for group in nx.community.louvain_communities(net, seed=0)]
    return sorted(found, key=lambda group: (-len(group), place[group[0]]))
