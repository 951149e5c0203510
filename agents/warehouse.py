"""Overseas warehouses 海外仓: space, its fee, and where how much is built.

All real warehouses are agents at every scale, being few. New area closes part of the gap between expected need and what
stands or is being built, faster where the yield beats the user cost of capital (core findings §1). Projects have a
desired size; a grant with a threshold is taken where its value at the threshold beats the loss from building larger
than desired, which makes the bunch just above the threshold by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.government import claim, room_left
from agents.kernels.shipping import add_stored
from model.kernel.columnar import RowAgent
from model.kernel.columns import Column
from model.levers import axis_mask
from model.programmes import Grant

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

type Funds = list[tuple[Grant, NDArray[np.bool_]]]  # grants for building and the hubs they cover

HUB_KEYS = 10**6  # project numbers of a hub: hub × HUB_KEYS + count
FIRST_PROJECT = 10**8  # warehouses built during a run are numbered by their project
FIRST_NEWCOMER = 10**9  # operators founded during a run are numbered by their first project
MAX_PROJECTS = 64  # a month and hub; a runaway would be a defect


class OverseasWarehouse(RowAgent):
    """One warehouse abroad run by a Chinese operator."""

    table_name: ClassVar[str] = "warehouses"
    hub = Column()
    area_m2 = Column()
    opened = Column()
    operator = Column()
    b2b_share = Column()
    grant_yuan = Column()


def standing_area(env: Env) -> Floats:
    """m² in use at each hub; shape [hub]."""
    houses = env.state.warehouses
    works = houses["alive"] & (houses["opened"] <= env.now)
    return np.bincount(houses["hub"], weights=houses["area_m2"] * works, minlength=env.world.n_hub).astype(np.float64)


def building_area(env: Env) -> Floats:
    """m² ordered but not open; shape [hub]."""
    houses = env.state.warehouses
    waits = houses["alive"] & (houses["opened"] > env.now)
    return np.bincount(houses["hub"], weights=houses["area_m2"] * waits, minlength=env.world.n_hub).astype(np.float64)


def stored_sales(env: Env, revenue: Floats, area: Floats) -> Floats:
    """Yuan of FOB sold from each hub this month; shape [hub].

    Routes name the cheapest hub; operators spread a market's stock over all hubs of that hub's country by area.
    """
    world, listings, flows = env.world, env.state.listings, env.flows
    sold = np.zeros(world.n_mkt)
    add_stored(listings["mode"], flows.leg, env.terms.hub.ravel(), world.hub_market, flows.weight, revenue, sold)
    space = np.bincount(world.hub_market, weights=area, minlength=world.n_mkt)
    return np.asarray(sold[world.hub_market] * area / np.maximum(space[world.hub_market], 1e-9))


def fill_space(env: Env, revenue: Floats) -> Floats:
    """Use of every hub; returns the share of orders that found no room there; shape [hub]."""
    hubs = env.state.hubs
    area = standing_area(env)
    sales = stored_sales(env, revenue, area)
    if env.burn_in:
        usual = env.p["warehouse.target_use"] * float(area[sales > 0.0].sum()) / max(float(sales.sum()), 1.0)
        own = env.p["warehouse.target_use"] * area / np.maximum(sales, 1e-9)
        hubs["m2_per_yuan"] = np.where(sales > 0.0, own, usual)  # a hub that nobody uses yet needs what others need
    hubs["need_m2"] = sales * hubs["m2_per_yuan"]
    hubs["use"] = np.where(area > 0.0, hubs["need_m2"] / np.maximum(area, 1.0), 0.0)
    return np.where(hubs["use"] > 1.0, 1.0 - 1.0 / np.maximum(hubs["use"], 1.0), 0.0)


def adjust_fee(env: Env) -> None:
    """The fee follows use against its target, smoothed and within bounds."""
    hubs, p = env.state.hubs, env.p
    wished = (hubs["use"] / p["warehouse.target_use"]) ** p["warehouse.fee_elasticity"]
    goal = np.clip(wished, p["warehouse.fee_low"], p["warehouse.fee_high"])
    hubs["fee"] += p["warehouse.fee_speed"] * (goal - hubs["fee"])


def order_area(env: Env) -> None:
    """Add to each hub's pool the area that operators order this month."""
    hubs, p = env.state.hubs, env.p
    yield_ratio = hubs["fee"] / user_cost(env)
    ahead = (1.0 + p["warehouse.expected_growth"]) ** (p["warehouse.lead_months"] / 12.0)
    expected = hubs["need_m2"] * ahead / p["warehouse.target_use"] * yield_ratio ** p["warehouse.build_elasticity"]
    gap = expected - standing_area(env) - building_area(env) - hubs["pool_m2"]
    hubs["pool_m2"] += np.maximum(gap, 0.0) * p["warehouse.build_speed"]


def user_cost(env: Env) -> Floats:
    """Yearly cost of a new m² against an unaided one at evidence cost; shape [hub].

    A grant or a change of the building cost moves the building's part; land, rent and running cost stay.
    """
    part = env.p["warehouse.building_share"]
    paid = np.zeros(env.world.n_hub)
    for grant in env.grants:
        if grant.pays == "building_cost" and room_left(env, grant) > 0.0:
            paid = paid + grant.rate_in(env.now) * hub_mask(env, grant)
    cost = env.levers.table("building_cost") / env.world.hub_build_cost
    return np.asarray(1.0 - part + part * cost * (1.0 - np.minimum(paid, 1.0)))


def hub_mask(env: Env, grant: Grant) -> NDArray[np.bool_]:
    """Hubs a grant covers."""
    mask = np.ones(env.world.n_hub, dtype=bool)
    for key, members in grant.where.members:
        mask &= axis_mask("hub", key, members, env.world)
    return mask


@dataclass(frozen=True)
class Operators:
    """Who runs warehouses, their area, and the odds that the next project is theirs."""

    names: Codes
    area: Floats  # m² run, standing or being built
    odds: Floats  # cumulative
    mean: float  # m², mean over area: what the operator of a typical m² runs

    @classmethod
    def of(cls, env: Env) -> Operators:
        """Operators of living warehouses; larger ones build more than in proportion."""
        houses = env.state.warehouses
        living = houses["alive"]
        names, place = np.unique(houses["operator"][living], return_inverse=True)
        area = np.bincount(place, weights=houses["area_m2"][living]).astype(np.float64)
        odds = area ** env.p["warehouse.scale_advantage"]
        total = max(float(area.sum()), 1e-9)
        return cls(names, area, np.cumsum(odds) / max(float(odds.sum()), 1e-9), float(np.sum(area**2)) / total)

    def pick(self, luck: Floats) -> Codes:
        """Row of the operator that each uniform number falls on."""
        return np.asarray(np.minimum(np.searchsorted(self.odds, luck), len(self.names) - 1), dtype=np.int64)


@dataclass(frozen=True)
class Projects:
    """Projects whose turn it is this month, one a hub; luck keyed by hub and the project's number there."""

    hub: Codes
    key: Codes
    desired: Floats  # m² without any grant
    fresh: NDArray[np.bool_]  # a new operator's first
    b2b: Floats  # B2B share of the operator's throughput
    operator: Codes

    @classmethod
    def next(cls, env: Env, hub: Codes, operators: Operators) -> Projects:
        """The next project of each hub: large operators build large, new ones small."""
        p = env.p
        key = hub * HUB_KEYS + env.state.hubs["projects"][hub]
        b2b = env.draws.uniform("project_b2b", 0, key) ** (1.0 / p["warehouse.b2b_shape"])
        fresh = env.draws.uniform("project_new_operator", 0, key) < p["warehouse.new_operator"]
        owner = operators.pick(env.draws.uniform("project_operator", 0, key))
        sd = p["warehouse.size_sd"]
        size = p["warehouse.mean_size_m2"] * np.exp(sd * env.draws.normal("project_size", 0, key) - 0.5 * sd**2)
        grown = (operators.area[owner] / operators.mean) ** p["warehouse.size_by_operator"]
        desired = size * np.where(fresh, p["warehouse.newcomer_size"], grown)
        return cls(hub, key, desired, fresh, b2b, np.where(fresh, FIRST_NEWCOMER + key, operators.names[owner]))

    def take(self, pick: NDArray[np.bool_]) -> Projects:
        return Projects(**{name: value[pick] for name, value in vars(self).items()})


def build(env: Env) -> float:
    """Start the projects that the pools allow, hub by hub and round by round; returns yuan spent on building."""
    hubs = env.state.hubs
    spent, started = 0.0, []
    funds = [(grant, hub_mask(env, grant)) for grant in env.grants if grant.pays == "building_cost"]
    operators = Operators.of(env)
    hub = np.arange(env.world.n_hub)
    for _ in range(MAX_PROJECTS):
        due = Projects.next(env, hub, operators)
        due = due.take(hubs["pool_m2"][due.hub] >= due.desired)
        hub = due.hub
        if not len(hub):
            break
        houses, cost = start_projects(env, due, funds)
        started.append(houses)
        spent += cost
        hubs["pool_m2"][hub] = np.maximum(hubs["pool_m2"][hub] - houses["area_m2"], 0.0)
        hubs["projects"][hub] += 1
    if started:
        env.state.warehouses.add({name: np.concatenate([part[name] for part in started]) for name in started[0]})
    retire(env)
    return spent


def start_projects(env: Env, due: Projects, funds: Funds) -> tuple[dict[str, NDArray[Any]], float]:
    """New warehouses, with a grant where one is worth taking: their columns and their cost in yuan."""
    unit = env.levers.table("building_cost")[due.hub]
    area, paid = np.empty(len(due.hub)), np.zeros(len(due.hub))
    for i, hub in enumerate(due.hub.tolist()):
        record = 0.0 if due.fresh[i] else float(due.b2b[i])
        area[i], claimed, grant = choose_size(env, hub, float(due.desired[i]), record, float(unit[i]), funds)
        if grant is not None:
            paid[i] = claim(env, grant, "warehouses", claimed, float(area[i]))
    houses: dict[str, NDArray[Any]] = {
        "number": FIRST_PROJECT + due.key,
        "hub": due.hub,
        "area_m2": area,
        "b2b_share": due.b2b,
        "opened": np.full(len(area), env.now + int(env.p["warehouse.lead_months"])),
        "operator": due.operator,
        "grant_yuan": paid,
    }
    return houses, float(np.sum(area * unit))


def choose_size(
    env: Env, hub: int, desired: float, b2b: float, unit: float, funds: Funds
) -> tuple[float, float, Grant | None]:
    """Size to build, yuan claimed and from which grant.

    Building x instead of the desired s loses size_loss · cost(s) · ln(x/s)². A grant lowers the unit cost, which
    raises the desired size; below its threshold the operator compares the grant at the threshold with that loss.
    """
    best: tuple[float, float, Grant | None] = (desired, 0.0, None)
    best_gain = 0.0
    for grant, covered in funds:
        rate = grant.rate_in(env.now)
        if rate <= 0.0 or b2b < grant.min_b2b_share or not covered[hub]:
            continue
        wished = desired * (1.0 - rate) ** (-env.p["warehouse.cost_elasticity"])
        size = max(wished, grant.threshold)
        paid = rate * size * unit
        if paid > room_left(env, grant):
            continue
        loss = env.p["warehouse.size_loss"] * desired * unit * math.log(size / wished) ** 2
        if paid - loss > best_gain:
            best, best_gain = (size, paid, grant), paid - loss
    return best


def retire(env: Env) -> None:
    """Old space is given up where it stands empty: a small hazard that rises as use falls below its target."""
    houses, hubs, p = env.state.warehouses, env.state.hubs, env.p
    slack = np.clip(p["warehouse.target_use"] - hubs["use"], 0.0, 1.0)
    hazard = p["warehouse.retire"] * (1.0 + p["warehouse.retire_idle"] * slack / p["warehouse.target_use"])
    luck = env.draws.uniform("retire", env.now, houses["number"])
    gone = houses["alive"] & (houses["opened"] <= env.now) & (luck < hazard[houses["hub"]])
    houses.remove(gone)
