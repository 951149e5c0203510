"""The story of one firm: month by month what it is and what happens to it, in words and numbers.

    story = trace(load_scenario("baseline"), seed=1, firm=12, months=24)
    story.months[0].values["exports"]; story.events[0].text.en

A firm is known by its number; its row in the tables moves. Amounts are those of one real firm; a small firm stands for
several (`weight`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.belts import belt_label
from experiments.facts import Fact
from experiments.firm_events import Event, Seen, events_of, founded, gone, resized
from experiments.firm_numbers import check_number, never_founded
from experiments.run import adjusted, economy
from experiments.steps import phases
from experiments.words import member_label
from model.kernel.calendar import format_month
from model.kernel.declare import Label
from model.kernel.members import CATEGORIES, HOME_OUTLET, MODES, SIZES, TIERS

if TYPE_CHECKING:
    from model.economy import TradeEconomy
    from model.scenario import Scenario

MEASURES: Final[Mapping[str, tuple[Label, str]]] = MappingProxyType(
    {
        "sales": (Label("Sales", "销售额"), "yuan"),
        "exports": (Label("Exports", "出口额"), "yuan"),
        "home_sales": (Label("Sales at home", "内销额"), "yuan"),
        "orders": (Label("Orders", "订单数"), "number"),
        "profit": (Label("Profit", "利润"), "yuan"),
        "cash": (Label("Cash", "现金"), "yuan"),
        "debt": (Label("Debt", "负债"), "yuan"),
        "wages": (Label("Wages paid", "工资支出"), "yuan"),
        "capacity": (Label("Capacity per month", "月产能"), "yuan"),
        "finance": (Label("Orders it can finance", "可融资订单占比"), "share"),
        "markets": (Label("Markets abroad", "海外市场数"), "number"),
        "days": (Label("Delivery of orders abroad", "海外订单交货"), "days"),
        "clearance": (Label("Export clearance", "出口通关"), "hours"),
        "looks": (Label("Inspections", "查验次数"), "looks"),
        "finds": (Label("Violations found", "查获违规"), "violations"),
        "credit_score": (Label("Credit score (0 to 100)", "信用分（0—100）"), "index"),
        "quality": (Label("Quality", "质量"), "log quality"),
        "brand": (Label("Sold under an own brand", "自有品牌占比"), "share"),
        "tools": (Label("Digital tools (1 yes, 0 no)", "数字化工具（1有0无）"), "number"),
    }
)
"""What is noted each month: name and unit."""


@dataclass(frozen=True)
class TraceJob:
    """Whose story to tell."""

    scenario: Scenario
    firm: int
    seed: int = 1
    months: int | None = None


@dataclass(frozen=True)
class Offer:
    """A listing abroad and what it sold this month: ids of market and platform, mode, FOB yuan."""

    market: str
    platform: str
    mode: str
    yuan: float


@dataclass(frozen=True)
class FirmMonth:
    """A month of the firm; `values` by the names of MEASURES, `offers` largest first."""

    month: int
    values: Mapping[str, float]
    size: str
    tier: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class FirmStory:
    """Everything noted. `left` is the month in which it left, None while it goes on."""

    scenario: str
    seed: int
    firm: int
    facts: tuple[Fact, ...]
    months: tuple[FirmMonth, ...]
    events: tuple[Event, ...]
    left: int | None

    def series(self, name: str) -> list[float]:
        """One measure over the months."""
        return [month.values[name] for month in self.months]

    def as_row(self) -> dict[str, Any]:
        """Plain values for JSON; months YYYY-MM."""
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "firm": self.firm,
            "left": None if self.left is None else format_month(self.left),
            "facts": [fact.as_row() for fact in self.facts],
            "measures": {name: {"label": label.as_row(), "unit": unit} for name, (label, unit) in MEASURES.items()},
            "months": [
                {"month": format_month(one.month), "size": one.size, "tier": one.tier, **one.values,
                 "offers": [vars(offer) for offer in one.offers]}
                for one in self.months
            ],
            "events": [event.as_row() for event in self.events],
        }  # fmt: skip


def trace_job(job: TraceJob, report: Callable[[int], None] = lambda months: None) -> FirmStory:
    """`trace` as one call of one argument, for a worker."""
    return trace(job.scenario, job.seed, job.firm, job.months, report)


def trace(
    scenario: Scenario,
    seed: int,
    firm: int,
    months: int | None = None,
    report: Callable[[int], None] = lambda months: None,
) -> FirmStory:
    """Follow firm number `firm` through a run; ends early when it leaves. `report` hears the months done.

    Refused when no such firm can exist, or when none of that number was founded during the run.
    """
    chosen = adjusted(scenario, months)
    model = economy(chosen, seed)
    end = chosen.start + chosen.months
    check_number(model, firm, end)
    witness = _Witness(model, firm)
    numbers: set[int] = set()
    while model.month < end and witness.left is None:
        for phase in phases(model):
            witness.look(phase)
        numbers.update(model.state.firms["number"].tolist())
        report(model.month - chosen.start)
    if not witness.facts:
        raise never_founded(firm, numbers)
    return FirmStory(
        chosen.stem, seed, firm, witness.facts, tuple(witness.months), tuple(witness.events), witness.left
    )  # fmt: skip


@dataclass
class _Witness:
    """Looks at one firm after the phases that matter to it."""

    model: TradeEconomy
    number: int
    facts: tuple[Fact, ...] = ()
    months: list[FirmMonth] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    left: int | None = None
    before: Seen | None = None
    trading: bool = False  # whether it was there when this month's books were closed

    def __post_init__(self) -> None:
        if self.row >= 0:
            self.meet()

    @property
    def row(self) -> int:
        return int(self.model.state.firms.row_of([self.number])[0])

    def meet(self) -> None:
        """Note who it is, and what it looks like before anything happens to it."""
        self.facts = who(self.model, self.row)
        self.before = Seen.of(self.model, self.row)

    def look(self, phase: str) -> None:
        """To be called after each phase."""
        if phase == "settle":
            self.trading = self.row >= 0
        if phase == "learn" and self.trading:
            self.note()
        if phase == "renew":
            self.end_of_month()

    def note(self) -> None:
        """The month's numbers and what changed since the month before."""
        row, model = self.row, self.model
        self.months.append(month_of(model, row))
        now = Seen.of(model, row)
        assert self.before is not None
        self.events += events_of(model, row, self.before, now)
        self.before = now

    def end_of_month(self) -> None:
        """Whether it left, was founded, or changed its size class, which follows once the month is over."""
        model, row = self.model, self.row
        month = model.env.now
        if self.trading and row < 0:
            self.left = month
            assert self.before is not None
            self.events.append(gone(month, self.before))
        elif not self.trading and row >= 0:
            self.meet()
            self.events.append(founded(month, float(model.state.firms["cash"][row])))
        elif row >= 0 and self.before is not None:
            size = int(model.state.firms["size"][row])
            self.events += resized(month, self.before.size, size)
            self.before = replace(self.before, size=size)


def who(model: TradeEconomy, row: int) -> tuple[Fact, ...]:
    """What of a firm does not change, as facts."""
    firms, world = model.state.firms, model.world
    belt, born = int(firms["belt"][row]), int(firms["born"][row])
    province = world.belt_province[belt]
    known = born >= model.start
    since = Label(format_month(born), format_month(born)) if known else Label("before the start", "模拟期之前")
    return (
        Fact(Label("Industrial belt", "产业带"), belt_label(world, belt)),
        Fact(Label("Province", "省份"), Label(world.province_ids[province], world.province_zh[province])),
        Fact(Label("Goods", "品类"), member_label("category", CATEGORIES[firms["category"][row]])),
        Fact(Label("Registered capital", "注册资本"), float(firms["capital"][row]), "yuan"),
        Fact(Label("Stands for real firms", "代表真实企业数"), float(firms["weight"][row]), "number"),
        Fact(Label("Founded", "成立时间"), since),
    )


def month_of(model: TradeEconomy, row: int) -> FirmMonth:
    """The firm's month after learning: what it sold, owns, owes and knows."""
    state, values = model.state, model.env.flows.values
    firms, listings = state.firms, state.listings
    own = np.flatnonzero(listings["firm"] == row)
    abroad = own[listings["mode"][own] != HOME_OUTLET]
    revenue, orders = listings["revenue"], listings["orders"]
    accounts = {name: float(column[row]) for name, column in values["accounts"].items()}
    numbers = {
        "sales": float(revenue[own].sum()),
        "exports": accounts["exports"],
        "home_sales": accounts["home_sales"],
        "orders": float(orders[own].sum()),
        "profit": float(values["profit"][row]),
        "cash": float(firms["cash"][row]),
        "debt": float(firms["debt"][row]),
        "wages": accounts["wages"],
        "capacity": float(firms["capacity"][row]),
        "finance": float(firms["finance"][row]),
        "markets": float(len(set(listings["market"][abroad].tolist()))),
        "days": _mean(listings["days"][abroad], orders[abroad]),
        "clearance": _mean(listings["clearance_hours"][abroad], revenue[abroad]),
        "looks": float(values["looks"][:, row].sum()),
        "finds": float(values["hits"][:, row].sum()),
        "credit_score": float(firms["credit_score"][row]),
        "quality": float(firms["quality"][row]),
        "brand": float(firms["brand"][row]),
        "tools": float(firms["digital_level"][row]),
    }
    return FirmMonth(
        model.env.now, numbers, SIZES[firms["size"][row]], TIERS[firms["tier"][row]], tuple(_offers(model, abroad))
    )


def _mean(values: Any, weights: Any) -> float:
    """Weighted mean; not a number where nothing was sold."""
    total = float(weights.sum())
    return float(np.sum(values * weights)) / total if total > 0.0 else float("nan")


def _offers(model: TradeEconomy, rows: Any) -> Iterable[Offer]:
    world, listings = model.world, model.state.listings
    platforms = (*world.platform_ids, "none")
    for at in sorted(rows.tolist(), key=lambda one: (-float(listings["revenue"][one]), one)):
        yield Offer(
            world.market_ids[listings["market"][at]], platforms[listings["platform"][at]],
            MODES[listings["mode"][at]], float(listings["revenue"][at]),
        )  # fmt: skip


def story_text(story: FirmStory) -> str:
    """The story as the command line prints it: who it is, its last month, its months in short, what happened."""
    from experiments.show import HONESTY, columns

    lines = [f"Firm {story.firm} in {story.scenario}, seed {story.seed}. 1 run, amounts of one real firm."]
    lines += columns([(fact.label.en, fact.text("en")) for fact in story.facts])
    shown = ("sales", "exports", "cash", "debt", "credit_score", "quality", "markets", "days")
    table = [("month", "size", "tier", *(MEASURES[name][0].en.split(" (")[0] for name in shown))]
    for one in story.months:
        values = [Fact(MEASURES[name][0], one.values[name], MEASURES[name][1]).text("en") for name in shown]
        table.append((format_month(one.month), one.size, one.tier, *values))
    lines += ["", *columns(table, left=3)] if story.months else []
    lines += ["", *columns([(format_month(event.month), event.text.en) for event in story.events], left=2)]
    return "\n".join([*lines, HONESTY])
