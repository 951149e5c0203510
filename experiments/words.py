"""Names, in both languages, of everything a result or a scenario speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from model.kernel.declare import Label
from model.kernel.member_labels import (
    CATEGORY_LABELS,
    CHANNEL_LABELS,
    DIMENSION_LABELS,
    GROUP_LABELS,
    IMPORT_CHANNEL_LABELS,
    LEVEL_LABELS,
    MODE_LABELS,
    REGION_LABELS,
    SECTOR_LABELS,
    SIZE_LABELS,
    STATUS_LABELS,
    TIER_LABELS,
)

if TYPE_CHECKING:
    from model.kernel.declare import Indicator

LANGUAGES: Final = ("en", "zh")
_CODED: Final[Mapping[str, Mapping[str, Label]]] = MappingProxyType(
    {
        "category": CATEGORY_LABELS,
        "mode": MODE_LABELS,
        "channel": CHANNEL_LABELS,
        "tier": TIER_LABELS,
        "size": SIZE_LABELS,
        "region": REGION_LABELS,
        "import_channel": IMPORT_CHANNEL_LABELS,
    }
)
_PLACES: Final = MappingProxyType(
    {
        "market": ("market_ids", "market_en", "market_zh"),
        "platform": ("platform_ids", "platform_en", "platform_zh"),
        "gateway": ("gateway_ids", "gateway_city", "gateway_zh"),
        "hub": ("hub_ids", "hub_city", "hub_zh"),
        "province": ("province_ids", "province_ids", "province_zh"),
        "belt": ("belt_ids", "belt_product", "belt_city_zh"),
    }
)
"""Where the evidence names places: ids, English and Chinese."""
GRADES: Final = MappingProxyType(
    {
        "verified": "A",
        "measured": "A",
        "literature": "B",
        "calibrated": "B",
        "derived": "B",
        "recalled": "C",
        "paper": "C",
        "assumed": "D",
    }
)
"""Grade of evidence by status: A read or measured, B from literature or by rule, C unchecked, D assumed."""
GRADE_LABELS: Final = MappingProxyType(
    {
        "A": Label("read at the source or measured", "已核实或实测"),
        "B": Label("from the literature, calibrated or derived", "文献、校准或推算"),
        "C": Label("recalled, or found in the source paper only", "凭记忆或仅见于论文"),
        "D": Label("assumed, without a source", "假设，无来源"),
    }
)


FIRM_OUTCOMES: Final = MappingProxyType(
    {"exports": Label("Exports of firms", "企业出口额"), "sales": Label("Sales of firms", "企业销售额")}
)
"""Outcomes of single firms, yuan a year, that are followed through two runs and are no indicators."""
AMONG_LABELS: Final = MappingProxyType(
    {"supported": Label("supported firms", "获支持企业"), "others": Label("all other firms", "其他企业")}
)
"""Among which firms a claim of a policy holds."""


@lru_cache(maxsize=1)
def _world() -> Any:
    from model.world.load import load_world

    return load_world()


@lru_cache(maxsize=16)
def member_labels(dimension: str) -> Mapping[str, Label]:
    """Labels of all members of a dimension in code order. Raises KeyError for a word that is no dimension."""
    if dimension in _CODED:
        return _CODED[dimension]
    if dimension == "city":
        return _cities()
    if dimension == "policy":
        from model.policies import policies

        return MappingProxyType({policy.id: policy.label for policy in policies().values()})
    columns = (getattr(_world(), name) for name in _PLACES[dimension])
    labels = {key: Label(en, zh) for key, en, zh in zip(*columns, strict=True)}
    if dimension == "belt":
        labels = {key: Label(f"{label.en} ({key})", f"{label.zh} ({key})") for key, label in labels.items()}
    return MappingProxyType(labels)


def _cities() -> Mapping[str, Label]:
    """Cities; the evidence gives a Chinese name only where a belt, gateway or bonded zone stands."""
    world = _world()
    known = dict(zip(world.belt_city, world.belt_city_zh, strict=True))
    zones = world.tables["bonded_zones"]
    known |= dict(zip(zones["city"], zones["city_zh"], strict=True))
    return MappingProxyType({name: Label(name, str(known.get(name, name))) for name in world.city_ids})


def member_label(dimension: str, member: str) -> Label:
    """Name of a member; the code itself for a member of another version of the evidence."""
    return member_labels(dimension).get(member) or Label(member, member)


def dimension_label(dimension: str) -> Label:
    """Name of a dimension or of another key of a restriction."""
    return DIMENSION_LABELS[dimension]


def sector_label(payer: str) -> Label:
    """Name of a sector of the ledger."""
    return SECTOR_LABELS[payer]


def level_label(level: str) -> Label:
    """Macro, meso, micro 宏观、中观、微观."""
    return LEVEL_LABELS[level]


def group_label(group: str) -> Label:
    """Name of a group of policies."""
    return GROUP_LABELS[group]


def status_label(status: str) -> Label:
    """Where a number comes from."""
    return STATUS_LABELS[status]


def grade(status: str) -> str:
    """Grade of evidence, A to D."""
    return GRADES[status]


def indicators() -> Mapping[str, Indicator]:
    """Every indicator of a run by id, in order of declaration."""
    import model.indicators  # noqa: F401  (fills the registry)
    from model.kernel.declare import INDICATORS

    return MappingProxyType(INDICATORS.items)


def indicator_label(name: str) -> Label:
    """Name of an indicator, of a run or of a pair; the id itself for one that this version does not declare."""
    from experiments.resilience import PAIRED

    found = indicators().get(name) or PAIRED.get(name)
    return found.label if found else FIRM_OUTCOMES.get(name) or Label(name, name)


def account_label(account: str) -> Label:
    """Name of an account under which the government pays for a policy: the policy's."""
    from model.policies import policies

    found = policies().get(account)
    return found.label if found else Label(account.replace("_", " "), account)


OTHER_SETTINGS: Final = "other settings"
"""A part of a scenario: what it changes besides entries."""
_GROUPS: Final = MappingProxyType(
    {
        **GROUP_LABELS,
        "policies": Label("Other policies", "其他政策"),
        "shocks": Label("Shocks", "外部冲击"),
        "levers": Label("Direct settings", "直接设置"),
    }
)


def part_label(part: str, kind: str = "") -> Label:
    """Name of a part of a scenario: a policy, shock or lever setting, perhaps the second of its kind; or a `group`."""
    from model.levers import LEVERS
    from model.policies import policies
    from model.shocks import SHOCKS

    if part == OTHER_SETTINGS:
        return Label("Other settings", "其他设置")
    if kind == "group":
        return _GROUPS.get(part) or Label(part, part)
    stem = part.rstrip("0123456789").rstrip("_")
    for known in (policies(), SHOCKS, LEVERS.items):
        for word in (part, stem):
            if word in known:
                number = f" {part[len(stem) + 1 :]}" if word != part else ""
                label = known[word].label
                return Label(label.en + number, label.zh + number)
    return Label(part, part)


def section_label(section: str) -> Label:
    """Where in the source paper a policy stands: "5, recommendation 2"."""
    number, _, rest = section.partition(", recommendation ")
    return Label(f"section {section}", f"第{number}节" + (f"建议{rest}" if rest else ""))
