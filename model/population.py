"""From evidence and scale to agents: the founding population and the burn-in that settles it.

The largest real firms have one row each at weight 1, the rest is sampled by belt and size with the mean of each
stratum, so national totals do not depend on the number of rows (core findings §5). The burn-in lets firms choose
markets under the rules of the first month, while demand is scaled so that the base year's totals by market, category
and nest are met; then demand and rivals are frozen and grow only by market evidence.

Arrays of the state set here: `budget_start`, `rivals_start`, `pull_sum` [cells]; `demand_index_start` [market, 2];
`exchange_rate_start` [market]; `rebate_rate_start` [category]; `belt_offset`, `places` [belt]; `presence`
[belt, slots];
`mode_orders` [market+home, 7]; `usual_hours`, `row_weight`, `typical_profit_start`, `home_index_start`,
`retail_index_start` [1]; `usual_bad_share`, `usual_open_share` [market]; `dispute_scale` [1];
`retail_start` [province, category]; `import_odds`,
`access_start` [province, category]; `varieties_start` [province]; `brands_start`, `brand_trend`, `import_part`,
`import_part_start` [1]; `live_gain` [province]; `import_pull`,
`channel_rate` [category, channel]; `channel_offset`, `channel_hurdle` [channel]; `import_exposure`,
`import_exposure_start` [category]; `loop_ring` [12, parts], `loop_mean`, `loop_base` [parts], `loop_months` [1];
`places_taken` [slot of a firm's memory]; `traditional`, `traditional_start` [belt] firms that trade in the traditional
way only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.brand import home_retail_index
from agents.env import Env
from agents.firm.life import PLACES
from agents.firm.state import size_class
from agents.firm.supply import network_of, start_supply
from agents.market import N_CAT, demand_index, home_index, n_cells
from model.kernel.members import CATEGORIES, IMPORT_CHANNELS
from model.programmes import MEMORIES
from model.state import LOOP_PARTS
from model.world.derived import home_retail

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

OLD = -(10**6)
ROOM = 2.0  # places reach for twice the founding number of firms


def firm_count(env: Env, smes: int | None) -> float:
    """Real firms at the start: the evidence's count for 2019 on the trend to the start month, or a toy's dozen."""
    if smes is not None:
        return float(smes)
    base = env.world.base
    early, late = base["firms_2018"], base["firms_2019"]
    years = (env.now - 2018 * 12) / 12.0
    return float(early * (late / early) ** min(years, 1.0))


def firm_share(env: Env) -> float:
    """Firms of this world over the nation's at the start: below one only in a toy, whose demand shrinks alike."""
    return float(env.state.arrays["firm_share"][0])


def found_firms(env: Env, scale: float, smes: int | None) -> None:
    """Fill the firm table with the founding population."""
    total = firm_count(env, smes)
    env.state.arrays["firm_share"] = np.array([total / firm_count(env, None)])
    row_weight = 1.0 if smes is not None else 1.0 / scale
    certain = min(int(env.p["firm.certain"]), int(total))
    belts, appeals, weights = _certain_firms(env, certain, total)
    rest = total - certain
    if rest >= 1.0:
        sampled = _sampled_firms(env, certain, total, row_weight)
        belts, appeals, weights = (
            np.concatenate(pair) for pair in zip((belts, appeals, weights), sampled, strict=True)
        )
    env.state.arrays["row_weight"] = np.array([row_weight])
    n = len(belts)
    env.state.firms.add(firm_columns(env, np.arange(n), belts, appeals, weights))
    env.state.arrays["places"] = entry_places(env, total, row_weight)


def entry_places(env: Env, total: float, row_weight: float) -> Codes:
    """Potential entrants a month and belt: enough for the highest founding rate at twice today's firms."""
    share, p = env.world.belt_share_of_exports, env.p
    most = p["life.entry_rate"] * p["life.entry_pull_high"] * p["life.entry_boom"] * ROOM * total * share / row_weight
    return np.asarray(np.minimum(np.ceil(most) + 1, PLACES - 1).astype(np.int64))


def pareto(rank: Floats, total: float, tail: float) -> Floats:
    """Size of the firm at a rank of `total` under a Pareto tail, 1 for the smallest."""
    return np.asarray((rank / total) ** (-1.0 / tail))


def pareto_bin_mean(low: Floats, high: Floats, total: float, tail: float) -> Floats:
    """Mean size between two ranks; a bin's mean keeps totals equal however coarse the sample."""
    power = 1.0 - 1.0 / tail
    area = ((high / total) ** power - (low / total) ** power) / power
    return np.asarray(area * total / np.maximum(high - low, 1e-12))


def _certain_firms(env: Env, certain: int, total: float) -> tuple[Codes, Floats, Floats]:
    """The largest firms one to one; belts drawn by export share, keyed by rank."""
    rank = np.arange(certain, dtype=np.float64) + 0.5
    size = pareto(rank, total, env.p["firm.tail"])
    luck = env.draws.uniform("belt_of_giant", 0, np.arange(certain))
    edges = np.cumsum(env.world.belt_share_of_exports)
    belt = np.minimum(np.searchsorted(edges / edges[-1], luck), env.world.n_belt - 1)
    return belt.astype(np.int64), np.log(size), np.ones(certain)


def _sampled_firms(env: Env, certain: int, total: float, row_weight: float) -> tuple[Codes, Floats, Floats]:
    """The other firms by belt and quantile; each row is the mean of its bin of real firms."""
    rest = total - certain
    belts, appeals, weights = [], [], []
    share = env.world.belt_share_of_exports / env.world.belt_share_of_exports.sum()
    for belt in range(env.world.n_belt):
        real = rest * share[belt]
        rows = max(round(real / row_weight), 1)
        edges = certain + rest * np.arange(rows + 1) / rows
        size = pareto_bin_mean(edges[:-1], edges[1:], total, env.p["firm.tail"])
        belts.append(np.full(rows, belt))
        appeals.append(np.log(size))
        weights.append(np.full(rows, real / rows))
    return np.concatenate(belts).astype(np.int64), np.concatenate(appeals), np.concatenate(weights)


def firm_columns(
    env: Env, number: Codes, belt: Codes, appeal: Floats, weight: Floats
) -> dict[str, NDArray[np.generic]]:
    """Columns of founding firms; all luck keyed by firm number."""
    draws, p, world = env.draws, env.p, env.world

    def luck(process: str) -> Floats:
        return draws.normal(process, 0, number)

    sd = p["customs.violation_sd"]
    slow, fast = p["learn.cycle_traditional_days"], p["learn.cycle_digital_days"]
    digital = (draws.uniform("tools_start", 0, number) < p["learn.tool_start"]).astype(np.float64)
    memory = p["firm.luck_memory"]
    spread = p["firm.luck_sd"] / np.sqrt(max(1.0 - memory**2, 1e-6))
    return {
        "number": number, "weight": weight, "belt": belt, "category": world.belt_category[belt],
        "born": np.full(len(number), env.now + OLD), "months_alive": _ages(env, number),
        "capital": p["firm.capital_yuan"] * np.exp(p["firm.capital_power"] * appeal + luck("capital")),
        "appeal": appeal, "luck": spread * luck("luck_start"), "gap": np.zeros(len(number)),
        "ability_b2b": p["firm.business_ability_sd"] * luck("ability_b2b"),
        "quality": p["learn.quality_sd"] * luck("quality_start"), "brand": draws.uniform("brand_start", 0, number),
        "product_age": np.floor(p["learn.novelty_months"] * draws.uniform("product_start", 0, number)),
        "cycle_days": slow + (fast - slow) * digital, "digital_level": digital,
        "propensity": p["customs.violation_rate"] * np.exp(sd * luck("propensity") - 0.5 * sd**2),
        "effort": np.full(len(number), 0.5), "credit_score": np.full(len(number), 90.0),
        "tier": np.ones(len(number), dtype=np.int8), "finance": np.ones(len(number)),
        "utilisation": np.full(len(number), 1.0 / p["firm.capacity_slack"]),
    }  # fmt: skip


def _ages(env: Env, number: Codes) -> Codes:
    """Months alive at the start: exponential with the mean life that exits of about 17 % a year give."""
    luck = env.draws.uniform("age_start", 0, number)
    return np.asarray(np.floor(-np.log(luck) * env.p["firm.age_start_months"]).astype(np.int64))


def found_places(env: Env) -> None:
    """Rows of districts, platforms, markets, regions, hubs, government; warehouses and foreign brands."""
    world, state = env.world, env.state
    state.gateways.add({"capacity": 1.0}, count=world.n_gate)
    state.platforms.add({}, count=world.n_plat)
    state.markets.add({"trust": world.market_trust.astype(np.float64)})
    state.regions.add({}, count=world.n_prov)
    state.hubs.add({"fee": np.ones(world.n_hub)})
    state.government.add({}, count=1)
    found_warehouses(env)
    found_brands(env)


def found_warehouses(env: Env) -> None:
    """All real warehouses of the start, at least one per hub that had one; sizes lognormal, hub totals as given."""
    world, p = env.world, env.p
    years = (env.now - 2019 * 12) / 12.0
    area = (
        p["warehouse.area_start_m2"]
        * world.hub_share_of_area
        * (1.0 + p["warehouse.growth_start"]) ** years
        * firm_share(env)
    )
    columns: dict[str, list[NDArray[Any]]] = {"hub": [], "area_m2": [], "number": []}
    for hub in range(world.n_hub):
        count = max(round(area[hub] / p["warehouse.start_size_m2"]), 1)
        number = hub * 10**4 + np.arange(count)
        size = np.exp(p["warehouse.size_sd"] * env.draws.normal("warehouse_size", 0, number))
        columns["hub"].append(np.full(count, hub))
        columns["area_m2"].append(size / size.sum() * area[hub])
        columns["number"].append(number)
    merged = {name: np.concatenate(parts) for name, parts in columns.items()}
    number = merged["number"].astype(np.int64)
    b2b = env.draws.uniform("warehouse_b2b", 0, number) ** (1.0 / p["warehouse.b2b_shape"])
    # Operators run a geometric share of houses: the first ones many, most only one.
    operator = np.floor(
        -np.log(env.draws.uniform("warehouse_operator", 0, number)) * p["warehouse.operators_start"]
    ).astype(np.int64)
    env.state.warehouses.add(
        merged
        | {"number": number, "opened": np.full(len(number), env.now + OLD), "b2b_share": b2b, "operator": operator}
    )
    env.state.warehouses.next_number = 10**6


def found_brands(env: Env) -> None:
    """Foreign brands by category: the largest one to one, the rest by quantile."""
    world, p = env.world, env.p
    total, certain, rows = p["imports.brands_real"], int(p["imports.brands_certain"]), int(p["imports.brands"])
    rank = np.arange(certain, dtype=np.float64) + 0.5
    edges = certain + (total - certain) * np.arange(rows - certain + 1) / (rows - certain)
    size = np.concatenate(
        [
            pareto(rank, total, p["imports.brand_tail"]),
            pareto_bin_mean(edges[:-1], edges[1:], total, p["imports.brand_tail"]),
        ]
    )
    weight = np.concatenate([np.ones(certain), np.full(rows - certain, (total - certain) / (rows - certain))])
    number = np.arange(rows)
    category = _spread(world.category_import_share, rows)
    origin = np.searchsorted(np.cumsum(world.origin_share), env.draws.uniform("brand_origin", 0, number))
    luck = p["imports.brand_luck_sd"] * env.draws.normal("brand_appeal", 0, number)
    env.state.brands.add(
        {
            "number": number,
            "weight": weight,
            "category": category,
            "appeal": np.log(size) + luck,
            "origin": np.minimum(origin, len(world.origin_share) - 1),
            "channels": np.ones((rows, len(IMPORT_CHANNELS))),  # the first review of the burn-in sets them
        }
    )


def _spread(share: Floats, rows: int) -> Codes:
    """Codes repeated in proportion to shares, spread evenly over the ranks (golden-ratio sequence)."""
    edges = np.cumsum(share / share.sum())
    where = np.mod((np.arange(rows) + 0.5) * 0.6180339887498949, 1.0)
    return np.asarray(np.minimum(np.searchsorted(edges, where), len(CATEGORIES) - 1).astype(np.int64))


# --- demand of the base year ---------------------------------------------------------------------------------


def base_trade(env: Env) -> float:
    """Exports and imports of the base year together, yuan: published for 2018 without the flows."""
    return float(env.world.national_exports[0] + env.world.national_imports[0])


def base_month_targets(env: Env) -> Floats:
    """FOB yuan a month that each cell sells at the start: base-year exports × market × category × nest, grown by
    market evidence from mid-2018 to the start; shape [cells]. Home cells come from the home outlet's shares.
    """
    world = env.world
    yearly = base_trade(env) * (1.0 - env.p["imports.base_share"]) / 12.0 * firm_share(env)
    grown = demand_index(env, env.now)
    online_2022 = demand_index(env, 2022 * 12 + 6)
    share = world.market_export_share[:, None] / online_2022  # carried from 2022 back to mid-2018, per nest
    share = share / share.sum(axis=0)
    nest = np.stack([1.0 - world.category_b2b_share, world.category_b2b_share], axis=1)
    cells = yearly * world.category_export_share[None, :, None] * nest[None] * share[:, None, :] * grown[:, None, :]
    present = np.bincount(world.belt_category, minlength=N_CAT) > 0  # goods that no belt makes are not exported
    cells = cells * present[None, :, None]
    p = env.p
    retail_of_sellers = p["home.share_of_firms"] * p["home.share_of_sales"] / (1.0 - p["home.share_of_sales"])
    home = cells.sum(axis=(0, 2)) * retail_of_sellers
    return np.concatenate([cells.ravel(), home])


def set_start(env: Env) -> None:
    """Indices and rates of the first month against which later months count."""
    world, arrays, levers = env.world, env.state.arrays, env.levers
    arrays["demand_index_start"] = demand_index(env, env.now)
    arrays["home_index_start"] = np.array([home_index(env, env.now)])
    arrays["exchange_rate_start"] = levers.table("exchange_rate").copy()
    arrays["rebate_rate_start"] = levers.table("rebate_rate").copy()
    arrays["belt_offset"] = np.zeros(world.n_belt)
    arrays["presence"] = np.zeros((world.n_belt, 2 * world.n_mkt + 1))
    arrays["mode_orders"] = np.zeros((world.n_mkt + 1, 7))
    arrays["usual_hours"] = np.array([env.p["customs.export_hours_base"]])
    arrays["usual_bad_share"] = np.zeros(world.n_mkt)
    arrays["usual_open_share"], arrays["dispute_scale"] = np.zeros(world.n_mkt), np.ones(1)
    arrays["typical_profit_start"] = np.array([0.0])
    arrays["target"] = base_month_targets(env)
    arrays["budget_start"] = arrays["target"] * 2.0
    arrays["rivals_start"] = np.ones(n_cells(world))
    arrays["pull_sum"] = np.zeros(n_cells(world))
    arrays["places_taken"] = np.zeros(MEMORIES)
    offline = max(env.p["life.trading_firms"] - firm_count(env, None), 0.0) * firm_share(env)
    arrays["traditional"] = offline * world.belt_share_of_exports / world.belt_share_of_exports.sum()
    arrays["traditional_start"] = arrays["traditional"].copy()
    arrays["loop_ring"], arrays["loop_months"] = np.zeros((12, LOOP_PARTS)), np.zeros(1, dtype=np.int64)
    arrays["loop_mean"], arrays["loop_base"] = np.zeros(LOOP_PARTS), np.zeros(LOOP_PARTS)
    arrays.update(start_supply(network_of(env), world.n_belt, env.p))


def set_imports(env: Env) -> None:
    """Home budgets by province and category and the import share of each in the first month."""
    world, arrays, p = env.world, env.state.arrays, env.p
    index = home_retail_index(env)
    arrays["retail_index_start"] = np.array([index])
    retail = firm_share(env) * home_retail(world)[0] / 12.0 * index * p["imports.addressable"]
    province = world.province_retail_sales / world.province_retail_sales.sum()
    arrays["retail_start"] = retail * province[:, None] * world.category_home_share[None, :]
    imports = firm_share(env) * base_trade(env) * p["imports.base_share"] / 12.0 * index
    by_place = imports * world.province_import_share[:, None] * world.category_import_share[None, :]
    wedge = p["imports.landed_over_customs"]
    arrays["import_landed"] = by_place * wedge
    share = np.clip(arrays["import_landed"] / np.maximum(arrays["retail_start"], 1.0), 1e-9, 0.9)
    arrays["import_odds"] = share / (1.0 - share)
    arrays["access_start"] = np.ones((world.n_prov, N_CAT))
    arrays["varieties_start"], arrays["brands_start"] = np.ones(world.n_prov), np.ones(1)
    arrays["channel_offset"] = np.zeros(len(IMPORT_CHANNELS))
    arrays["channel_hurdle"] = np.zeros(len(IMPORT_CHANNELS))
    arrays["channel_rate"] = np.ones((N_CAT, len(IMPORT_CHANNELS)))
    arrays["live_gain"], arrays["brand_trend"] = np.zeros(world.n_prov), np.ones(1)
    arrays["import_part"] = arrays["import_part_start"] = np.ones(1)
    arrays["import_exposure"] = arrays["import_exposure_start"] = np.zeros(N_CAT)


def rescale(env: Env, spent: Floats, sold: Floats) -> None:
    """One step of the burn-in: budgets move so that cells sell their target; belts so that their shares are met.

    `spent`, `sold` are national yuan per listing (buyers' and FOB). Rivals are set to the nest share of the sum.
    """
    world, arrays, flows = env.world, env.state.arrays, env.flows
    got = np.bincount(flows.cell, weights=sold, minlength=len(arrays["target"]))
    ratio = np.where(got > 0.0, arrays["target"] / np.maximum(got, 1e-9), 1.0)
    arrays["budget_start"] = arrays["budget_start"] * np.clip(ratio, 0.05, 20.0)
    abroad = flows.nest != 2
    made = np.bincount(flows.belt[abroad], weights=sold[abroad], minlength=world.n_belt)
    total = np.bincount(world.belt_category, weights=made, minlength=N_CAT)
    share = made / np.maximum(total[world.belt_category], 1e-9)
    wished = world.belt_share_of_category
    step = np.log(np.clip(wished / np.maximum(share, 1e-9), 0.2, 5.0))
    arrays["belt_offset"] = arrays["belt_offset"] + np.where(made > 0.0, 0.5 * step, 0.0)


def settle_start(env: Env) -> None:
    """After the burn-in: trailing sums, cash, capacity and records of firms that have long been in business."""
    firms, p = env.state.firms, env.p
    sales = firms["sales"]
    firms["sales_ring"][:] = sales[:, None]
    firms["profit_ring"][:] = env.flows.values["profit"][:, None]
    firms["sales_12m"], firms["profit_12m"] = 12.0 * sales, 12.0 * env.flows.values["profit"]
    firms["size"] = size_class(firms["sales_12m"])
    firms["wanted"] = sales
    firms["capacity"] = p["firm.capacity_slack"] * np.maximum(sales, 1.0)
    need = sales * (p["finance.cycle_months"] - p["finance.supplier_credit"]) / p["finance.cash_leverage"]
    spread = np.exp(p["finance.cash_spread"] * env.draws.normal("cash_start", 0, firms["number"]))
    floor = p["finance.cash_floor_yuan"]
    firms["cash"] = p["finance.cash_start"] * np.maximum(need, floor) * spread
    firms["rebate_due"] = p["tax.rebate_rate"] * sales * (1.0 - p["firm.margin_consumer"]) * p["tax.rebate_days"] / 30.0
