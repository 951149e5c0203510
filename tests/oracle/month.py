"""A month as objects: read from the state's tables when trade begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from agents.firm.supply import network_of
from model.kernel.members import B2B, CATEGORIES, HOME, NEST_OF_MODE
from tests.oracle.objects import (
    Belt,
    Cell,
    District,
    Group,
    Link,
    Listing,
    Market,
    Platform,
    ReferenceFirm,
    Totals,
    Way,
)
from tests.oracle.settings import Settings

if TYPE_CHECKING:
    from agents.env import Env
    from model.programmes import Programme

Place = tuple[int, int]
READ_ARRAYS = ("belt_offset", "usual_bad_share", "usual_open_share", "dispute_scale", "posts_per_lot")


class ReferenceMonth(mesa.Model):
    """Everybody who acts in trade, clear and settle, with the parameters, levers and luck of the month.

    Taken as given, since phase 2 makes them: the ways of delivery, reach and commissions, buyers' budgets, rivals'
    pull, price ratios and what firms sank into new listings.
    """

    def __init__(self, env: Env) -> None:
        super().__init__(rng=0)
        self.env, self.p, self.now, self.luck = env, env.p, env.now, env.draws
        self.n_market, self.n_platform = env.world.n_mkt, env.world.n_plat  # as codes: home, no platform
        self.levers = Settings(env.levers)
        self.totals = Totals()
        self.freight_relief = np.zeros(env.state.firms.n)  # share of each firm's freight that grants pay, net
        self._read_places()
        self._read_terms()
        self._read_cells()
        self.firms = self._read_firms()
        self.listings = self._read_listings()

    # --- reading -----------------------------------------------------------------------------------------------

    def _read_places(self) -> None:
        world, state = self.env.world, self.env.state
        arrays = {name: state.arrays[name].tolist() for name in READ_ARRAYS}
        self.belts = [
            Belt(
                code,
                {
                    "belt": world.belt_ids[code], "city": world.belt_city[code],
                    "province": world.province_ids[world.belt_province[code]],
                    "category": CATEGORIES[world.belt_category[code]],
                },
                float(world.belt_order_value[code]), float(world.belt_foreign_share[code]),
                arrays["belt_offset"][code], bool(self.env.levers.zone[code]),
            )
            for code in range(world.n_belt)
        ]  # fmt: skip
        self._read_supply()
        self.districts = [District(self, code, c) for code, c in enumerate(state.gateways["capacity"].tolist())]
        self.posts_per_lot = arrays["posts_per_lot"][0]
        trust, usual_trust = state.markets["trust"].tolist(), world.market_trust.tolist()
        usual_bad, usual_open = arrays["usual_bad_share"], arrays["usual_open_share"]
        self.markets = [
            Market(self, m, trust[m], usual_trust[m], usual_bad[m], usual_open[m]) for m in range(self.n_market)
        ]
        self.dispute_scale = arrays["dispute_scale"][0]
        self.platforms = [Platform(self, code) for code in range(world.n_plat)]
        usual = state.arrays["mode_orders"].tolist()
        self.usual_orders = {(m, k): value for m, row in enumerate(usual) for k, value in enumerate(row)}

    def _read_supply(self) -> None:
        """Who supplies whom is given; stocks, shares and records are those that last month left."""
        net, arrays = network_of(self.env), {name: array.tolist() for name, array in self.env.state.arrays.items()}
        self.supply_moved = arrays["supply_moved"][0] > 0.0
        for belt in self.belts:
            at = belt.code
            belt.final, belt.orders = float(net.final[at]), arrays["supply_orders"][at]
            belt.input_limit, belt.built = arrays["supply_limit"][at], arrays["supply_capacity"][at]
            belt.short_months = arrays["supply_short_months"][at]
            belt.ables = [row[at] for row in arrays["supply_able"]]
            belt.fills = [row[at] for row in arrays["supply_fill"]]
            belt.foreign_stock, belt.foreign_shift = arrays["foreign_stock"][at], arrays["foreign_shift"][at]
        pairs = zip(net.group_buyer.tolist(), net.group_amount.tolist(), strict=True)
        self.groups = [Group(self.belts[buyer], amount) for buyer, amount in pairs]
        self.links: list[Link] = []
        ends = (net.buyer.tolist(), net.supplier.tolist(), net.group.tolist())
        usual = (net.weight.tolist(), net.of_supplier.tolist(), arrays["supply_weight"], arrays["supply_stock"])
        for buyer, supplier, group, *rest in zip(*ends, *usual, strict=True):
            link = Link(self.belts[buyer], self.belts[supplier], *rest)
            for own in (self.links, self.groups[group].links, link.buyer.buys, link.supplier.sells):
                own.append(link)
        self.rates = self.env.levers.table("exchange_rate").tolist()
        self.rates_start = arrays["exchange_rate_start"]
        self.market_shares = self.env.world.market_export_share.tolist()

    def _read_terms(self) -> None:
        terms = self.env.terms
        self.log_reach, self.commission = terms.log_reach.tolist(), terms.commission.tolist()
        self.currency = terms.currency.tolist()
        self._ways: dict[tuple[int, int, int], Way] = {}

    def _read_cells(self) -> None:
        values = self.env.flows.values
        cells = [Cell(*pair) for pair in zip(values["budget"].tolist(), values["rivals"].tolist(), strict=True)]
        self.cells = {key: cells[number] for key, number in self.cell_numbers().items()}

    def cell_numbers(self) -> dict[tuple[int, int, int], int]:
        """Place of each cell (market, category, nest) in the arrays of cells: abroad first, then home by category."""
        n_cat = len(CATEGORIES)
        abroad = [(m, c, nest) for m in range(self.n_market) for c in range(n_cat) for nest in range(2)]
        home = [(self.n_market, c, HOME) for c in range(n_cat)]
        return {key: number for number, key in enumerate(abroad + home)}

    def _read_firms(self) -> list[ReferenceFirm]:
        table, values = self.env.state.firms, self.env.flows.values
        columns = {name: table[name].tolist() for name in ReferenceFirm.LASTING}
        belts, ratios, sunk = table["belt"].tolist(), values["price_ratio"].tolist(), values["sunk"].tolist()
        firms = []
        for row, alive in enumerate(table["alive"].tolist()):
            if alive:
                lasting = {name: column[row] for name, column in columns.items()}
                firm = ReferenceFirm(self, row, self.belts[belts[row]], lasting)
                firm.price_ratio, firm.sunk = ratios[row], sunk[row]
                firm.programmes = {item.account for item in self.env.programmes if self.enrolled(item, firm)}
                firms.append(firm)
        return firms

    def _read_listings(self) -> list[Listing]:
        table = self.env.state.listings
        of_row = {firm.row: firm for firm in self.firms}
        names = ("firm", "market", "mode", "platform", "taste", "pull", "days")
        listings = []
        for row, market, mode, platform, *rest in zip(*(table[name].tolist() for name in names), strict=True):
            firm = of_row[row]
            cell = self.cells[market, firm.category, NEST_OF_MODE[mode]]
            way = self.way(firm.belt.code, market, mode)
            listing = Listing(firm, market, mode, platform, cell, way, *rest)
            firm.listings.append(listing)
            listings.append(listing)
        return listings

    def enrolled(self, programme: Programme, firm: ReferenceFirm) -> bool:
        """Whether a firm has a place in a programme this month."""
        joined = firm.joined[self.env.slots[programme.account]]
        if joined == 0 or joined > self.now or not programme.window.start <= self.now <= programme.window.until:
            return False
        return programme.months == 0 or self.now < joined + programme.months

    # --- looking up --------------------------------------------------------------------------------------------

    def way(self, belt: int, market: int, mode: int) -> Way:
        """The way of one mode from a belt to a market or home."""
        key = belt, market, mode
        if key not in self._ways:
            terms = self.env.terms
            tables = (terms.freight, terms.storage, terms.wedge, terms.days)
            numbers = (float(table[key]) for table in tables)
            self._ways[key] = Way(*numbers, int(terms.gateway[key]), float(terms.markup[key]))
        return self._ways[key]

    def by_nest(self, name: str, nest: int) -> float:
        """A demand parameter of retail, B2B or home buyers."""
        if nest == HOME:
            return self.p[f"demand.{name}_home"]
        return self.p[f"demand.{name}_business" if nest == B2B else f"demand.{name}_consumer"]

    def wages(self, since: int = 2019 * 12) -> float:
        """Wages, fixed costs and thresholds against the start of 2019, or another month."""
        return (1.0 + self.p["firm.wage_growth"]) ** ((self.now - since) / 12)

    def hosted_discount(self) -> float:
        """Factory price of a hosted good over the firm's own price: the platform squeezes the margin."""
        return 1.0 - self.p["firm.margin_consumer"] * (1.0 - self.levers.value("hosted_margin"))

    def mean(self, name: str) -> float:
        """Mean of a firm's value over all real firms."""
        weight = sum(firm.weight for firm in self.firms)
        return sum(firm.weight * getattr(firm, name) for firm in self.firms) / max(weight, 1e-12)

    def uniform(self, process: str, firm: ReferenceFirm, slot: int = 0) -> float:
        """The firm's luck in one process of the month: the one thing shared with the fast model."""
        return float(self.luck.uniform(process, self.now, firm.number, slot))
