"""The economy: state, a month of ten phases, and nothing else that remembers.

`MONTH` is the grammar of a run; it reads like the paper. A snapshot is a copy of `state`.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from agents.brand import ForeignBrand
from agents.customs import CustomsDistrict
from agents.env import Env
from agents.firm.state import SME
from agents.government import Government
from agents.market import Market
from agents.platform import Platform
from agents.region import HomeRegion
from agents.warehouse import OverseasWarehouse
from model.bases import lever_bases, value_of_day
from model.burn_in import burn_in
from model.history import history_effects
from model.kernel.columnar import ColumnarModel
from model.kernel.declare import Parameters
from model.kernel.draws import Draws
from model.levers import Levers
from model.phases import clear, home, institutions, learn, plan, record, renew, settle, ship, trade
from model.recorder import Recorder
from model.state import State
from model.world.load import load_world
from model.world.routes import Routes

if TYPE_CHECKING:
    from model.scenario import Scenario

MONTH: Final = (
    ("institutions", institutions.run),
    ("plan", plan.run),
    ("trade", trade.run),
    ("ship", ship.run),
    ("clear", clear.run),
    ("home", home.run),
    ("settle", settle.run),
    ("learn", learn.run),
    ("renew", renew.run),
    ("record", record.run),
)
PLACED: Final = (
    (CustomsDistrict, "n_gate"),
    (Platform, "n_plat"),
    (Market, "n_mkt"),
    (HomeRegion, "n_prov"),
)
KEPT_STARTS: Final = 4

_starts: OrderedDict[tuple[object, ...], State] = OrderedDict()


class TradeEconomy(ColumnarModel):
    """China's cross-border e-commerce as a Mesa model. One `step()` is one calendar month.

    Args:
        scenario: what is simulated; carries start, months, scale, effects, grants and parameter overrides.
        seed: the seed of all luck. Two scenarios with one seed meet the same luck.
    """

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.spec = scenario  # Mesa keeps `scenario` for its own class
        self.seed = seed
        self.start: int = scenario.start
        self.world = load_world(restrict=scenario.restriction)
        self.parameters: Parameters = scenario.parameter_values()
        self.draws = Draws(seed)
        self.routes = Routes(self.world)
        self.plain_routes = self.routes.compute(value_of_day(self.parameters))
        self.bases = lever_bases(self.world, self.parameters, self.plain_routes, self.start)
        self.folded: tuple[object, Levers] | None = None  # the last month's levers, reused while nothing changes
        self.history_effects = history_effects(self.world, scenario.history)
        self.effects = scenario.effects()
        # In an order of their own, so that the order of entries changes no bit.
        self.grants = tuple(sorted(scenario.grants(), key=repr))
        self.outlays = tuple(sorted(scenario.outlays(), key=repr))
        self.programmes = tuple(sorted(scenario.programmes(), key=repr))
        self.timings: dict[str, float] = {name: 0.0 for name, _ in MONTH}
        self.env: Env = None  # type: ignore[assignment]  # the month under way
        self.state: State = self._founded()
        self._meet_agents()
        self.recorder = Recorder(self.world)
        self.cash_before = self._cash()

    # --- start -------------------------------------------------------------------------------------------------

    def _founded(self) -> State:
        """The state at the start: from memory if this start was settled before, else by a burn-in.

        Effects in force in the first month are part of the start; those of a policy that begins later are not.
        """
        scenario = self.spec
        first = tuple(e for e in (*self.history_effects, *self.effects) if e.window.strength(self.start) > 0.0)
        key = (
            self.seed, self.start, scenario.scale, scenario.smes, repr(scenario.restriction),
            hash(self.parameters), repr(first),
        )  # fmt: skip
        if key not in _starts:
            self.state = State(self.start)
            burn_in(self)
            _starts[key] = self.state
            while len(_starts) > KEPT_STARTS:
                _starts.popitem(last=False)
        return _starts[key].copy()

    def _meet_agents(self) -> None:
        """Register the placed agents and show the tables as agents."""
        for kind, count in PLACED:
            for code in range(getattr(self.world, count)):
                kind(self, code)
        Government(self, 0)
        for view in (SME, OverseasWarehouse, ForeignBrand):
            self.add_columnar(view)

    def _cash(self) -> float:
        firms = self.state.firms
        return float(np.sum(firms["weight"] * firms["alive"] * firms["cash"]))

    # --- the month ---------------------------------------------------------------------------------------------

    @property
    def month(self) -> int:
        """Absolute month that the next step simulates."""
        return int(self.state.month)

    def step(self) -> None:
        """Simulate one month: the ten phases in order, each timed."""
        for name, phase in MONTH:
            began = time.perf_counter()
            phase(self)
            self.timings[name] += time.perf_counter() - began
        self.state.month += 1

    def run_months(self, months: int) -> None:
        """Simulate several months."""
        for _ in range(months):
            self.step()

    # --- snapshots ---------------------------------------------------------------------------------------------

    def snapshot(self) -> State:
        """A copy of everything that changes."""
        return State.copy(self.state)

    def restore(self, state: State) -> None:
        """Go on from a snapshot; the next months are bit-equal to those of the run it was taken from."""
        self.state = state.copy()
        self.cash_before = self._cash()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "env"} | {"env": None}
