"""What is noted of a run: sales by firm, market and mode, firms and payments, in the months that are asked for.

A `Watcher` takes the place of the recorder, so that an experiment pays for no indicator it does not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.natural.declared import BASELINE, Span
from model.kernel.members import HOME, MODES, SIZES, TIERS
from model.levers.settings import share_of_firms

if TYPE_CHECKING:
    from agents.env import Env
    from model.indicators.view import MonthView
    from model.kernel.declare import Parameters
    from model.world.places import World

KEYS: Final = ("firm", "market", "mode")
SUMS: Final = ("revenue_yuan", "units", "parcels", "day_orders", "hour_yuan", "landed_yuan")
LAST: Final = ("weight", "category", "belt", "size", "duty")
"""Per real firm, summed over the months of a look: FOB yuan, retail-sized units, parcels or B2B consignments, units ×
delivered days, yuan × hours at customs, and what buyers paid (duty, tax, freight and commission included).
`duty` in `LAST` is the rate abroad above the threshold, a share of value."""
FIRM_COLUMNS: Final = (
    "number", "weight", "belt", "category", "months_alive", "digital_level", "cash", "finance", "rebate_due", "sales",
    "sales_12m", "profit_12m", "home_share", "size", "tier",
)  # fmt: skip

_MARKETS, _MODES = 256, 8  # room in the key of a cell


@dataclass
class Look:
    """What was noted over a span of months.

    `cells`: one row a firm, market and mode (codes), columns `KEYS`, `SUMS` and `LAST`. `firms`: those alive at the
    end of the last month, columns `FIRM_COLUMNS`. `paid`: yuan by payer, payee and account. `flows`: sums of the
    month's counts, such as `exited` and `looks_total`.
    """

    cells: pd.DataFrame
    firms: pd.DataFrame
    paid: Mapping[tuple[str, str, str], float]
    flows: Mapping[str, float]

    def account(self, name: str) -> float:
        """Yuan paid under an account by whomever."""
        return sum(yuan for key, yuan in self.paid.items() if key[2] == name)


@dataclass
class _Open:
    """A span under way."""

    span: Span
    cells: pd.DataFrame | None = None
    paid: dict[tuple[str, str, str], float] = field(default_factory=dict)
    flows: dict[str, float] = field(default_factory=dict)


FLOWS: Final = ("exited", "entered", "looks_total", "finds_total")


class Watcher:
    """Stands where the recorder stands; `full` asks the model for the month's listings where a span wants them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._open = {span: _Open(span) for span in sorted(set(spans), key=lambda span: (span.first, span.months))}
        self.looks: dict[Span, Look] = {}
        self._months = {month for span in self._open for month in span.absolute}
        self.month = 0  # about to be simulated

    @property
    def full(self) -> bool:
        """Whether this month is looked at."""
        return self.month in self._months

    def take(self, view: MonthView) -> None:
        """Note the month in every span it belongs to; a span whose last month it is becomes a look."""
        env = view.env
        if not self.full:
            return
        cells = month_cells(env)
        for span, under_way in self._open.items():
            if env.now not in span.absolute:
                continue
            both = [cells] if under_way.cells is None else [under_way.cells, cells]
            under_way.cells = fold(pd.concat(both, ignore_index=True)) if len(both) > 1 else cells
            for payer, payee, account, yuan in env.ledger:
                key = (payer, payee, account)
                under_way.paid[key] = under_way.paid.get(key, 0.0) + yuan
            for name in FLOWS:
                under_way.flows[name] = under_way.flows.get(name, 0.0) + float(env.flows.values.get(name, 0.0))
            if env.now == span.absolute[-1]:
                self.looks[span] = Look(under_way.cells, living(env), under_way.paid, under_way.flows)


def month_cells(env: Env) -> pd.DataFrame:
    """This month's listings abroad as `Look.cells`; two shops of a firm in one market and mode are one row."""
    sold: dict[str, Any] = dict(env.flows.values["panel"])
    sold["landed_yuan"] = env.flows.spending[env.flows.nest != HOME]
    sold["category"] = env.world.belt_category[sold["belt"]]
    sold["duty"] = env.levers.table("duty_rate")[sold["market"], sold["category"], sold["mode"]]
    return fold(pd.DataFrame({name: sold[name] for name in (*KEYS, *SUMS, *LAST)}))


def fold(cells: pd.DataFrame) -> pd.DataFrame:
    """Rows of one firm, market and mode made one: amounts summed, the last of what describes the firm."""
    at = {name: cells[name].to_numpy() for name in KEYS}
    key = (at["firm"] * _MARKETS + at["market"]) * _MODES + at["mode"]
    keys, place = np.unique(key, return_inverse=True)
    made: dict[str, Any] = dict(
        zip(KEYS, (keys // (_MARKETS * _MODES), keys // _MODES % _MARKETS, keys % _MODES), strict=True)
    )
    last = np.zeros(len(keys), dtype=np.int64)
    last[place] = np.arange(len(place))  # of rows with one key the last one stays
    for name in SUMS:
        made[name] = np.bincount(place, weights=cells[name].to_numpy(), minlength=len(keys))
    for name in LAST:
        made[name] = cells[name].to_numpy()[last]
    return pd.DataFrame(made)


def living(env: Env) -> pd.DataFrame:
    """Firms alive at the end of the month, rows by number."""
    firms = env.state.firms
    rows = firms.alive_rows()
    return pd.DataFrame({name: firms[name][rows] for name in FIRM_COLUMNS}).sort_values("number", ignore_index=True)


@dataclass(frozen=True)
class Seen:
    """What one draw shows an experiment: looks by run (the baseline or an arm) and name.

    Of an arm, the months before it parts from the baseline are the baseline's.
    """

    looks: Mapping[tuple[str, Span], Look]
    spans: Mapping[str, Span]
    world: World
    parameters: Parameters
    seed: int

    def has(self, name: str) -> bool:
        """Whether a look lies within the months that were run."""
        return (BASELINE, self.spans[name]) in self.looks

    def look(self, run: str, name: str) -> Look:
        """A look at a run."""
        span = self.spans[name]
        own = self.looks.get((run, span))
        return self.looks[BASELINE, span] if own is None else own

    def cells(self, run: str, name: str) -> pd.DataFrame:
        """Sales of a look, see `Look.cells`."""
        return self.look(run, name).cells

    def firms(self, run: str, name: str) -> pd.DataFrame:
        """Firms at the end of a look, see `Look.firms`."""
        return self.look(run, name).firms

    def market(self, *names: str) -> list[int]:
        """Codes of markets; a name that is not in this world is left out."""
        return [self.world.market_ids.index(name) for name in names if name in self.world.market_ids]


def mode(*names: str) -> list[int]:
    """Codes of ways of fulfilment."""
    return [MODES.index(name) for name in names]


def size(*names: str) -> list[int]:
    """Codes of size classes."""
    return [SIZES.index(name) for name in names]


def tier(*names: str) -> list[int]:
    """Codes of credit tiers."""
    return [TIERS.index(name) for name in names]


def in_share(firms: pd.Series, share: float, draw: int) -> np.ndarray:
    """Which firms (by number) `where: {share, draw}` of a scenario picks."""
    return np.asarray(share_of_firms(firms.to_numpy(), draw) < share)
