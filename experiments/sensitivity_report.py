"""What a sensitivity study leaves behind: three small tables, a picture a policy, a page of words.

The page and the pictures are made from the tables alone, so they can be made again without a run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from experiments.amounts import RELATIVE
from experiments.facts import pick
from experiments.figures import Bar, bar_chart
from experiments.headline import EFFECTS, POLICIES, Effect
from experiments.parameter_table import GROUPS, number
from experiments.sensitivity import OWN, Setting, factors
from model.kernel.declare import Label
from model.policies import policies

PROJECT: Final = Path(__file__).resolve().parents[1]
TABLES: Final = PROJECT / "scenarios" / "calibration"
PAGE: Final = PROJECT / "experiments" / "SENSITIVITY.md"
PICTURES: Final = PROJECT / "experiments" / "images"
NAMES: Final = ("centre", "groups", "ends", "morris")
LANGS: Final = ("en", "zh")
_DIGITS: Final = "%.6g"
_TITLES: Final = {
    "en": "{policy}: {effect}, change of the effect at either end of a number",
    "zh": "{policy}：参数取上下限时，“{effect}”效应的变化",
}
Tables = Mapping[str, pd.DataFrame]


def write_tables(tables: Tables, setting: Setting, data: str, folder: Path = TABLES) -> None:
    """One CSV a table, its first line saying of what runs."""
    folder.mkdir(parents=True, exist_ok=True)
    about = (
        f"# headline effects of two policies; scale {setting.scale}, {setting.months} months from {setting.start}, "
        f"{setting.seeds} seeds at the centre, {setting.trajectories} trajectories; evidence {data}\n"
    )
    for name in NAMES:
        text = tables[name].to_csv(index=False, float_format=_DIGITS, lineterminator="\n")
        (folder / f"sensitivity_{name}.csv").write_text(about + text, encoding="utf-8", newline="\n")


def read_tables(folder: Path = TABLES) -> dict[str, pd.DataFrame]:
    """The tables as they were written."""
    return {name: pd.read_csv(folder / f"sensitivity_{name}.csv", comment="#") for name in NAMES}


def about(folder: Path = TABLES) -> str:
    """The line that says of what runs the tables are."""
    with (folder / "sensitivity_centre.csv").open(encoding="utf-8") as file:
        return file.readline().removeprefix("# ").strip()


def write_page(folder: Path = TABLES, page: Path = PAGE, pictures: Path = PICTURES) -> None:
    """The page and its pictures, from the tables."""
    tables = read_tables(folder)
    pictures.mkdir(parents=True, exist_ok=True)
    for policy in POLICIES:
        for lang in LANGS:
            place = pictures / f"sensitivity_{policy}_{lang}.svg"
            place.write_text(tornado(tables, policy, lang), encoding="utf-8", newline="\n")
    page.write_text(page_text(tables, about(folder)), encoding="utf-8", newline="\n")


# --- pictures --------------------------------------------------------------------------------------------------------


def headline(policy: str) -> Effect:
    """The effect that a policy's picture shows."""
    return next(effect for effect in EFFECTS if effect.policy == policy)


def ranked(tables: Tables, effect: Effect, most: int = 8) -> list[str]:
    """Paths of the numbers that went into the trajectories, the one with the widest swing of the effect first."""
    tried = set(tables["morris"]["path"])
    rows = tables["ends"]
    rows = rows[(rows["effect"] == effect.key) & rows["path"].isin(tried)]
    swing = rows.assign(size=rows["change"].abs()).groupby("path")["size"].max().dropna()
    return list(swing.sort_values(ascending=False, kind="stable").index[:most])


def tornado(tables: Tables, policy: str, lang: str) -> str:
    """An SVG: for each number two bars, the change of the policy's first effect at its low and its high end."""
    effect, bars = headline(policy), []
    rows = tables["ends"].set_index(["effect", "path", "end"]).sort_index()
    for path in ranked(tables, effect):
        for end in ("low", "high"):
            row = rows.loc[(effect.key, path, end)]
            label = f"{pick(factors()[path].label, lang)} = {number(float(row['at']))}"
            bars.append(Bar(label, _in_unit(float(row["change"]), effect)))
    title = _TITLES[lang].format(policy=pick(policies()[policy].label, lang), effect=pick(effect.label, lang))
    unit = RELATIVE if effect.unit == "%" else effect.unit
    return bar_chart(bars, unit, lang, title, f"sensitivity-{policy}-{lang}", width=900.0)


def _in_unit(value: float, effect: Effect) -> float:
    """Per cent as a share: figures write shares as percentages themselves."""
    return value / 100.0 if effect.unit == "%" else value


# --- words -----------------------------------------------------------------------------------------------------------

_HEAD: Final = """# Which assumed number matters most 哪个假设值最重要

Made by `dualcirc sensitivity --write` from `scenarios/calibration/sensitivity_*.csv`; written by no hand.
Of what: {about}.

Every number whose status is assumed or literature was varied over its declared range, a policy's own assumed ones from
half to double. What is measured is the policy's effect (policy less baseline on the same luck) in the last year of the
run. Groups that move no effect clearly more than luck does were left out after the first step (last table);
the rest went to both ends one at a time; the strongest went through Morris trajectories. *mu\\** is
the mean size of an elementary effect, in the unit of the effect, for a number that crosses its whole range; *sigma*
large against *mu\\** means that it depends on the other numbers.
效应均为同一随机数下政策与基准之差；每个假设值在声明范围内变动。"""
_SENTENCE: Final = (
    "**{label}** (`{path}`) matters most for *{effect}*: the effect is {centre} at the declared values, {low} with "
    "{at_low} and {high} with {at_high}.\n\n对“{effect_zh}”影响最大的假设值是**{label_zh}**："
    "声明值下效应为{centre}，取{at_low}时为{low}，取{at_high}时为{high}。"
)
_NONE: Final = "No assumed number moves *{en}* beyond luck. 没有假设值使“{zh}”的变化超出随机波动。"
_COLUMNS: Final = (
    "| parameter 参数 | 名称 | at its low end 下限 | at its high end 上限 | mu* | mu | sigma |\n"
    "|---|---|---:|---:|---:|---:|---:|"
)


def page_text(tables: Tables, told: str) -> str:
    """The page in Markdown."""
    parts = [_HEAD.format(about=told)]
    for policy in POLICIES:
        label = policies()[policy].label
        parts += [f"## {label.en} {label.zh}", sentence(tables, headline(policy))]
        names = [(word, f"images/sensitivity_{policy}_{lang}.svg") for lang, word in label.as_row().items()]
        parts += [f"![{word}]({place})" for word, place in names]
        parts += [_effect_table(tables, effect) for effect in EFFECTS if effect.policy == policy]
    parts += ["## Groups 参数组", _group_table(tables)]
    return "\n\n".join(parts) + "\n"


def sentence(tables: Tables, effect: Effect) -> str:
    """Which number moves an effect most, and between which values, in both languages."""
    told = tables["centre"].set_index("effect").loc[effect.key]
    centre, noise = float(told["mean"]), float(told["noise"])
    changes = tables["ends"].set_index(["effect", "path", "end"]).sort_index()
    paths = ranked(tables, effect, 1)
    if not paths or changes.loc[(effect.key, paths[0]), "change"].abs().max() <= noise:
        return _NONE.format(en=effect.label.en, zh=effect.label.zh)
    factor = factors()[paths[0]]
    rows = changes.loc[(effect.key, factor.path)]
    low, high = (centre + float(rows.at[end, "change"]) for end in ("low", "high"))
    return _SENTENCE.format(
        label=factor.label.en, label_zh=factor.label.zh, path=factor.path, effect=effect.label.en,
        effect_zh=effect.label.zh, centre=_amount(centre, effect), low=_amount(low, effect), high=_amount(high, effect),
        at_low=number(float(rows.at["low", "at"])), at_high=number(float(rows.at["high", "at"])),
    )  # fmt: skip


def _amount(value: float, effect: Effect) -> str:
    return f"{value:+.3g} {effect.unit}" if math.isfinite(value) else "no run 无结果"


def _effect_table(tables: Tables, effect: Effect) -> str:
    """The numbers of the trajectories by what they do to one effect."""
    centre = tables["centre"].set_index("effect").loc[effect.key]
    rows = tables["morris"].query("effect == @effect.key").sort_values("mu_star", ascending=False, kind="stable")
    ends = tables["ends"].set_index(["effect", "path", "end"])["change"]
    lines = [
        f"### {effect.label.en} {effect.label.zh}",
        f"Declared values 声明值: {_amount(float(centre['mean']), effect)}; spread over seeds 种子间标准差 "
        f"{float(centre['noise']):.2g}; unit 单位: {effect.unit}\n",
        _COLUMNS,
    ]
    for row in rows.itertuples():
        factor = factors()[str(row.path)]
        low, high = (float(ends.get((effect.key, row.path, end), math.nan)) for end in ("low", "high"))
        cells = [f"`{factor.path}` {factor.label.en}", factor.label.zh]
        cells += [f"{value:+.3g}" for value in (low, high)]
        cells += [f"{value:.3g}" for value in (row.mu_star, row.mu, row.sigma)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _group_table(tables: Tables) -> str:
    """How far each group moves what it moves most, in noise, and whether it stayed."""
    best = tables["groups"].sort_values("times_noise", ascending=False, kind="stable").groupby("group").head(1)
    own = Label("Policies' own numbers", "政策自身参数")
    lines = [
        "| group 参数组 | moves most 影响最大的效应 | times luck 相当于随机波动的倍数 | kept 保留 |\n|---|---|---:|---|"
    ]
    for row in best.itertuples():
        label = own if row.group == OWN else GROUPS[str(row.group)]
        effect = next(item for item in EFFECTS if item.key == row.effect)
        kept = "yes 是" if row.kept else "no 否"
        lines.append(
            f"| {label.en} {label.zh} | {effect.label.en} {effect.label.zh} | {float(row.times_noise):.1f} | {kept} |"
        )
    return "\n".join(lines)
