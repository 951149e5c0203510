"""Exports as a layered picture: belts, gateways, hubs or platforms, and markets; the width of a band is its yuan.

The picture stands on white with its own colours, so that it reads the same on a page, on paper and in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

import pandas as pd

from experiments.amounts import amount
from experiments.facts import pick
from experiments.figures.columns import Group, columns, owner_of
from experiments.figures.scales import month_name
from experiments.flows import FlowMap
from model.kernel.declare import Label

WIDTH: Final = 1080.0
TOP: Final = 58.0
SLOT: Final = 18.0
"""Height a label needs; every node has at least this much, so labels never meet."""
BANDS: Final = 300.0
"""Height that all exports fill, besides the slots."""
BAR: Final = 12.0
AT: Final = (240.0, 418.0, 620.0, 868.0)
"""Left edges of the four columns."""
THINNEST: Final = 0.2
LETTERS: Final = 33
HEADS: Final = {
    "belt": Label("Industrial belts", "产业带"),
    "gateway": Label("Gateways", "口岸"),
    "hub": Label("Overseas hubs", "海外枢纽"),
    "platform": Label("Platforms", "平台"),
    "market": Label("Markets", "目的市场"),
}
STYLE: Final = (
    ".fn text{font:12px system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;fill:#1b1f24}"
    ".fn .head{font-weight:600;font-size:13px}.fn .note{fill:#4a5361}"
    ".fn .halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
    ".fn .band{fill:none;stroke:#3f6f9f;stroke-opacity:.28}.fn rect.bar{fill:#22476b}"
    ".fn .gathered rect.bar{fill:#76808c}"
)


@dataclass(frozen=True)
class Node:
    """A node with its place in the picture: column 0 to 3, top of its slot, height of slot and bar."""

    group: Group
    column: int
    top: float
    slot: float
    bar: float

    @property
    def bar_top(self) -> float:
        return self.top + (self.slot - self.bar) / 2.0


@dataclass(frozen=True)
class Layout:
    """Nodes and bands between them; `scale` is the height of a yuan, `hidden` yuan of bands too thin to draw."""

    nodes: tuple[Node, ...]
    bands: tuple[tuple[Node, Node, float, float, float], ...]  # start, end, yuan, middle of the band at both ends
    scale: float
    height: float
    hidden: float
    total: float


def layout(flow: FlowMap, ways: pd.DataFrame, middle: str) -> Layout:
    """Where everything stands: each node has its slot, so the longest column sets the height."""
    cols = columns(flow, ways, middle)
    total = float(ways["yuan"].sum())
    scale = BANDS / total if total > 0.0 else 0.0
    nodes = [node for number, col in enumerate(cols) for node in _stacked(col, number, scale)]
    height = max((node.top + node.slot for node in nodes), default=TOP) + 84.0
    bands, hidden = _bands(nodes, _joined(cols, ways, middle), scale)
    return Layout(tuple(nodes), tuple(bands), scale, height, hidden, total)


def _stacked(groups: Iterable[Group], column: int, scale: float) -> Iterable[Node]:
    top = TOP
    for group in groups:
        bar = max(group.yuan * scale, 1.0)
        slot = max(bar + 3.0, SLOT)
        yield Node(group, column, top, slot, bar)
        top += slot


def _joined(cols: list[list[Group]], ways: pd.DataFrame, middle: str) -> dict[tuple[str, str], float]:
    """Yuan between groups of neighbouring columns."""
    owner = owner_of(group for col in cols for group in col)
    found: dict[tuple[str, str], float] = {}
    for one, two in pairwise(("belt", "gateway", middle, "market")):
        pairs = ways.groupby([one, two], observed=True)["yuan"].sum()
        for (start, end), yuan in pairs.items():
            key = owner[start], owner[end]
            found[key] = found.get(key, 0.0) + float(yuan)
    return found


def _bands(
    nodes: list[Node], joined: Mapping[tuple[str, str], float], scale: float
) -> tuple[list[tuple[Node, Node, float, float, float]], float]:
    """Bands leave and reach each bar in the order of the other side, so that they do not twist."""
    at = {node.group.key: node for node in nodes}
    order = {key: place for place, key in enumerate(at)}
    left = {key: node.bar_top for key, node in at.items()}
    right = dict(left)
    middles: dict[tuple[str, str], list[float]] = {}
    for start, end in sorted(joined, key=lambda pair: (order[pair[0]], order[pair[1]])):
        wide = joined[start, end] * scale
        middles[start, end] = [right[start] + wide / 2.0]
        right[start] += wide
    for start, end in sorted(joined, key=lambda pair: (order[pair[1]], order[pair[0]])):
        wide = joined[start, end] * scale
        middles[start, end].append(left[end] + wide / 2.0)
        left[end] += wide
    thick = [pair for pair in middles if joined[pair] * scale >= THINNEST]
    hidden = sum(yuan for pair, yuan in joined.items() if pair not in set(thick) and at[pair[0]].column == 0)
    return [(at[one], at[two], joined[one, two], *middles[one, two]) for one, two in thick], hidden  # type: ignore[misc]


# --- drawing -------------------------------------------------------------------------------------------------------


def picture(
    flow: FlowMap,
    lang: str = "en",
    middle: str = "hub",
    ways: pd.DataFrame | None = None,
    interactive: bool = False,
    prefix: str = "flows",
) -> str:
    """SVG text of the flows. `ways` may be narrowed (`FlowMap.narrowed`); `prefix` keeps ids apart on one page.

    An interactive picture is a group of buttons (`data-node` names them); otherwise it is one image.
    """
    chosen = flow.ways if ways is None else ways
    plan = layout(flow, chosen, middle)
    role = "group" if interactive else "img"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fn" viewBox="0 0 {WIDTH:.0f} {plan.height:.0f}" '
        f'role="{role}" aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc" lang="{_tag(lang)}">',
        f'<title id="{prefix}-title">{escape(title(flow, lang))}</title>',
        f'<desc id="{prefix}-desc">{escape(sentence(plan, middle, lang))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH:.0f}" height="{plan.height:.0f}" fill="#fff"/>',
        *(_band(*band, lang) for band in plan.bands),
        *_heads(middle, lang),
        *(_node(node, lang, interactive, number == 0) for number, node in enumerate(plan.nodes)),
        *_legend(plan, lang),
        "</svg>",
    ]
    return "".join(parts)


def _tag(lang: str) -> str:
    return "zh-CN" if lang == "zh" else "en"


def title(flow: FlowMap, lang: str) -> str:
    """What is shown and for when."""
    span = month_name(flow.first, lang), month_name(flow.last, lang)
    if lang == "zh":
        return f"{flow.label.zh}：{span[0]}至{span[1]}跨境电商出口流向（{amount(flow.exports, 'yuan', lang='zh')}）"
    return f"{flow.label.en}: where exports went, {span[0]} to {span[1]} ({amount(flow.exports, 'yuan')})"


def sentence(plan: Layout, middle: str, lang: str) -> str:
    """The picture in a sentence: the largest of each column with its share."""
    if plan.total <= 0.0:
        return pick(Label("No exports pass here.", "此处没有出口。"), lang)
    said = []
    for number, kind in enumerate(("belt", "gateway", middle, "market")):
        first = next(node.group for node in plan.nodes if node.column == number)
        share = amount(first.yuan / plan.total, "share", lang=lang)
        said.append(f"{pick(HEADS[kind], lang)}{'：' if lang == 'zh' else ': '}{pick(first.label, lang)} {share}")
    lead = pick(Label("Largest of each column. ", "各列最大者："), lang)
    return lead + ("；" if lang == "zh" else "; ").join(said) + ("。" if lang == "zh" else ".")


def _band(start: Node, end: Node, yuan: float, left: float, right: float, lang: str) -> str:
    x1, x2 = AT[start.column] + BAR, AT[end.column]
    bend = (x2 - x1) / 2.0
    wide = yuan * (start.bar / start.group.yuan)
    return (
        f'<path class="band" data-start="{escape(start.group.key)}" data-end="{escape(end.group.key)}" '
        f'stroke-width="{wide:.2f}" d="M{x1:.0f} {left:.1f}C{x1 + bend:.0f} {left:.1f} {x2 - bend:.0f} {right:.1f} '
        f'{x2:.0f} {right:.1f}"/>'
    )


def _heads(middle: str, lang: str) -> Iterable[str]:
    for number, kind in enumerate(("belt", "gateway", middle, "market")):
        anchor, x = ("end", AT[0] + BAR) if number == 0 else ("start", AT[number])
        yield f'<text class="head" x="{x:.0f}" y="34" text-anchor="{anchor}">{pick(HEADS[kind], lang)}</text>'


def shortened(text: str, lang: str) -> str:
    """A label cut to what its column can hold; Chinese letters take two places."""
    room = LETTERS if lang == "en" else LETTERS // 2
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def _node(node: Node, lang: str, interactive: bool, first: bool) -> str:
    x, middle = AT[node.column], node.top + node.slot / 2.0
    anchor, at = ("end", x - 6.0) if node.column == 0 else ("start", x + BAR + 6.0)
    name, yuan = pick(node.group.label, lang), amount(node.group.yuan, "yuan", lang=lang)
    gathered = " gathered" if len(node.group.members) > 1 else ""
    button = (
        f' role="button" tabindex="{0 if first else -1}" aria-pressed="false" '
        f'aria-label="{escape(f"{name}, {yuan}", quote=True)}"'
        if interactive
        else ""
    )
    reach = (node.top, node.slot, x - 236.0, 248.0) if node.column == 0 else (node.top, node.slot, x, 212.0)
    return (
        f'<g class="node{gathered}" data-node="{escape(node.group.key)}" data-column="{node.column}"{button}>'
        f"<title>{escape(f'{name}: {yuan}')}</title>"
        f'<rect class="reach" x="{reach[2]:.0f}" y="{reach[0]:.1f}" width="{reach[3]:.0f}" height="{reach[1]:.1f}" '
        'fill="none" pointer-events="all"/>'
        f'<rect class="bar" x="{x:.0f}" y="{node.bar_top:.1f}" width="{BAR:.0f}" height="{node.bar:.1f}"/>'
        f'<text class="halo" x="{at:.0f}" y="{middle + 4.0:.1f}" text-anchor="{anchor}">'
        f"{escape(shortened(name, lang))}</text></g>"
    )


def _legend(plan: Layout, lang: str) -> Iterable[str]:
    """Three sample widths, and what was gathered or left out."""
    y = plan.height - 46.0
    yield f'<text class="note" x="12" y="{y:.0f}">{pick(Label("Width of a band:", "线宽含义："), lang)}</text>'
    x = 130.0
    for yuan in samples(plan.total):
        wide = yuan * plan.scale
        yield f'<path class="band" stroke-width="{wide:.2f}" d="M{x:.0f} {y - 4:.0f}H{x + 60:.0f}"/>'
        yield f'<text class="note" x="{x + 68:.0f}" y="{y:.0f}">{amount(yuan, "yuan", lang=lang)}</text>'
        x += 180.0
    yield f'<text class="note" x="12" y="{plan.height - 18.0:.0f}">{escape(notes(plan, lang))}</text>'


def samples(total: float) -> list[float]:
    """Round sizes for the legend: about 1, 3 and 10 hundredths of all."""
    sizes = []
    for share in (0.01, 0.03, 0.1):
        digits = f"{total * share:.0e}"
        sizes.append(float(digits))
    return [size for size in sizes if size > 0.0]


def notes(plan: Layout, lang: str) -> str:
    """What is gathered, and what is too thin to be drawn."""
    gathered = sum(len(node.group.members) for node in plan.nodes if len(node.group.members) > 1)
    thin = amount(plan.hidden / plan.total if plan.total > 0.0 else 0.0, "share", lang=lang)
    limit = amount(THINNEST / plan.scale if plan.scale > 0.0 else 0.0, "yuan", lang=lang)
    if lang == "zh":
        said = f"灰色节点由{gathered}个较小地点合并而成。" if gathered else "没有合并的节点。"
        return f"{said}小于{limit}的线未画出（合计占产业带流出的{thin}），表中均列出。"
    said = f"Grey nodes gather {gathered} smaller places. " if gathered else "No place is gathered with others. "
    return f"{said}Bands below {limit} are not drawn (together {thin} of what leaves belts); the table has them all."
