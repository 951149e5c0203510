"""Declarations as controls: what a card of the left column shows. A new policy or shock appears by being declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from experiments.amounts import amount, axis
from experiments.words import (
    AMONG_LABELS,
    GRADE_LABELS,
    dimension_label,
    grade,
    indicator_label,
    indicators,
    member_label,
    section_label,
    sector_label,
    status_label,
)
from model.kernel.calendar import LAST_MONTH, format_month
from model.kernel.declare import Label, Parameter
from model.policies import Expectation, Policy, policies
from model.shocks import Shock
from viz.draft import Draft, base_scenario

GROUPS: Final = ("regulation", "supply_chain", "enterprise")
_POWER_FROM: Final = (
    20.0  # a range this many times the default is drawn on a cubic scale, so that the low end is usable
)
_MOST_CHOICES: Final = 60
"""A restriction with more members than this (belts, cities) is set in the file, not on the page."""


def said(label: Label, lang: str) -> str:
    """The label in a language."""
    return label.zh if lang == "zh" else label.en


def grouped() -> Mapping[str, list[Policy]]:
    """Policies by group in the paper's order; groups without a policy are left out."""
    found = {group: [p for p in policies().values() if p.group == group] for group in GROUPS}
    return {group: members for group, members in found.items() if members}


def policy_card(policy: Policy, draft: Draft, lang: str) -> dict[str, Any]:
    """Everything the card of a policy shows, as plain data."""
    entry = draft.entry(policy.id)
    return {
        "id": policy.id,
        "title": said(policy.label, lang),
        "doc": said(policy.doc, lang),
        "section": said(section_label(policy.section), lang),
        "payer": said(sector_label(policy.payer), lang),
        "on": entry is not None,
        "parameters": [_control(p, entry or {}, lang) for p in policy.parameters],
        "window": _window(entry or {}),
        "where": _where(policy.where_keys, entry or {}, lang),
        "expects": [expectation(e, lang) for e in policy.expects],
    }


def shock_card(shock: Shock, draft: Draft, lang: str) -> dict[str, Any]:
    """The card of a shock: that of a policy without payer and claims."""
    entry = draft.shock(shock.kind)
    places = {name: (entry or {}).get(name) for name in shock.places}
    inside = {**((entry or {}).get("where") or {}), **{k: v for k, v in places.items() if v}}
    return {
        "id": shock.kind,
        "title": said(shock.label, lang),
        "doc": said(shock.doc, lang),
        "section": "",
        "payer": "",
        "on": entry is not None,
        "parameters": [_control(p, entry or {}, lang) for p in shock.numbers],
        "window": _window(entry or {}),
        "where": _where(shock.where_keys, {"where": inside}, lang, shock.needs),
        "expects": [],
    }


_NEAREST: Final = {"exports": "export_value", "sales": "median_sales"}
"""The indicator that a chip leads to where a claim is about single firms."""


def expectation(claim: Expectation, lang: str) -> dict[str, str]:
    """A declared claim as a chip: what is expected to move, where, in which direction."""
    places = [(key, member) for key, members in claim.where.items() for member in members]
    words = "、".join if lang == "zh" else ", ".join
    among = [said(AMONG_LABELS[claim.among], lang)] if claim.among else []
    where = words([*(said(member_label(key, member), lang) for key, member in places), *among])
    arrow = {"up": "↑", "down": "↓"}.get(claim.direction, claim.direction)
    key, member = places[0] if places else ("", "")
    looked_at = _NEAREST.get(claim.indicator, claim.indicator)
    shown = member if key in indicators()[looked_at].dimensions else ""
    name = said(indicator_label(claim.indicator), lang)
    return {
        "indicator": looked_at,
        "dimension": key if shown else "",
        "member": shown,
        "text": f"{name}{' · ' + where if where else ''} {arrow}",
        "kind": claim.kind,
    }


# --- parts of a card -------------------------------------------------------------------------------------------


def _control(parameter: Parameter, entry: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A number with its range, or a choice of members."""
    value = entry.get(parameter.name, parameter.value)
    row = {
        "name": parameter.name,
        "label": said(parameter.label, lang),
        "source": parameter.source,
        "status": said(status_label(parameter.status), lang),
        "grade": grade(parameter.status),
        "grade_text": said(GRADE_LABELS[grade(parameter.status)], lang),
        "optional": parameter.optional,
    }
    if parameter.members:
        chosen = list(value or ())
        return row | {"kind": "members", "value": chosen, "members": _members(parameter.members, lang)}
    assert parameter.low is not None and parameter.high is not None
    divisor, unit = axis([float(parameter.value or 0.0)], parameter.unit, lang)
    wide = parameter.value and parameter.high > _POWER_FROM * parameter.value
    return row | {
        "kind": "number",
        "value": value,
        "divisor": divisor,
        "unit": unit,
        "low": parameter.low,
        "high": parameter.high,
        "step": parameter.step or (parameter.high - parameter.low) / 100.0,
        "integer": parameter.integer,
        "power": 3.0 if wide else 1.0,
        "default": parameter.value,
        "paper": parameter.paper,
        "texts": {
            name: "" if number is None else amount(float(number), parameter.unit, lang=lang)
            for name, number in _named(parameter, value).items()
        },
    }


def _named(parameter: Parameter, value: Any) -> dict[str, Any]:
    return {
        "value": value,
        "low": parameter.low,
        "high": parameter.high,
        "default": parameter.value,
        "paper": parameter.paper,
    }


def _window(entry: Mapping[str, Any]) -> dict[str, Any]:
    base = base_scenario()
    return {
        "from": entry.get("from") or format_month(base.policies_from),
        "until": entry.get("until") or "",
        "ramp": entry.get("ramp_months") or 0,
        "first": format_month(base.start),
        "last": format_month(LAST_MONTH),
    }


def _where(keys: Sequence[str], entry: Mapping[str, Any], lang: str, needs: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One choice of members for each key a restriction may name, the short lists only."""
    where: Mapping[str, Any] = entry.get("where") or {}
    rows = []
    for key in keys:
        members = _members_or_none(key, lang)
        if members is None:
            continue
        rows.append(
            {
                "key": key,
                "label": said(dimension_label(key), lang),
                "members": members,
                "chosen": list(where.get(key) or ()),
                "needed": key in needs,
            }
        )
    return rows


def _members_or_none(key: str, lang: str) -> list[dict[str, str]] | None:
    from model.scenario.vocabulary import DIMENSIONS

    if key not in DIMENSIONS:
        return None
    members = _members(key, lang)
    return members if len(members) <= _MOST_CHOICES else None


@lru_cache(maxsize=64)
def _members_cached(dimension: str, lang: str) -> tuple[tuple[str, str], ...]:
    from model.scenario.vocabulary import vocabulary

    return tuple((member, said(member_label(dimension, member), lang)) for member in vocabulary().members(dimension))


def _members(dimension: str, lang: str) -> list[dict[str, str]]:
    return [{"id": member, "label": label} for member, label in _members_cached(dimension, lang)]
