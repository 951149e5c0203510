"""A scenario that has passed every check: what runs, when it acts, and what follows for the levers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from model.kernel.calendar import FOREVER, LAST_MONTH, Window, format_month
from model.kernel.declare import Label, Parameters
from model.kernel.refusals import Problem, Refused
from model.levers import EVERYWHERE, Effect, Where
from model.policies import policies
from model.programmes import Grant, Outlay, Programme
from model.scenario.files import SCHEMA
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS
from model.world.places import Restriction

MOST_MONTHS: Final = 216


@dataclass(frozen=True)
class PolicyEntry:
    """A policy in force: all its values, when and where."""

    id: str
    values: Mapping[str, Any]
    window: Window
    where: Where = EVERYWHERE

    def effects(self) -> list[Effect]:
        """Pushes on levers."""
        own = policies()[self.id].effects(self.values, self.where)
        return [replace(effect, window=self.window, origin=self.id) for effect in own]

    def grants(self) -> list[Grant]:
        """Shares of costs paid."""
        own = policies()[self.id].grants(self.values, self.where)
        return [replace(grant, window=self.window) for grant in own]

    def programmes(self) -> list[Programme]:
        """Places for firms."""
        own = policies()[self.id].programmes(self.values, self.where)
        return [replace(programme, window=self.window) for programme in own]

    def outlays(self) -> list[Outlay]:
        """Running costs."""
        own = policies()[self.id].outlays(self.values, self.where)
        return [replace(outlay, window=self.window) for outlay in own]


@dataclass(frozen=True)
class ShockEntry:
    """A shock: its numbers, when, and where (places named beside the numbers are in `where`)."""

    kind: str
    values: Mapping[str, Any]
    window: Window
    where: Where = EVERYWHERE

    def effects(self) -> list[Effect]:
        """Pushes on levers."""
        own = SHOCKS[self.kind].effects(self.values, self.where)
        return [replace(effect, window=self.window, origin=self.kind) for effect in own]


@dataclass(frozen=True)
class LeverEntry:
    """A direct setting of a lever; `op` is add, multiply or set."""

    lever: str
    op: str
    value: float
    window: Window
    where: Where = EVERYWHERE

    def effects(self) -> list[Effect]:
        """The one push on the lever."""
        return [Effect(self.lever, self.op, self.value, self.where, self.window, "levers")]


@dataclass(frozen=True)
class SmallWorld:
    """A world restricted to some belts, markets, provinces and a number of SMEs, for lessons and tests."""

    belts: tuple[str, ...] | None = None
    markets: tuple[str, ...] | None = None
    provinces: tuple[str, ...] | None = None
    smes: int | None = None

    def restriction(self) -> Restriction:
        """The restriction that `world.load` takes."""
        return Restriction(self.belts, self.markets, self.provinces)

    def resolved(self) -> dict[str, Any]:
        """As written in a file."""
        rows = {"belts": self.belts, "markets": self.markets, "provinces": self.provinces}
        listed: dict[str, Any] = {key: list(names) for key, names in rows.items() if names is not None}
        return listed if self.smes is None else {**listed, "smes": self.smes}


@dataclass(frozen=True)
class Scenario:
    """Everything a run depends on except the seed. Months are absolute; mappings are not to be written to.

    `history` is the last month whose dated rules and events are replayed, None for none. `stem` is the
    name by which the command line knows the scenario; it and `name` are not part of `hash`.
    """

    name: Label
    stem: str
    start: int
    months: int
    policies_from: int
    scale: float
    policies: tuple[PolicyEntry, ...] = ()
    shocks: tuple[ShockEntry, ...] = ()
    levers: tuple[LeverEntry, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    history: int | None = None
    world: SmallWorld | None = None

    @property
    def end(self) -> int:
        """The last simulated month."""
        return self.start + self.months - 1

    @property
    def restriction(self) -> Restriction | None:
        """What `world.load` is to leave out; None for the whole world."""
        return None if self.world is None else self.world.restriction()

    @property
    def smes(self) -> int | None:
        """The number of SME rows of a small world; None where `scale` decides."""
        return None if self.world is None else self.world.smes

    def parameter_values(self) -> Parameters:
        """All model parameters: the declared values with this scenario's overrides."""
        declared = vocabulary().parameters
        return Parameters({path: item.value for path, item in declared.items()}).replaced(self.parameters)

    @property
    def entries(self) -> tuple[PolicyEntry | ShockEntry | LeverEntry, ...]:
        """All entries that take a window, in the order of the file."""
        return (*self.policies, *self.shocks, *self.levers)

    def effects(self) -> tuple[Effect, ...]:
        """All pushes on levers, with their windows and origins."""
        return tuple(effect for entry in self.entries for effect in entry.effects())

    def grants(self) -> tuple[Grant, ...]:
        """All grants, with the windows of their policies."""
        return tuple(grant for entry in self.policies for grant in entry.grants())

    def programmes(self) -> tuple[Programme, ...]:
        """All programmes, with the windows of their policies."""
        return tuple(programme for entry in self.policies for programme in entry.programmes())

    def outlays(self) -> tuple[Outlay, ...]:
        """All running costs, with the windows of their policies."""
        return tuple(outlay for entry in self.policies for outlay in entry.outlays())

    def resolved(self) -> dict[str, Any]:
        """Plain data that is itself a valid file: nothing inherited, every default written out."""
        return {
            "schema": SCHEMA,
            "name": self.name.as_row(),
            "start": format_month(self.start),
            "months": self.months,
            "policies_from": format_month(self.policies_from),
            "scale": self.scale,
            "history": None if self.history is None else format_month(self.history),
            "world": None if self.world is None else self.world.resolved(),
            "policies": {entry.id: _values(entry.values) | _when_where(entry) for entry in self.policies},
            "shocks": [{"kind": entry.kind} | _values(entry.values) | _when_where(entry) for entry in self.shocks],
            "levers": [{"lever": entry.lever, entry.op: entry.value} | _when_where(entry) for entry in self.levers],
            "parameters": dict(sorted(self.parameters.items())),
        }

    @property
    def hash(self) -> str:
        """SHA-256 of the resolved scenario without its name: equal hashes mean equal runs on equal seeds."""
        plain = {key: value for key, value in self.resolved().items() if key != "name"}
        text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    def with_(self, *, months: int | None = None, scale: float | None = None, start: int | None = None) -> Scenario:
        """A copy that runs for other months, from another start or at another scale. Raises Refused."""
        changed = replace(
            self,
            months=self.months if months is None else months,
            scale=self.scale if scale is None else float(scale),
            start=self.start if start is None else start,
        )
        problems = [*_length_faults(changed), *_missed(changed)]
        if problems:
            raise Refused(problems)
        return changed


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _when_where(entry: PolicyEntry | ShockEntry | LeverEntry) -> dict[str, Any]:
    """The keys every entry takes."""
    window = entry.window
    return {
        "from": format_month(window.start),
        "until": None if window.until == FOREVER else format_month(window.until),
        "ramp_months": window.ramp_months,
        "where": where_row(entry.where),
    }


def where_row(where: Where) -> dict[str, Any]:
    """A restriction as written in a file."""
    row: dict[str, Any] = {key: list(members) for key, members in where.members}
    if where.pilot_zone is not None:
        row["pilot_zone"] = where.pilot_zone
    if where.share is not None:
        row |= {"share": where.share, "draw": where.draw}
    return row


def _length_faults(scenario: Scenario) -> list[Problem]:
    """What is wrong with the length, end or scale of a run."""
    problems = []
    if not 1 <= scenario.months <= MOST_MONTHS:
        message = f"A run has 1 to {MOST_MONTHS} months, not {scenario.months}."
        problems.append(
            Problem("out_of_bounds", message, path="months", given=scenario.months, allowed=f"1 to {MOST_MONTHS}")
        )
    elif scenario.end > LAST_MONTH:
        message = f"The run would end in {format_month(scenario.end)}, after the last month of the model."
        problems.append(Problem("run_too_long", message, path="months", given=scenario.months,
                                allowed=f"an end by {format_month(LAST_MONTH)}",
                                suggestion=str(max(1, LAST_MONTH - scenario.start + 1))))  # fmt: skip
    if not 0.0 < scenario.scale <= 1.0:
        message = f"'scale' is a share of the real firms above 0 and up to 1, not {scenario.scale:g}."
        problems.append(
            Problem("out_of_bounds", message, path="scale", given=scenario.scale, allowed="above 0, up to 1")
        )
    return problems


def _missed(scenario: Scenario) -> list[Problem]:
    """Entries that would never act in the run."""
    entries: Sequence[tuple[str, PolicyEntry | ShockEntry | LeverEntry]] = [
        *((f"policies.{entry.id}", entry) for entry in scenario.policies),
        *((f"shocks.{number}", entry) for number, entry in enumerate(scenario.shocks)),
        *((f"levers.{number}", entry) for number, entry in enumerate(scenario.levers)),
    ]
    problems = []
    for path, entry in entries:
        window = entry.window
        if window.touches(scenario.start, scenario.months):
            continue
        message = missed_text(window, scenario.start, scenario.months)
        allowed = run_text(scenario.start, scenario.months)
        needed = window.start - scenario.start + 1
        suggestion = f"months: {needed}" if scenario.months < needed <= MOST_MONTHS else ""
        problems.append(
            Problem("window_misses_run", message, "", 0, path, format_month(window.start), allowed, suggestion)
        )
    return problems


def run_text(start: int, months: int) -> str:
    """The months of a run in words."""
    return f"{format_month(start)} to {format_month(start + months - 1)}"


def missed_text(window: Window, start: int, months: int) -> str:
    """That a window lies outside the run, in words."""
    until = "" if window.until == FOREVER else f" until {format_month(window.until)}"
    return f"It acts from {format_month(window.start)}{until}, but the run is {run_text(start, months)}."
