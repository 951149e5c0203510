"""The eight kinds of shock: dated events that move levers and cost the public nothing.

A shock has the contract of a policy: declared parameters, and a function from values and a restriction to
effects. Its place may be written beside its numbers (``{kind: tariff, market: USA, points: 0.10}``) or under
`where`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from model.kernel.declare import Label, Parameter
from model.kernel.members import SHOCK_KINDS
from model.levers import AXIS_KEYS, FIRM_KEYS, LEVERS, Effect, Where

Values = Mapping[str, Any]

NO_WORDS: Final = Label("", "")
PARCEL_MODES: Final = ("direct_parcel", "full_hosting", "post")
"""Fulfilment modes whose orders cross the border one by one, so that a threshold per parcel matters."""

_PLACE_LABELS: Final[Mapping[str, Label]] = {
    "market": Label("Markets", "市场"),
    "region": Label("Sets of markets", "市场组"),
    "category": Label("Categories", "品类"),
    "mode": Label("Fulfilment modes", "履约方式"),
    "gateway": Label("Gateways", "口岸"),
    "belt": Label("Industrial belts", "产业带"),
    "city": Label("Cities", "城市"),
    "province": Label("Provinces", "省份"),
    "import_channel": Label("Import channels", "进口渠道"),
    "platform": Label("Platforms", "平台"),
}
_CHOICE: Final = "a scenario's choice"


@dataclass(frozen=True)
class Shock:
    """One kind of shock.

    `needs` lists place keys of which at least one must be given; without any it may hit everywhere.
    `where_keys` are the keys it may be restricted by, `without` those that its own parameters stand for.
    """

    kind: str
    label: Label
    lever: str
    parameters: tuple[Parameter, ...]
    effects: Callable[[Values, Where], list[Effect]]
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    doc: Label = NO_WORDS

    @property
    def where_keys(self) -> tuple[str, ...]:
        """Keys of a restriction that the shock's lever understands."""
        spec = LEVERS.items[self.lever]
        known = dict.fromkeys([key for keys in AXIS_KEYS.values() for key in keys] + list(FIRM_KEYS))
        return tuple(key for key in known if spec.understands(key) and key not in self.without)

    @property
    def numbers(self) -> tuple[Parameter, ...]:
        """The parameters that are numbers."""
        return tuple(parameter for parameter in self.parameters if parameter.members is None)

    @property
    def places(self) -> tuple[str, ...]:
        """The parameters that name places: a shorter way to write a `where`."""
        return tuple(parameter.name for parameter in self.parameters if parameter.members is not None)

    def defaults(self) -> dict[str, Any]:
        """Default of every number."""
        return {parameter.name: parameter.value for parameter in self.numbers}


def _places(*names: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            name,
            (),
            None,
            None,
            "names",
            _PLACE_LABELS[name],
            _CHOICE,
            "assumed",
            members=name,
            optional=True,
        )
        for name in names
    )


def _tariff(values: Values, where: Where) -> list[Effect]:
    return [Effect("duty_rate", "add", values["points"], where)]


def _de_minimis(values: Values, where: Where) -> list[Effect]:
    parcels = where if {"mode", "channel"} & set(where.keys) else where.and_("mode", PARCEL_MODES)
    return [Effect("de_minimis_yuan", "set", values["yuan"], parcels)]


def _demand(values: Values, where: Where) -> list[Effect]:
    return [Effect("demand", "multiply", values["factor"], where)]


def _exchange_rate(values: Values, where: Where) -> list[Effect]:
    return [Effect("exchange_rate", "multiply", 1.0 + values["change"], where)]


def _freight(values: Values, where: Where) -> list[Effect]:
    return [Effect("freight_yuan_per_kg", "multiply", values["factor"], where)]


def _gateway_closure(values: Values, where: Where) -> list[Effect]:
    return [Effect("gateway_capacity", "multiply", values["capacity"], where)]


def _supplier_loss(values: Values, where: Where) -> list[Effect]:
    return [Effect("supplier_capacity", "multiply", values["capacity"], where)]


def _platform_ban(values: Values, where: Where) -> list[Effect]:
    """Those banned cannot sell at all; which sellers they are depends on `draw`, not on the seed."""
    if values["share"] < 1.0:
        where = replace(where, share=values["share"], draw=int(values["draw"]))
    return [Effect("platform_open", "multiply", 0.0, where)]


_KINDS: Final = (
    Shock(
        "tariff", Label("Tariff", "关税变动"), "duty_rate",
        (
            *_places("market", "region", "category"),
            Parameter(
                "points", 0.10, -0.5, 2.0, "share of customs value", Label("Duty added", "加征关税点数"),
                "the first extra duty of the United States in February 2025 was 10 points (history.csv)",
                "derived", step=0.05,
            ),
        ),
        _tariff, needs=("market", "region"), doc=Label(
            "Adds points to the duty rate; below zero it is a cut.",
            "在关税税率上加征若干百分点，负值表示下调。",
        ),
    ),
    Shock(
        "de_minimis", Label("Duty-free threshold", "小额免税门槛变动"), "de_minimis_yuan",
        (
            *_places("market", "region"),
            Parameter(
                "yuan", 0.0, 0.0, 1.0e5, "yuan", Label("New threshold", "新门槛"),
                "the United States ended the exemption for goods from China in May 2025 (history.csv)",
                "derived", step=100.0,
            ),
        ),
        _de_minimis, needs=("market", "region"),
        doc=Label(
            "Sets the value up to which a parcel pays no duty, in modes that cross the border by the parcel.",
            "设定包裹免税限额，适用于按单过境的履约方式。",
        ),
    ),
    Shock(
        "demand", Label("Demand", "需求变动"), "demand",
        (
            *_places("market", "region", "category"),
            Parameter(
                "factor", 0.8, 0.1, 5.0, "factor", Label("Demand against no shock", "需求系数"), _CHOICE,
                "assumed", step=0.05,
            ),
        ),
        _demand, doc=Label(
            "Multiplies what buyers of a market would spend.",
            "按系数改变某一市场买方的支出。",
        ),
    ),
    Shock(
        "exchange_rate", Label("Exchange rate", "汇率变动"), "exchange_rate",
        (
            *_places("market", "region"),
            Parameter(
                "change", 0.10, -0.5, 1.0, "share", Label("Rise of yuan per foreign unit", "汇率变动幅度"),
                _CHOICE, "assumed", step=0.01,
            ),
        ),
        _exchange_rate, doc=Label(
            "Above zero the yuan weakens and exports become cheaper abroad.",
            "大于零表示人民币贬值，出口品在境外更便宜。",
        ),
    ),
    Shock(
        "freight", Label("Freight rates", "运价变动"), "freight_yuan_per_kg",
        (
            *_places("market", "region", "mode"),
            Parameter(
                "factor", 2.0, 0.2, 10.0, "factor", Label("Freight against no shock", "运价系数"),
                "sea freight rose several times over in 2021, air about doubled in 2020 (history.csv)",
                "assumed", step=0.1,
            ),
        ),
        _freight, doc=Label(
            "Multiplies what a kilogram costs to carry.",
            "按系数改变每公斤运费。",
        ),
    ),
    Shock(
        "gateway_closure", Label("Gateway closure", "口岸关闭"), "gateway_capacity",
        (
            *_places("gateway"),
            Parameter(
                "capacity", 0.5, 0.0, 1.0, "factor", Label("Capacity that is left", "剩余通关能力"), _CHOICE,
                "assumed", step=0.05,
            ),
        ),
        _gateway_closure, needs=("gateway",), doc=Label(
            "A customs district works at a part of its capacity.",
            "某关区只保留部分通关能力。",
        ),
    ),
    Shock(
        "supplier_loss", Label("Loss of belt capacity", "产业带产能损失"), "supplier_capacity",
        (
            *_places("belt", "city", "province", "category"),
            Parameter(
                "capacity", 0.5, 0.0, 1.0, "factor", Label("Capacity that is left", "剩余产能"), _CHOICE,
                "assumed", step=0.05,
            ),
        ),
        _supplier_loss, needs=("belt", "city", "province", "category"),
        doc=Label(
            "Belts make a part of what they could, and those that buy from them feel it.",
            "产业带只保留部分产能，下游产业带随之受影响。",
        ),
    ),
    Shock(
        "platform_ban", Label("Platform ban", "平台封店"), "platform_open",
        (
            *_places("platform", "market", "region"),
            Parameter(
                "share", 1.0, 0.0, 1.0, "share of sellers", Label("Sellers banned", "被封卖家占比"),
                "in 2021 about one in twenty sellers of the marketplaces lost their shops (history.csv)",
                "assumed", step=0.01,
            ),
            Parameter(
                "draw", 0, 0.0, 2147483647.0, "number", Label("Number of the draw", "抽签号"), _CHOICE,
                "assumed", integer=True,
            ),
        ),
        _platform_ban, needs=("platform",), without=("share", "draw"),
        doc=Label(
            "A share of sellers, picked at random, may no longer sell on a platform.",
            "随机抽取一定比例的卖家，不得再在平台销售。",
        ),
    ),
)  # fmt: skip

SHOCKS: Final[Mapping[str, Shock]] = MappingProxyType({shock.kind: shock for shock in _KINDS})
"""All shocks by kind, in the order of the contract."""

if tuple(SHOCKS) != SHOCK_KINDS:
    raise ValueError("the shocks declared are not the kinds of the contract")
