"""The first lesson, live: the toy economy played phase by phase, one firm and one parcel told in numbers that add up.

    lesson = Lesson()
    lesson.next_phase().facts       # what the institutions are
    lesson.play_month()             # the rest of the month

The toy world has two belts, two markets and a dozen firms. It teaches how a month works and says nothing about China.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.facts import Fact
from experiments.run import economy
from experiments.steps import phases
from model.kernel.declare import Label
from model.kernel.refusals import RunFailed

if TYPE_CHECKING:
    from experiments.lesson_month import MonthTeller
    from model.economy import TradeEconomy

SEED: Final = 1
TITLES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "institutions": Label("Institutions", "制度"),
        "plan": Label("Plan", "计划"),
        "trade": Label("Trade", "交易"),
        "ship": Label("Ship", "发货"),
        "clear": Label("Clear", "通关"),
        "home": Label("Home", "国内市场"),
        "settle": Label("Settle", "结算"),
        "learn": Label("Learn", "学习"),
        "renew": Label("Renew", "更替"),
        "record": Label("Record", "记录"),
    }
)
QUESTIONS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "institutions": Label("Which rules are in force this month?", "本月适用哪些规则？"),
        "plan": Label(
            "What does the firm ask for its goods, and where does it offer them?", "企业如何定价，在哪里销售？"
        ),
        "trade": Label("What does a buyer abroad pay, and who gets which part?", "海外买家支付多少，各部分归谁？"),
        "ship": Label("Which way do the goods go?", "货物走哪条路线？"),
        "clear": Label("Are the goods inspected, and how long do they wait?", "货物是否被查验，等待多久？"),
        "home": Label("What is bought at home?", "国内市场买了什么？"),
        "settle": Label("Who pays whom, and do the books close?", "谁向谁付款，账目是否平衡？"),
        "learn": Label("What does the firm learn?", "企业学到了什么？"),
        "renew": Label("Who leaves, who comes?", "谁退出，谁进入？"),
        "record": Label("What is measured of the month?", "本月记录了哪些指标？"),
    }
)
AGENTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "SME": Label("Firms", "企业"),
        "CustomsDistrict": Label("Customs districts", "海关关区"),
        "Platform": Label("Platforms", "平台"),
        "Market": Label("Markets abroad", "海外市场"),
        "HomeRegion": Label("Provinces as buyers", "国内消费省份"),
        "Government": Label("Government", "政府"),
        "OverseasWarehouse": Label("Overseas warehouses", "海外仓"),
        "ForeignBrand": Label("Foreign brands", "境外品牌"),
    }
)


@dataclass(frozen=True)
class Sum:
    """Parts that make a whole, checked to nine digits when it is made. `name` says of what."""

    name: Label
    parts: tuple[Fact, ...]
    whole: Fact

    def __post_init__(self) -> None:
        adds_up([_number(part) for part in self.parts], _number(self.whole), self.name.en)


@dataclass(frozen=True)
class Told:
    """What one phase did to the firm and the parcel that are followed."""

    phase: str
    number: int
    facts: tuple[Fact, ...]
    sums: tuple[Sum, ...] = ()

    @property
    def title(self) -> Label:
        return TITLES[self.phase]


def _number(fact: Fact) -> float:
    assert not isinstance(fact.value, Label)
    return fact.value


def adds_up(parts: Sequence[float], whole: float, what: str) -> None:
    """The parts make the whole, to nine digits of the largest of them; RunFailed when they do not."""
    size = max([abs(part) for part in parts] + [abs(whole), 1e-6])
    if abs(sum(parts) - whole) > 1e-9 * size + 1e-6:
        raise RunFailed(f"{what}: the parts make {sum(parts)}, not {whole}")


class Lesson:
    """A toy economy that is played phase by phase. Belongs to one reader: it changes with every call."""

    def __init__(self, seed: int = SEED) -> None:
        from model.scenario import load_scenario

        self.scenario = load_scenario("toy")
        self.seed = seed
        self.model: TradeEconomy = economy(self.scenario, seed)
        self.told: list[Told] = []  # of the month under way, or of the last one until the next begins
        self.months: list[int] = []
        self.history: dict[str, list[float]] = {}
        self._running: Iterator[str] | None = None
        self._teller: MonthTeller | None = None
        self._followed: int | None = None

    @property
    def month(self) -> int:
        """The absolute month under way; between months the one that was told last."""
        between = self._running is None and bool(self.months)
        return self.model.month - 1 if between else self.model.month

    @property
    def finished(self) -> bool:
        """Whether all months of the toy are over."""
        return self._running is None and len(self.months) >= self.scenario.months

    @property
    def firm(self) -> int:
        """Number of the firm that is followed."""
        return self.teller.firm_number

    @property
    def teller(self) -> MonthTeller:
        """Who tells the month under way."""
        if self._teller is None:
            self._begin()
        assert self._teller is not None
        return self._teller

    def _begin(self) -> None:
        from experiments.lesson_month import MonthTeller

        self._teller = MonthTeller(self.model, self._followed)
        self._running = phases(self.model)
        self.told = []

    def next_phase(self) -> Told | None:
        """Run one phase and tell it; None when the toy's months are over."""
        if self.finished:
            return None
        if self._running is None:
            self._begin()
        assert self._running is not None
        phase = next(self._running)
        facts, sums = self.teller.tell(phase)
        told = Told(phase, len(self.told) + 1, tuple(facts), tuple(sums))
        self.told.append(told)
        if len(self.told) == len(TITLES):
            self._end()
        return told

    def _end(self) -> None:
        """Let the month end, and note its indicators."""
        assert self._running is not None
        for _ in self._running:
            raise RunFailed("the month has more phases than the lesson tells")
        self._followed, self._running, self._teller = self.teller.listing_number, None, None
        frame = self.model.recorder.indicator_frame()
        last = frame[frame["month"] == self.model.month - 1]
        self.months.append(self.model.month - 1)
        for name, value in zip(last["indicator"], last["value"], strict=True):
            self.history.setdefault(name, []).append(float(value))

    def play_month(self) -> list[Told]:
        """Run the phases that are left of this month, or a whole new month; returns what was told of the month."""
        if self.next_phase() is None:
            return []
        while self._running is not None:
            self.next_phase()
        return self.told

    def agents(self) -> list[tuple[Label, int]]:
        """Agents by kind and their number, as Mesa knows them."""
        return [(AGENTS[kind.__name__], len(members)) for kind, members in self.model.agents_by_type.items()]

    def cost_parts(self) -> Sum | None:
        """What the landed price of the parcel is made of, once the trade phase has been told."""
        trade = next((one for one in self.told if one.phase == "trade"), None)
        return None if trade is None else trade.sums[0]


def same_by_step(lesson: Lesson) -> bool:
    """Whether plain steps give the state that the lesson reached at the end of its last month, bit by bit."""
    again = economy(lesson.scenario, lesson.seed)
    again.run_months(len(lesson.months))
    return bool(again.state.equal(lesson.model.state)) and bool(np.all(lesson.model.month == again.month))
