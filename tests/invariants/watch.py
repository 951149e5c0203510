"""Checks of a month, and a run under their watch: `test_every_month` reads what they noted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from model.economy import MONTH, TradeEconomy
from model.indicators.view import MonthView
from model.kernel.calendar import format_month
from model.kernel.declare import INDICATORS
from model.kernel.members import SECTORS
from model.state import TABLES, State

TOLERANCE = 1e-9
PARTITIONS = ("province", "category", "market", "size", "mode", "platform", "tier", "gateway", "hub",
              "import_channel")  # fmt: skip
"""Dimensions whose members are apart and complete. Regions overlap."""

SHARES = ("digital_level", "effort", "brand", "finance")
UNSIGNED = {
    "firms": ("weight", "cash", "debt", "capacity", "sales", "sales_ring", "sales_12m", "wanted", "rebate_due", "looks",
              "hits", "months_alive", "propensity", "product_age", "utilisation"),
    "listings": ("price", "orders", "revenue", "days", "clearance_hours"),
    "warehouses": ("area_m2", "grant_yuan", "b2b_share"),
    "hubs": ("fee", "use", "need_m2", "m2_per_yuan", "pool_m2", "projects"),
    "gateways": ("capacity", "load", "waived", "wait_hours"),
    "regions": ("import_spending", "home_spending", "access", "varieties"),
    "platforms": ("sales",),
    "markets": ("trust",),
    "brands": ("weight", "channels", "sales"),
}  # fmt: skip


@dataclass
class Watch:
    """A run under watch: what the month before looked like, and the faults found so far by check."""

    model: TradeEconomy
    before: State
    seen: set[int]  # numbers ever given to a firm
    gone: set[int] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)
    months: int = 0
    view: Any = None  # MonthView of the month just simulated
    days: np.ndarray = field(default_factory=lambda: np.zeros(0))  # listings at the time of trade
    mode: np.ndarray = field(default_factory=lambda: np.zeros(0))
    budget: np.ndarray = field(default_factory=lambda: np.zeros(0))  # of every cell

    def note(self, check: str, fault: str) -> None:
        self.faults.setdefault(check, []).append(f"{format_month(self.model.month - 1)}: {fault}")


Check = Callable[[Watch], list[str]]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Register a check; its name is the test's."""
    CHECKS[function.__name__] = function
    return function


def living(state: State, column: str) -> np.ndarray:
    """A firm column times weight, of the living."""
    return state.firms["weight"] * state.firms["alive"] * state.firms[column]


def off(one: float, other: float, scale: float = 0.0) -> float:
    return abs(one - other) / max(abs(one), abs(other), scale, 1.0)


# --- money ---------------------------------------------------------------------------------------------------------


@check
def payments_of_all_sectors_sum_to_zero(watch: Watch) -> list[str]:
    net = watch.model.env.ledger.net()
    turnover = float(watch.model.env.ledger.matrix().sum())
    return [] if abs(net.sum()) <= TOLERANCE * turnover else [f"sum of nets {net.sum()}"]


@check
def ledger_frame_holds_every_posting_once(watch: Watch) -> list[str]:
    """The recorded table of the month is the ledger: same postings, positive, between known sectors."""
    frame = watch.model.recorder.ledger_frame()
    rows = frame[frame["month"] == watch.model.month - 1]
    posted = [(p, q, a, y) for p, q, a, y in watch.model.env.ledger]
    kept = list(rows[["payer", "payee", "account", "yuan"]].itertuples(index=False, name=None))
    wrong = [row for row in kept if row[0] not in SECTORS or row[1] not in SECTORS or not row[3] > 0.0]
    return ([] if kept == posted else ["table and ledger differ"]) + [str(row) for row in wrong]


@check
def cash_of_firms_moves_by_their_postings(watch: Watch) -> list[str]:
    ledger, state = watch.model.env.ledger, watch.model.state
    code = SECTORS.index("smes")
    matrix = ledger.matrix()
    change = float(living(state, "cash").sum() - living(watch.before, "cash").sum())
    posted = float(matrix[:, code].sum() - matrix[code].sum())
    turnover = float(matrix[:, code].sum() + matrix[code].sum())
    return [] if abs(change - posted) <= TOLERANCE * turnover else [f"cash moved {change}, postings say {posted}"]


@check
def debt_of_firms_moves_by_loans(watch: Watch) -> list[str]:
    """Debt rises by loans and falls by repayments and by what those who left never paid back."""
    ledger, state = watch.model.env.ledger, watch.model.state
    change = float(living(state, "debt").sum() - living(watch.before, "debt").sum())
    posted = ledger.total("smes", "loans") - ledger.paid("smes", "repayments")
    written_off = posted - change
    turnover = ledger.total("smes", "exports")
    left = watch.before.firms["number"][watch.before.firms["alive"]]
    some_left = (state.firms.row_of(left) < 0).any()
    lost = written_off > TOLERANCE * turnover and not some_left
    return ["debt vanished with nobody leaving"] if lost or written_off < -TOLERANCE * turnover else []


@check
def government_balance_is_receipts_less_payments(watch: Watch) -> list[str]:
    frame = watch.model.recorder.ledger_frame()
    received = frame.loc[frame["payee"] == "government", "yuan"].sum()
    spent = frame.loc[frame["payer"] == "government", "yuan"].sum()
    balance = float(watch.model.state.government["balance"][0])
    return [] if off(balance, received - spent, received) <= TOLERANCE else [f"{balance} against {received - spent}"]


@check
def balances_are_the_sum_of_all_months(watch: Watch) -> list[str]:
    frame = watch.model.recorder.ledger_frame()
    balances = watch.model.state.arrays["balances"]
    for code, sector in enumerate(SECTORS):
        net = frame.loc[frame["payee"] == sector, "yuan"].sum() - frame.loc[frame["payer"] == sector, "yuan"].sum()
        if off(balances[code], net, frame["yuan"].sum()) > TOLERANCE:
            return [f"{sector}: {balances[code]} against {net}"]
    return []


@check
def claims_of_the_year_are_what_was_paid(watch: Watch) -> list[str]:
    now = watch.model.month - 1
    frame = watch.model.recorder.ledger_frame()
    faults = []
    for grant in watch.model.grants:
        rows = frame[(frame["account"] == grant.account) & (frame["month"] // 12 == now // 12)]
        granted = rows.loc[rows["payee"] != "labour", "yuan"].sum()
        claimed = watch.model.state.claims.get(grant.account, 0.0)
        if off(claimed, granted) > TOLERANCE:
            faults.append(f"{grant.account}: claims {claimed}, paid {granted}")
        if grant.budget_per_year is not None and claimed > grant.budget_per_year:
            faults.append(f"{grant.account}: {claimed} above its budget")
    return faults


# --- bounds --------------------------------------------------------------------------------------------------------


@check
def every_number_is_finite(watch: Watch) -> list[str]:
    faults = []
    for name in TABLES:
        table = getattr(watch.model.state, name)
        for column in table.names:
            values = table[column][table["alive"]]
            if values.dtype.kind == "f" and not np.isfinite(values).all():
                faults.append(f"{name}.{column}")
    arrays = watch.model.state.arrays.items()
    return faults + [key for key, array in arrays if array.dtype.kind == "f" and not np.isfinite(array).all()]


@check
def indicators_are_finite(watch: Watch) -> list[str]:
    """Missing only where there is nothing to divide by."""
    frame = watch.model.recorder.parts_frame()
    rows = frame[frame["month"] == watch.model.month - 1]
    ratio = rows["indicator"].map({item.id: item.kind == "ratio" for item in INDICATORS})
    wrong = ~np.isfinite(rows["num"]) | (ratio & ~np.isfinite(rows["den"])) | (~ratio & rows["den"].notna())
    return rows.loc[wrong, "indicator"].tolist()


@check
def nothing_that_is_counted_is_negative(watch: Watch) -> list[str]:
    faults = []
    for name, columns in UNSIGNED.items():
        table = getattr(watch.model.state, name)
        for column in columns:
            lowest = table[column][table["alive"]].min()
            if lowest < 0.0:
                faults.append(f"{name}.{column} down to {lowest}")
    return faults


@check
def shares_lie_between_zero_and_one(watch: Watch) -> list[str]:
    firms = watch.model.state.firms
    faults = []
    for column in SHARES:
        values = firms[column][firms["alive"]]
        if values.min() < 0.0 or values.max() > 1.0:
            faults.append(f"firms.{column}: {values.min()} to {values.max()}")
    trust = watch.model.state.markets["trust"]
    return faults + (["trust"] if trust.min() < 0.0 or trust.max() > 1.0 else [])


UNBOUNDED = {"sme_margin", "warehouse_utilisation"}
"""Shares that may leave 0 to 1 by their meaning: a loss; space needed beyond what stands."""


@check
def indicators_that_are_shares_lie_between_zero_and_one(watch: Watch) -> list[str]:
    names = {item.id for item in INDICATORS if item.unit in ("share", "index")} - UNBOUNDED
    names -= {"warehouse_fee", "theil_provinces"}
    frame = watch.model.recorder.indicator_frame()
    rows = frame[(frame["month"] == watch.model.month - 1) & frame["indicator"].isin(names)]
    wrong = rows[(rows["value"] < 0.0) | (rows["value"] > 1.0)]
    return [f"{name} {value}" for name, value in zip(wrong["indicator"], wrong["value"], strict=True)]


@check
def codes_point_at_something(watch: Watch) -> list[str]:
    state, world = watch.model.state, watch.model.world
    listings, firms = state.listings, state.firms
    limits = {"market": world.n_mkt + 1, "mode": 7, "platform": world.n_plat + 1, "firm": firms.n}
    faults = [
        name for name, most in limits.items() if listings[name].min() < 0 or listings[name].max() >= most
    ]  # fmt: skip
    rows = listings["firm"][listings["alive"]]
    return faults + ([] if firms["alive"][rows].all() else ["a listing of a firm that left"])


# --- goods ---------------------------------------------------------------------------------------------------------


@check
def delivery_takes_at_least_its_way(watch: Watch) -> list[str]:
    """No buyer gets his goods faster than the route allows; none below the days of the network itself."""
    env = watch.model.env
    leg, days = env.flows.leg, watch.days
    bulk = env.terms.days.ravel()
    direct = bulk[leg - (2 - 1)]  # of the direct parcel beside the overseas warehouse
    least = np.where(watch.mode == 2, np.minimum(bulk[leg], direct), bulk[leg])
    late = days < least - 1e-9
    return [f"{int(late.sum())} listings, worst by {float((least - days).max())} days"] if late.any() else []


@check
def looks_are_no_more_than_lots(watch: Watch) -> list[str]:
    values = watch.model.env.flows.values
    faults = []
    if (values["looks"] > values["whole_lots"]).any():
        faults.append("more looks than lots")
    if (values["hits"] > values["looks"]).any():
        faults.append("more violations found than looks")
    if not 0.0 <= values["look_rate"].min() <= values["look_rate"].max() <= 1.0:
        faults.append("a rate of looks outside 0 to 1")
    return faults


@check
def sold_is_no_more_than_can_be_made(watch: Watch) -> list[str]:
    """Output is rationed at capacity once; what others are then given may exceed it, but not by much."""
    firms = watch.model.state.firms
    over = (firms["sales"] / np.maximum(firms["capacity"], 1.0))[firms["alive"]]
    return [f"sales over capacity up to {over.max():.3f}"] if over.max() > 1.1 else []


@check
def buyers_spend_no_more_than_their_budget(watch: Watch) -> list[str]:
    env = watch.model.env
    spent = np.bincount(env.flows.cell, weights=env.flows.weight * env.flows.spending, minlength=len(watch.budget))
    return ["a cell spends more than its budget"] if (spent > watch.budget * (1.0 + TOLERANCE)).any() else []


# --- sums ----------------------------------------------------------------------------------------------------------


@check
def members_sum_to_the_nation(watch: Watch) -> list[str]:
    """Flows and the pieces of ratios: the members of each complete dimension sum to the national value."""
    faults = []
    for item in INDICATORS:
        whole = np.array(pieces(item.function(watch.view)), dtype=np.float64)
        for dimension in set(item.dimensions) & set(PARTITIONS):
            parts = np.array([np.sum(piece) for piece in pieces(item.function(watch.view, dimension))])
            if (np.abs(parts - whole) > TOLERANCE * np.maximum(np.abs(whole), 1.0)).any():
                faults.append(f"{item.id} by {dimension}: {parts} against {whole}")
    return faults


def pieces(value: object) -> tuple[object, ...]:
    """A flow's value alone, or numerator and denominator."""
    return value if isinstance(value, tuple) else (value,)


@check
def exports_are_one_number(watch: Watch) -> list[str]:
    """By province, by category, in the ledger, on the listings: always the same exports."""
    env, item = watch.model.env, INDICATORS.items["export_value"]
    total = float(item.function(watch.view))
    others = {
        "province": float(item.function(watch.view, "province").sum()),
        "category": float(item.function(watch.view, "category").sum()),
        "ledger": env.ledger.total("smes", "exports"),
    }
    return [f"{name}: {value} against {total}" for name, value in others.items() if off(value, total) > TOLERANCE]


# --- firms ---------------------------------------------------------------------------------------------------------


@check
def firms_are_those_before_plus_entries_less_exits(watch: Watch) -> list[str]:
    firms, old, values = watch.model.state.firms, watch.before.firms, watch.model.env.flows.values
    now, before = float((firms["weight"] * firms["alive"]).sum()), float((old["weight"] * old["alive"]).sum())
    expected = before + values["entered"] - values["exited"]
    return [] if off(now, expected) <= TOLERANCE else [f"{now} firms, expected {expected}"]


@check
def numbers_of_firms_are_never_used_again(watch: Watch) -> list[str]:
    firms = watch.model.state.firms
    there = set(firms["number"][firms["alive"]].tolist())
    back = there & watch.gone
    watch.gone |= watch.seen - there
    watch.seen |= there
    double = len(there) != int(firms["alive"].sum())
    return [f"{len(back)} numbers came back"] * bool(back) + ["a number twice"] * double


@check
def who_a_firm_is_stays(watch: Watch) -> list[str]:
    """Belt, goods, capital, weight and own appeal belong to a number for life."""
    old, new = watch.before.firms, watch.model.state.firms
    number = old["number"][old["alive"]]
    row = new.row_of(number)
    stays = row >= 0
    faults = []
    for column in ("belt", "category", "capital", "weight", "appeal", "ability_b2b", "propensity", "born"):
        if not np.array_equal(old[column][old["alive"]][stays], new[column][row[stays]]):
            faults.append(column)
    return faults


# --- the watched runs ----------------------------------------------------------------------------------------------


def watched_step(watch: Watch) -> None:
    """One month; copies what later phases change of the month's listings before they do."""
    plain = dict(MONTH)["renew"]

    def before_renewal(model: TradeEconomy) -> None:
        watch.days, watch.mode = model.state.listings["days"].copy(), model.state.listings["mode"].copy()
        watch.budget = model.env.flows.values["budget"].copy()
        plain(model)

    watch.before = watch.model.snapshot()
    with pytest.MonkeyPatch.context() as patch:
        month = tuple((name, before_renewal if name == "renew" else phase) for name, phase in MONTH)
        patch.setattr("model.economy.MONTH", month)
        watch.model.step()
    watch.months += 1


def watch_run(model: TradeEconomy, months: int, spoil: Callable[[TradeEconomy], None] | None = None) -> Watch:
    """Step a model and make all checks every month; `spoil` may harm the state between a month and its checks."""
    state = model.snapshot()
    watch = Watch(model, state, set(state.firms["number"].tolist()))
    for _ in range(months):
        watched_step(watch)
        watch.view = MonthView(model.env)
        if spoil is not None:
            spoil(model)
        for name, function in CHECKS.items():
            for fault in function(watch):
                watch.note(name, fault)
    return watch
