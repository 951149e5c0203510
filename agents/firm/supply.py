"""Inputs of a belt: from other belts, by a network with stocks and memory, and from abroad, with substitution.

Everything counts against the same month without a shock: 1 is what a belt usually makes, orders or delivers. Season
and growth are foreseen on both sides and cancel. While nothing has ever happened the rules are not asked at all.
Rules and their order: home findings §3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from model.world.supply import SupplyNetwork, network_of_parameters

Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[np.float64]]
Numbers = Mapping[str, float]

MEMORY = 4  # months of suppliers' records that are kept


@dataclass(frozen=True)
class ForeignInputs:
    """This month's inputs from abroad, [belt] each."""

    share: Floats  # in the quantity of inputs
    price: Floats  # over that of home inputs, against the start
    need: Floats  # quantity over the usual one

    @property
    def value_share(self) -> Floats:
        """Cost of foreign inputs over the usual cost of all inputs."""
        return self.share * self.price

    @property
    def extra_cost(self) -> Floats:
        """What dearer foreign inputs add to the cost of inputs, as a share of it."""
        return self.share * (self.price - 1.0)


def network_of(env: Env) -> SupplyNetwork:
    """Links between the belts of this world."""
    return network_of_parameters(env.world, env.p)


def start_supply(net: SupplyNetwork, n_belt: int, p: Numbers) -> Arrays:
    """The network at rest, by the names under which `State.arrays` keeps it."""
    return {
        "supply_weight": net.weight.copy(),  # [link] share of the supplier in its group
        "supply_stock": p["supply.stock_months"] * np.ones(len(net.buyer)),  # [link] months of usual use
        "supply_able": np.ones((MEMORY, n_belt)),  # [months ago, belt] part of usual orders that it could serve
        "supply_fill": np.ones((MEMORY, n_belt)),  # [months ago, belt] part of orders that it served
        "supply_capacity": np.ones(n_belt),  # [belt] capacity added for other belts' orders
        "supply_orders": np.ones(n_belt),  # [belt] last month's orders
        "supply_limit": np.ones(n_belt),  # [belt] part of planned output for which inputs were found
        "supply_short_months": np.zeros(n_belt),  # [belt] months in which inputs have been short
        "supply_moved": np.zeros(1),  # 1 once anything was short
        "foreign_stock": p["supply.stock_months"] * np.ones(n_belt),  # [belt] months of usual use
        "foreign_shift": np.zeros(n_belt),  # [belt] log odds moved to home inputs in the long run
    }


# --- inputs from abroad ---------------------------------------------------------------------------------------


def foreign_inputs(env: Env) -> ForeignInputs:
    """Share, price and quantity of foreign inputs by belt: odds fall with the relative price.

        f / (1 − f) = f₀ / (1 − f₀) · p^(−ε at once) · exp(−shift)

    Of the exchange rate only the part that foreign sellers pass on counts; nobody has fitted it for inputs, so the
    value for imports is used.
    """
    kept: ForeignInputs | None = env.flows.values.get("foreign_inputs")
    if kept is None:
        usual = env.world.belt_foreign_share
        price = foreign_price(env)
        moved = -env.p["supply.foreign_elasticity"] * np.log(price) - env.state.arrays["foreign_shift"]
        odds = usual * np.exp(moved)
        share = np.where(moved == 0.0, usual, odds / (odds + 1.0 - usual))
        kept = ForeignInputs(share, price, share / np.maximum(usual, 1e-12))
        env.flows.values["foreign_inputs"] = kept
    return kept


def foreign_price(env: Env) -> Floats:
    """Price of foreign inputs in yuan against the start, through lever and exchange rate; shape [belt]."""
    rate = env.levers.table("exchange_rate") / env.state.arrays["exchange_rate_start"]
    currency = env.p["imports.currency_pass_through"] * float(np.sum(env.world.market_export_share * np.log(rate)))
    return np.asarray(env.levers.table("foreign_input_price") * np.exp(currency))


def substitute(env: Env) -> None:
    """Buyers learn to do with home inputs, the more, the dearer or scarcer foreign ones stay."""
    p, shift = env.p, env.state.arrays["foreign_shift"]
    scarcity = -np.log(np.clip(env.levers.table("foreign_input_supply"), p["supply.least_capacity"], 1.0))
    learnt = p["supply.foreign_elasticity_late"] - p["supply.foreign_elasticity"]
    goal = learnt * (np.log(foreign_inputs(env).price) + scarcity)
    env.state.arrays["foreign_shift"] = shift + p["supply.foreign_speed"] * (goal - shift)


# --- the month of the network ---------------------------------------------------------------------------------


def find_inputs(env: Env) -> Floats:
    """Part of planned output for which each belt finds its inputs; shape [belt]. Moves the network's state."""
    arrays, levers = env.state.arrays, env.levers
    capacity, foreign = levers.table("supplier_capacity"), levers.table("foreign_input_supply")
    shares = foreign_inputs(env)
    amount = shares.share * (1.0 - env.p["firm.wage_share"])
    substitute(env)
    moved = arrays["supply_moved"][0] > 0.0 or np.any(capacity != 1.0) or np.any(foreign != 1.0)
    if not moved:
        return np.ones(env.world.n_belt)
    arrays["supply_moved"] = np.ones(1)
    net = network_of(env)
    return run_network(net, env.p, arrays, capacity, (foreign, shares.need, amount), information(env, net))


def information(env: Env, net: SupplyNetwork) -> Floats:
    """How well buyers see their suppliers: belt's firms with digital tools × links where both ends have them; 0–1."""
    firms, n = env.state.firms, env.world.n_belt
    real = firms["weight"] * firms["alive"]
    count = np.bincount(firms["belt"], weights=real, minlength=n)
    tools = np.bincount(firms["belt"], weights=real * firms["digital_level"], minlength=n) / np.maximum(count, 1e-12)
    size = net.group_amount[net.group] * net.weight
    both = np.bincount(net.buyer, weights=size * tools[net.buyer] * tools[net.supplier], minlength=n)
    linked = both / np.maximum(np.bincount(net.buyer, weights=size, minlength=n), 1e-12)
    return np.asarray(np.clip(env.p["supply.information"] * tools * linked, 0.0, 1.0))


def run_network(
    net: SupplyNetwork,
    p: Numbers,
    arrays: Arrays,
    capacity: Floats,
    abroad: tuple[Floats, Floats, Floats],
    info: Floats,
) -> Floats:
    """One month: orders, production, deliveries, use of stocks, then what belts learn. Returns the limit by inputs.

    `capacity` [belt] is what is left of a belt's capacity, `abroad` what foreign suppliers can deliver, the quantity
    needed over the usual one and its share in output; `info` [belt] 0–1. The state in `arrays` is replaced.
    """
    able = capacity * arrays["supply_capacity"]
    plan = np.minimum(capacity * p["firm.capacity_slack"], arrays["supply_orders"])
    use = arrays["supply_weight"] / net.weight * plan[net.buyer]  # of each link, over the usual use
    seen = remembered(p, arrays["supply_fill"], info, net)
    ordered = place_orders(p, use, arrays["supply_stock"], seen, info[net.buyer])
    between = np.bincount(net.supplier, weights=net.of_supplier * ordered, minlength=len(able))
    orders = net.final + (1.0 - net.final) * between
    made = np.minimum(able, orders) * arrays["supply_limit"]
    fill = np.where(made < orders, made / np.maximum(orders, 1e-12), 1.0)
    had, met = take_from(arrays["supply_stock"] + ordered * fill[net.supplier], use)
    foreign_use = abroad[1] * plan
    wished = place_orders(p, foreign_use, arrays["foreign_stock"], np.ones(len(plan)), info)
    arrived = np.where(abroad[0] < 1.0, np.minimum(wished, abroad[0]), wished)
    foreign_had, foreign_met = take_from(arrays["foreign_stock"] + arrived, foreign_use)
    limit = input_limit(net, p, arrays, met, (foreign_met, abroad[2]))
    arrays["supply_stock"] = had - use * np.minimum(met, limit[net.buyer])
    arrays["foreign_stock"] = foreign_had - foreign_use * np.minimum(foreign_met, limit)
    choose_suppliers(net, p, arrays, info)
    build_capacity(p, arrays, orders - able, info)
    arrays["supply_able"] = np.vstack([np.minimum(np.minimum(able, limit), 1.0), arrays["supply_able"][:-1]])
    arrays["supply_fill"] = np.vstack([fill, arrays["supply_fill"][:-1]])
    arrays["supply_orders"], arrays["supply_limit"] = orders, limit
    arrays["supply_short_months"] = np.where(limit < 1.0, 1.0, -1.0) + arrays["supply_short_months"]
    arrays["supply_short_months"] = np.maximum(arrays["supply_short_months"], 0.0)
    return limit


def remembered(p: Numbers, record: Floats, info: Floats, net: SupplyNetwork) -> Floats:
    """What buyers know of their suppliers' record, months late; between whole months the mean; shape [link]."""
    lag = p["supply.lag_plain"] + (p["supply.lag_informed"] - p["supply.lag_plain"]) * info[net.buyer]
    place = np.clip(lag - 1.0, 0.0, MEMORY - 1.0)
    first = np.minimum(place.astype(np.int64), MEMORY - 2)
    part = place - first
    return np.asarray((1.0 - part) * record[first, net.supplier] + part * record[first + 1, net.supplier])


def place_orders(p: Numbers, use: Floats, stock: Floats, seen: Floats, info: Floats) -> Floats:
    """The month's use, part of what the stock lacks, and more where suppliers are known to deliver less."""
    lacking = p["supply.stock_months"] * use - stock
    wanted = np.maximum(use + p["supply.stock_order"] * lacking, 0.0)
    hoarding = np.maximum(seen, p["supply.least_capacity"]) ** (-p["supply.hoarding"] * (1.0 - info))
    return np.asarray(wanted * hoarding)


def take_from(at_hand: Floats, use: Floats) -> tuple[Floats, Floats]:
    """What is at hand, and the part of the planned use that it covers."""
    return at_hand, np.where(at_hand < use, at_hand / np.maximum(use, 1e-12), 1.0)


def input_limit(net: SupplyNetwork, p: Numbers, arrays: Arrays, met: Floats, foreign: tuple[Floats, Floats]) -> Floats:
    """CES over the suppliers of a group, then over groups, foreign inputs and all the rest; shape [belt].

    Between groups hardly anything is substituted at first, more when the shortage lasts. 1 where nothing is short.
    """
    n_group, n_belt = len(net.group_buyer), len(foreign[0])
    inner = 1.0 - 1.0 / p["supply.supplier_elasticity"]
    first, last = p["supply.rigid_months"], p["supply.flexible_months"]
    passed = np.clip((arrays["supply_short_months"] - first) / max(last - first, 1e-9), 0.0, 1.0)
    elasticity = p["supply.input_elasticity"] + passed * (
        p["supply.input_elasticity_late"] - p["supply.input_elasticity"]
    )
    outer = 1.0 - 1.0 / elasticity
    least = p["supply.least_capacity"]
    weight = arrays["supply_weight"] * powered(np.maximum(met, least), np.full(len(met), inner))
    group = unpowered(np.bincount(net.group, weights=weight, minlength=n_group), np.full(n_group, inner))
    tracked = net.group_amount * powered(np.maximum(group, least), outer[net.group_buyer])
    bundle = np.bincount(net.group_buyer, weights=tracked, minlength=n_belt)
    rest = 1.0 - np.bincount(net.group_buyer, weights=net.group_amount, minlength=n_belt) - foreign[1]
    bundle = (
        bundle + foreign[1] * powered(np.maximum(foreign[0], least), outer) + rest * powered(np.ones(n_belt), outer)
    )
    lacking = np.bincount(net.buyer, weights=met < 1.0, minlength=n_belt) + (foreign[0] < 1.0)
    return np.where(lacking > 0.0, np.minimum(unpowered(bundle, outer), 1.0), 1.0)


def powered(x: Floats, power: Floats) -> Floats:
    """x^power, or ln x where the elasticity is one."""
    flat = np.abs(power) < 1e-6
    return np.where(flat, np.log(x), x ** np.where(flat, 1.0, power))


def unpowered(total: Floats, power: Floats) -> Floats:
    """The inverse of `powered` for a sum with shares that add up to one."""
    flat = np.abs(power) < 1e-6
    return np.where(flat, np.exp(np.where(flat, total, 0.0)), np.abs(total) ** (1.0 / np.where(flat, 1.0, power)))


def choose_suppliers(net: SupplyNetwork, p: Numbers, arrays: Arrays, info: Floats) -> None:
    """Suppliers' shares in a group move towards usual share × what they are known to be able to serve."""
    able = remembered(p, arrays["supply_able"], info, net)
    wanted = net.weight * np.maximum(able, p["supply.least_capacity"])
    total = np.bincount(net.group, weights=wanted, minlength=len(net.group_buyer))
    speed = p["supply.shift_plain"] + (p["supply.shift_informed"] - p["supply.shift_plain"]) * info[net.buyer]
    weight = arrays["supply_weight"]
    arrays["supply_weight"] = weight + speed * (wanted / total[net.group] - weight)


def build_capacity(p: Numbers, arrays: Arrays, excess: Floats, info: Floats) -> None:
    """Suppliers build for a part of the orders that they cannot serve, up to a most; without such orders it fades."""
    added = arrays["supply_capacity"] - 1.0
    speed = p["supply.capacity_plain"] + (p["supply.capacity_informed"] - p["supply.capacity_plain"]) * info
    grown = np.minimum(added + speed * excess, p["supply.capacity_most"])
    arrays["supply_capacity"] = 1.0 + np.where(excess > 0.0, grown, (1.0 - p["supply.capacity_fall"]) * added)
