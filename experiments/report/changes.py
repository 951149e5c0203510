"""What a scenario changes, in words: only what differs from the baseline, each with its unit, default and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from experiments.amounts import amount
from experiments.report.source import Source, month_span
from experiments.report.wording import pick
from experiments.words import GRADES, dimension_label, group_label, member_label, sector_label
from model.kernel.calendar import parse_month
from model.kernel.declare import Label

if TYPE_CHECKING:
    from model.kernel.declare import Parameter

_OPERATIONS: Final = {"add": ("add", "增加"), "multiply": ("multiply by", "乘以"), "set": ("set to", "设为")}


@dataclass(frozen=True)
class Setting:
    """One number or list that was set."""

    path: str
    label: Label
    value: Any
    default: Any
    unit: str
    source: str
    status: str
    members: str | None = None

    def shown(self, value: Any, lang: str) -> str:
        """A value of this setting as text."""
        return value_text(value, self.unit, self.members, lang)

    @property
    def grade(self) -> str:
        """Evidence grade of the default, A to D."""
        return GRADES[self.status]


@dataclass(frozen=True)
class Change:
    """A policy, shock, lever setting or group of overrides that the baseline does not have.

    `kind` is policy, shock, lever, parameters or gone; `entry` the plain data of the scenario file.
    """

    kind: str
    id: str
    label: Label
    entry: Mapping[str, Any] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    payer: str = ""
    group: str = ""
    section: str = ""

    def when(self, lang: str) -> str:
        """Its window in words; empty for what has none."""
        if "from" not in self.entry:
            return ""
        begin, end = str(self.entry["from"]), self.entry.get("until")
        first = parse_month(begin)
        if end:
            text = month_span(first, parse_month(str(end)), lang)
        else:
            text = pick(lang, f"from {begin}", f"{first // 12}年{first % 12 + 1}月起")
        ramp = int(self.entry.get("ramp_months") or 0)
        return text + (pick(lang, f", rising over {ramp} months", f"，{ramp}个月内逐步到位") if ramp else "")

    def where(self, lang: str) -> str:
        """Its restriction in words."""
        return where_text(self.entry.get("where") or {}, lang)

    def paid_by(self, lang: str) -> str:
        """Who pays; empty where nobody does."""
        return getattr(sector_label(self.payer), lang) if self.payer else ""

    def group_text(self, lang: str) -> str:
        """Group of a policy."""
        return getattr(group_label(self.group), lang) if self.group else ""


def where_text(where: Mapping[str, Any], lang: str) -> str:
    """A restriction in words: `Region: ASEAN; Firms: …`."""
    parts = []
    for key, value in where.items():
        name = getattr(dimension_label(key), lang)
        if isinstance(value, (list, tuple)):
            names = [getattr(member_label(key, str(member)), lang) for member in value]
            parts.append(pick(lang, f"{name}: {', '.join(names)}", f"{name}：{'、'.join(names)}"))
        elif isinstance(value, bool):
            parts.append(name if value else pick(lang, f"outside: {name}", f"{name}以外"))
        else:
            shown = amount(float(value), "share" if key == "share" else "number", lang=lang)
            parts.append(pick(lang, f"{name}: {shown}", f"{name}：{shown}"))
    return pick(lang, "; ", "；").join(parts)


def value_text(value: Any, unit: str, members: str | None, lang: str) -> str:
    """A value of the scenario file as text."""
    if value is None:
        return pick(lang, "no limit", "不限")
    if isinstance(value, (list, tuple)):
        names = [getattr(member_label(members, str(one)), lang) if members else str(one) for one in value]
        return pick(lang, ", ", "、").join(names) or pick(lang, "none", "无")
    if isinstance(value, bool):
        return pick(lang, "yes" if value else "no", "是" if value else "否")
    return amount(float(value), unit, lang=lang) if isinstance(value, (int, float)) else str(value)


def changes(source: Source, name: str) -> list[Change]:
    """Everything in which a scenario differs from the baseline; of a single run, everything that is set."""
    mine = source.resolved(name)
    base: Mapping[str, Any] = {} if name == source.baseline else source.resolved(source.baseline)
    return [*_policies(mine, base), *_shocks(mine, base), *_levers(mine, base), *_parameters(mine, base)]


def _policies(mine: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[Change]:
    from model.policies import policies

    ours, theirs = mine.get("policies") or {}, base.get("policies") or {}
    for id, entry in ours.items():
        if theirs.get(id) == entry:
            continue
        policy = policies().get(id)
        if policy is None:
            yield Change("policy", id, Label(id, id), entry)
            continue
        settings = _settings(policy.parameters, entry, f"policies.{id}")
        yield Change("policy", id, policy.label, entry, settings, policy.payer, policy.group, policy.section)
    for id in theirs:
        if id not in ours:
            label = policies()[id].label if id in policies() else Label(id, id)
            yield Change("gone", id, label)


def _settings(declared: Sequence[Parameter], entry: Mapping[str, Any], path: str) -> tuple[Setting, ...]:
    return tuple(
        Setting(f"{path}.{p.name}", p.label, entry[p.name], p.value, p.unit, p.source, p.status, p.members)
        for p in declared
        if p.name in entry
    )


def _shocks(mine: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[Change]:
    from model.shocks import SHOCKS

    theirs = base.get("shocks") or []
    for at, entry in enumerate(mine.get("shocks") or []):
        if entry in theirs:
            continue
        shock = SHOCKS.get(entry["kind"])
        settings = _settings(shock.numbers, entry, f"shocks.{at}") if shock else ()
        label = shock.label if shock else Label(entry["kind"], entry["kind"])
        yield Change("shock", str(entry["kind"]), label, entry, settings)


def _levers(mine: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[Change]:
    from model.levers import LEVERS

    theirs = base.get("levers") or []
    for at, entry in enumerate(mine.get("levers") or []):
        if entry in theirs:
            continue
        spec = LEVERS.items.get(entry["lever"])
        label = spec.label if spec else Label(entry["lever"], entry["lever"])
        unit = spec.unit if spec else ""
        settings = tuple(
            Setting(
                f"levers.{at}.{key}", Label(*_OPERATIONS[key]), value, None,
                "factor" if key == "multiply" else unit, "", "assumed",
            )
            for key, value in entry.items()
            if key in _OPERATIONS
        )  # fmt: skip
        yield Change("lever", str(entry["lever"]), label, entry, settings)


def _parameters(mine: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[Change]:
    ours, theirs = mine.get("parameters") or {}, base.get("parameters") or {}
    settings = []
    for path in sorted({*ours, *theirs}):
        if ours.get(path) == theirs.get(path):
            continue
        declared = _declared().get(path)
        if declared is None:
            settings.append(Setting(path, Label(path, path), ours.get(path), theirs.get(path), "", "", "assumed"))
            continue
        value, default = ours.get(path, declared.value), theirs.get(path, declared.value)
        settings.append(Setting(path, declared.label, value, default, declared.unit, declared.source, declared.status))
    if settings:
        yield Change("parameters", "parameters", Label("Model parameters", "模型参数"), {}, tuple(settings))


@lru_cache(maxsize=1)
def _declared() -> Mapping[str, Parameter]:
    from model.scenario.vocabulary import vocabulary

    return vocabulary().parameters
