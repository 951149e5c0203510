"""Every table of a result with names in both languages, for a workbook or for CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from experiments.evaluation.rows import MEASURES
from experiments.report.changes import changes
from experiments.report.closing import command
from experiments.report.prose import limits, prose
from experiments.report.source import Source
from experiments.report.wording import runs_text, standing
from experiments.store import TABLES
from experiments.words import (
    GRADE_LABELS,
    account_label,
    dimension_label,
    indicator_label,
    member_label,
    part_label,
    sector_label,
)
from model.kernel.declare import Label

HEADINGS: Final[Mapping[str, str]] = {
    "scenario": "情景",
    "indicator": "指标",
    "indicator_en": "指标（英文）",
    "indicator_zh": "指标（中文）",
    "dimension": "维度",
    "dimension_en": "维度（英文）",
    "dimension_zh": "维度（中文）",
    "member": "成员",
    "member_en": "成员（英文）",
    "member_zh": "成员（中文）",
    "period": "时期",
    "year": "年份",
    "month": "月份",
    "unit": "单位",
    "baseline": "基准情景",
    "policy": "政策情景",
    "effect": "效应",
    "low": "区间下限",
    "high": "区间上限",
    "se": "标准误",
    "relative": "相对变化",
    "p_positive": "正效应运行占比",
    "public_cost": "财政支出（元）",
    "effect_per_yuan": "每元财政资金效应",
    "draws": "运行次数",
    "part": "组成部分",
    "part_en": "组成部分（英文）",
    "part_zh": "组成部分（中文）",
    "measure": "评估项目",
    "measure_en": "评估项目（英文）",
    "measure_zh": "评估项目（中文）",
    "policy_en": "政策（英文）",
    "policy_zh": "政策（中文）",
    "p_negative": "负效应运行占比",
    "orders": "抽样次序数",
    "value": "数值",
    "payer": "付款方",
    "payer_zh": "付款方（中文）",
    "payee": "收款方",
    "payee_zh": "收款方（中文）",
    "account": "科目",
    "account_zh": "科目（中文）",
    "yuan": "元",
    "kind": "类型",
    "path": "路径",
    "setting_en": "设置（英文）",
    "setting_zh": "设置（中文）",
    "default": "默认值",
    "when": "时间",
    "where": "范围",
    "status": "证据状态",
    "grade": "证据等级",
    "source": "来源",
    "item": "项目",
    "en": "英文",
    "zh": "中文",
}
"""Chinese heading of every column; the English one is the column's own name, as in the Parquet files."""


def tables(source: Source) -> dict[str, pd.DataFrame]:
    """Tables by sheet name; rows in the order of their keys."""
    made: dict[str, pd.DataFrame] = {}
    if source.effects is not None:
        keys = list(TABLES["effects"].keys)
        made["effects"] = _named(source.effects.sort_values(keys, kind="stable", ignore_index=True))
        made["breakdown effects"] = _breakdowns(source)
        made["indicators by year"] = _by_year(source)
        if source.evaluation is not None:
            made["losers and gainers"] = _of_members(source.evaluation)
            made["evaluation"] = _evaluation(source.evaluation)
        if source.explanation is not None:
            made["explanation"] = _labelled(_named(source.explanation), "part", _parts(source.explanation))
    else:
        made["indicators by month"] = _named(source.indicators.drop(columns="seed"))
    made["ledger by year"] = _ledger(source)
    made["what was changed"] = _changed(source)
    made["notes"] = _notes(source)
    return made


def _labelled(frame: pd.DataFrame, column: str, labels: Iterable[Label]) -> pd.DataFrame:
    """The frame with English and Chinese names behind a column."""
    place = list(frame.columns).index(column) + 1
    found = list(labels)
    made = frame.copy()
    made.insert(place, f"{column}_en", [label.en for label in found])
    made.insert(place + 1, f"{column}_zh", [label.zh for label in found])
    return made


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return _labelled(frame, "indicator", [indicator_label(one) for one in frame["indicator"]])


def _parts(explanation: pd.DataFrame) -> list[Label]:
    return [part_label(part, kind) for part, kind in zip(explanation["part"], explanation["kind"], strict=True)]


def _of_members(evaluation: pd.DataFrame) -> pd.DataFrame:
    """Effects by member, those that lose most first."""
    rows = evaluation[(evaluation["measure"] == "effect_by_member") & evaluation["value"].notna()]
    keys = ["scenario", "indicator", "dimension", "value", "member"]
    rows = rows.sort_values(keys, kind="stable", ignore_index=True).drop(columns=["measure", "policy"])
    rows = _labelled(_named(rows), "dimension", [dimension_label(one) for one in rows["dimension"]])
    pairs = zip(rows["dimension"], rows["member"], strict=True)
    return _labelled(rows, "member", [member_label(dimension, member) for dimension, member in pairs])


def _evaluation(evaluation: pd.DataFrame) -> pd.DataFrame:
    """Everything else of the evaluation, with the measures in words."""
    rows = evaluation[evaluation["measure"] != "effect_by_member"].sort_values(
        list(TABLES["evaluation"].keys), kind="stable", ignore_index=True
    )
    rows = _labelled(_named(rows), "measure", [MEASURES[one] for one in rows["measure"]])
    return _labelled(rows, "policy", [part_label(one) if one else Label("", "") for one in rows["policy"]])


def _breakdowns(source: Source) -> pd.DataFrame:
    pieces = [
        source.members(name, year).assign(scenario=name) for name in source.policies for year in source.years
    ]  # fmt: skip
    whole = pd.concat(pieces, ignore_index=True)
    whole = whole[["scenario", *(column for column in whole.columns if column != "scenario")]]
    whole = _labelled(_named(whole), "dimension", [dimension_label(one) for one in whole["dimension"]])
    pairs = zip(whole["dimension"], whole["member"], strict=True)
    return _labelled(whole, "member", [member_label(dimension, member) for dimension, member in pairs])


def _by_year(source: Source) -> pd.DataFrame:
    """Baseline and scenarios side by side, mean over runs, one row an indicator and year."""
    assert source.effects is not None
    rows = source.effects[source.effects["period"].isin([f"{year:04d}" for year in source.years])]
    first = rows[rows["scenario"] == source.policies[0]]
    wide = first[["indicator", "period", "unit", "baseline"]].rename(columns={"period": "year"})
    for name in source.policies:
        mine = rows[rows["scenario"] == name][["indicator", "period", "policy"]]
        mine = mine.rename(columns={"period": "year", "policy": f"scenario {name}"})
        wide = wide.merge(mine, on=["indicator", "year"], how="left")
    return _named(wide.sort_values(["indicator", "year"], kind="stable", ignore_index=True))


def _ledger(source: Source) -> pd.DataFrame:
    """Payments by year, mean over runs."""
    frame = source.ledger.assign(year=source.ledger["month"].str[:4].astype(int))
    keys = ["scenario", "year", "payer", "payee", "account"]
    total = (frame.groupby(keys, sort=True)["yuan"].sum() / source.draws).reset_index()
    total.insert(3, "payer_zh", [sector_label(one).zh for one in total["payer"]])
    total.insert(5, "payee_zh", [sector_label(one).zh for one in total["payee"]])
    total.insert(7, "account_zh", [account_label(one).zh for one in total["account"]])
    return total


def _changed(source: Source) -> pd.DataFrame:
    rows = [
        (name, one.kind, s.path, s.label.en, s.label.zh, _plain(s.value), _plain(s.default), s.unit, one.when("en"),
         one.where("en"), s.status, s.grade, s.source)
        for name in (source.policies or source.names)
        for one in changes(source, name)
        for s in one.settings
    ]  # fmt: skip
    columns = ["scenario", "kind", "path", "setting_en", "setting_zh", "value", "default", "unit", "when", "where"]
    columns += ["status", "grade", "source"]
    return pd.DataFrame(rows, columns=columns)


def _plain(value: Any) -> Any:
    """A value as a cell: lists as words."""
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _notes(source: Source) -> pd.DataFrame:
    """Where the figures come from and what they must not be used for."""
    about = source.manifest
    rows = [("standing", standing("en"), standing("zh"))]
    rows += [("runs", runs_text(source.draws, "en"), runs_text(source.draws, "zh"))]
    rows += [("figures", prose("numbers", "en"), prose("numbers", "zh"))] if source.policies else []
    rows += [("limit", en, zh) for en, zh in zip(limits("en"), limits("zh"), strict=True)]
    rows += [(f"evidence {grade}", label.en, label.zh) for grade, label in GRADE_LABELS.items()]
    facts = [("command", command(about)), ("version", about["version"]), ("data_version", about["data_version"])]
    facts += [("seeds", ", ".join(map(str, about["seeds"]))), ("start", about["start"]), ("months", about["months"])]
    facts += [("scale", about["scale"]), ("finished", about["finished"])]
    facts += [(f"hash of {name}", source.hash(name)) for name in source.names]
    rows += [(item, str(value), str(value)) for item, value in facts]
    rows += [(f"scenario {one}", source.label(one, "en"), source.label(one, "zh")) for one in source.names]
    return pd.DataFrame(rows, columns=["item", "en", "zh"])


def heading(column: str) -> str:
    """A heading in both languages."""
    stem = column.removeprefix("scenario ")
    if stem != column:
        return f"{column} 情景"
    return f"{column} {HEADINGS[column]}"


def safe_text(text: str) -> str:
    """Text that a spreadsheet will not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as CSV: UTF-8 with the mark by which Excel knows it, all digits, both headings."""
    shown = frame.rename(columns=heading)
    for column in shown.columns:
        if not pd.api.types.is_numeric_dtype(shown[column]):
            shown[column] = [safe_text(value) if isinstance(value, str) else value for value in shown[column]]
    return shown.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
