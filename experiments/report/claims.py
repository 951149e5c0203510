"""What the policies were expected to do, and what was found: said plainly where the two differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.report.source import Source
from experiments.report.wording import confidence
from model.kernel.calendar import parse_month
from model.kernel.declare import Label

if TYPE_CHECKING:
    from model.policies import Expectation

KINDS: Final = {
    "channel": Label("channel", "作用渠道"),
    "outcome": Label("outcome", "结果"),
    "side_effect": Label("side effect", "副作用"),
}
VERDICTS: Final = {
    "met": Label("as expected", "符合预期"),
    "against": Label("against the expectation", "与预期相反"),
    "unclear": Label("no clear direction", "方向不明"),
    "same": Label("did not move", "没有变化"),
    "unknown": Label("not measured in this result", "本结果未测"),
    "still": Label("did not move, as it must", "按要求未变"),
    "moved": Label("moved, although it must not", "本应不变却发生变化"),
}


@dataclass(frozen=True)
class Claim:
    """One claim of a policy and its verdict. `row` is the effect it was judged by, empty where there is none.

    `year` is the calendar year looked at, 0 for the last twelve months; claims `among` firms are about all years from
    their first support on.
    """

    policy: str
    indicator: str
    kind: str
    direction: str
    where: Mapping[str, tuple[str, ...]]
    year: int
    row: Mapping[str, Any]
    verdict: str
    among: str = ""


def claims(source: Source, name: str) -> list[Claim]:
    """Claims of the policies that a scenario adds to the baseline."""
    found: list[Claim] = source.once(("claims", name), lambda: _claims(source, name))
    return found


def _claims(source: Source, name: str) -> list[Claim]:
    from model.policies import policies

    base = source.resolved(source.baseline).get("policies") or {}
    found: list[Claim] = []
    for id, entry in (source.resolved(name).get("policies") or {}).items():
        if id not in policies() or id in base:
            continue
        first = parse_month(str(entry["from"])) // 12
        for claim in policies()[id].expects:
            year = source.last_year if claim.year is None else first + claim.year - 1
            found.append(_judged(source, name, id, claim, year))
        found += [_unmoved(source, name, id, indicator) for indicator in policies()[id].unmoved]
    return found


def _judged(source: Source, name: str, id: str, claim: Expectation, year: int) -> Claim:
    if claim.among:
        row = _firms(source, name, id, claim)
    elif claim.where:
        row = _member(source, name, claim, year)
    else:
        row = source.rows(name, f"{year:04d}").get(claim.indicator, {})
    wanted = 1 if claim.direction == "up" else -1
    how, side = confidence(row) if row else ("missing", 0)
    if how == "missing":
        verdict = "unknown"
    elif how == "none":
        verdict = "same"
    elif how in ("unclear", "single"):
        verdict = "unclear"
    else:
        verdict = "met" if side == wanted else "against"
    return Claim(id, claim.indicator, claim.kind, claim.direction, claim.where, year, row, verdict, claim.among)


def _firms(source: Source, name: str, id: str, claim: Expectation) -> Mapping[str, Any]:
    """The effect on firms that the policy supported, or on those never supported; empty where it is not known."""
    if source.evaluation is None:
        return {}
    table, measure = source.evaluation, {"supported": "supported_effect", "others": "others_effect"}[claim.among]
    rows = table[(table["scenario"] == name) & (table["policy"] == id) & (table["measure"] == measure)]
    found = rows[rows["indicator"] == claim.indicator].to_dict(orient="records")
    if not found:
        return {}
    row = {str(key): value for key, value in found[0].items()}
    return row | {"effect": row["value"], "p_positive": 1.0 - row["p_negative"]}


def _member(source: Source, name: str, claim: Expectation, year: int) -> Mapping[str, Any]:
    """The effect on the one member that a claim is about; empty where it is about several."""
    if len(claim.where) != 1 or year not in source.years:
        return {}
    dimension, members = next(iter(claim.where.items()))
    if len(members) != 1:
        return {}
    table = source.members(name, year)
    rows = table[
        (table["indicator"] == claim.indicator) & (table["dimension"] == dimension) & (table["member"] == members[0])
    ]
    return {str(key): value for key, value in rows.iloc[0].items()} if len(rows) else {}


def _unmoved(source: Source, name: str, id: str, indicator: str) -> Claim:
    """Beyond Monte-Carlo error means: an interval on one side of zero; of one run, any difference."""
    row = source.rows(name).get(indicator, {})
    if not row or math.isnan(float(row["effect"])):
        verdict = "unknown"
    else:
        verdict = "moved" if confidence(row)[0] in ("very likely", "single") else "still"
    return Claim(id, indicator, "unmoved", "", {}, 0, row, verdict)
