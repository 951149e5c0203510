"""Lesson 1: one firm, one parcel, one month 第一课：一家企业、一个包裹、一个月.

    .venv/bin/python experiments/demos/01_one_month.py

The toy world has two belts, two markets and a dozen firms. The lesson runs the ten phases of its first month one by
one, follows the firm with the most parcels abroad, and asserts on the way that every part adds up. Last it shows that a
plain `step()` gives the same month bit by bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from agents.env import Env
from agents.firm.pricing import margins, value_share_above
from experiments import build, load_scenario
from experiments.show import amount
from model.economy import MONTH, TradeEconomy
from model.kernel.calendar import format_month
from model.kernel.declare import INDICATORS
from model.kernel.members import DIRECT, HOME_OUTLET, MODES, POST, RETAIL, SECTORS, TIERS
from model.phases.settle import POSTINGS

SEED: Final = 1
TITLES: Final = {
    "institutions": "Institutions 制度",
    "plan": "Plan 计划",
    "trade": "Trade 交易",
    "ship": "Ship 发货",
    "clear": "Clear 通关",
    "home": "Home 国内市场",
    "settle": "Settle 结算",
    "learn": "Learn 学习",
    "renew": "Renew 更替",
    "record": "Record 记录",
}
SHOWN: Final = (
    "export_value", "home_sales_value", "logistics_cost_ratio", "clearance_hours", "inspection_rate", "delivery_days",
    "digital_adoption", "active_smes", "tax_revenue", "fiscal_cost",
)  # fmt: skip


def say(label: str, value: float | str, unit: str = "") -> None:
    """One short line: both languages, the number, its unit."""
    text = value if isinstance(value, str) else f"{value:,.2f}"
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in label)  # Chinese letters take two places
    print(f"   {label}{' ' * max(1, 42 - wide)}{text:>16} {unit}".rstrip())


def adds_up(parts: float, whole: float, what: str) -> None:
    """The parts make the whole, to nine digits."""
    assert np.isclose(parts, whole, rtol=1e-9, atol=1e-6), f"{what}: {parts} is not {whole}"


class Lesson:
    """The month of one firm: what each phase did to it."""

    def __init__(self, model: TradeEconomy) -> None:
        self.model = model
        firms, listings = model.state.firms, model.state.listings
        parcels = np.isin(listings["mode"], (POST, DIRECT))  # retail that crosses the border order by order
        busiest = int(np.argmax(listings["orders"] * parcels))
        self.listing_number = int(listings["number"][busiest])
        self.firm_number = int(firms["number"][listings["firm"][busiest]])
        self.cash = float(firms["cash"][self.firm])
        self.debt = float(firms["debt"][self.firm])
        self.age = float(firms["product_age"][self.firm])
        self.quality = float(firms["quality"][self.firm])

    @property
    def env(self) -> Env:
        """What agents may see of the month under way."""
        return self.model.env

    @property
    def firm(self) -> int:
        """Row of the firm. A row is only storage; the number is the identity."""
        return int(self.model.state.firms.row_of([self.firm_number])[0])

    @property
    def listing(self) -> int:
        """Row of the listing that is followed."""
        return int(self.model.state.listings.row_of([self.listing_number])[0])

    def of_firm(self, column: str) -> float:
        return float(self.model.state.firms[column][self.firm])

    def of_listing(self, column: str) -> float:
        return float(self.model.state.listings[column][self.listing])

    def term(self, table: np.ndarray) -> float:
        """An entry of the tables of cost and time for this belt, market and way of fulfilment."""
        return float(table.ravel()[self.env.flows.leg[self.listing]])

    # --- the ten phases ------------------------------------------------------------------------------------------

    def institutions(self) -> None:
        world, levers = self.model.world, self.env.levers
        belt, market = int(self.of_firm("belt")), int(self.of_listing("market"))
        category, mode = int(self.of_firm("category")), int(self.of_listing("mode"))
        say("firm 企业", f"no. {self.firm_number}", world.belt_ids[belt])
        say("pilot zone 综合试验区", "yes" if levers.zone[belt] else "no", world.belt_city[belt])
        say("market 市场", world.market_ids[market], MODES[mode])
        say("duty abroad 关税", 100.0 * levers.table("duty_rate")[market, category, mode], "%")
        say("duty-free threshold 免征门槛", levers.table("de_minimis_yuan")[market, mode], "yuan")
        say("no policy acts before 政策起始", format_month(self.model.spec.policies_from))

    def plan(self) -> None:
        world, values = self.model.world, self.env.flows.values
        value = world.belt_order_value[int(self.of_firm("belt"))]
        ratio, mode = values["price_ratio"][self.firm], int(self.of_listing("mode"))
        cost = value * (1.0 - margins(self.env)[mode])
        say("usual order of the belt 平均订单", value, "yuan")
        say("cost relief this month 成本减免", 100.0 * values["relief"][self.firm], "% of the price")
        say("price of the firm (FOB) 离岸价", value * ratio, "yuan an order")
        say("variable cost 变动成本", cost, "yuan an order")
        say("margin 毛利", value * ratio - cost, "yuan an order")
        say("spent on new markets 进入支出", values["sunk"][self.firm], "yuan")

    def trade(self) -> None:
        env, flows = self.env, self.env.flows
        value = self.model.world.belt_order_value[flows.belt[self.listing]]
        parts = self.landed(value)
        for label, yuan in parts.items():
            say(label, yuan, "yuan")
        landed = value * float(flows.relative_price[self.listing])
        adds_up(sum(parts.values()), landed, "landed price")
        say("= landed price 到岸总成本", landed, "yuan an order")
        orders, spent = self.of_listing("orders"), float(flows.spending[self.listing])
        adds_up(orders * landed, spent, "spending")
        adds_up(orders * self.of_listing("price"), self.of_listing("revenue"), "exports")
        budget = env.flows.values["budget"][flows.cell[self.listing]]
        weight = float(flows.weight[self.listing])
        say("orders 订单", orders)
        say("buyers pay 买方支出", spent, "yuan")
        say("exports (FOB) 出口额", self.of_listing("revenue"), "yuan")
        say("of the market's budget 市场预算占比", 100.0 * weight * spent / budget, "%")
        say("orders the firm can finance 可融资订单", 100.0 * self.of_firm("finance"), "%")

    def landed(self, value: float) -> dict[str, float]:
        """What a buyer abroad pays for one order, part by part, yuan."""
        env, terms, row = self.env, self.env.terms, self.listing
        state, levers = self.model.state, env.levers
        market, mode = int(self.of_listing("market")), int(self.of_listing("mode"))
        category, platform = int(self.of_firm("category")), int(self.of_listing("platform"))
        ratio = env.flows.values["price_ratio"][state.listings["firm"][row]]
        freight, storage = self.term(terms.freight), self.term(terms.storage)
        delivered = ratio + freight + storage
        spread = env.p["demand.order_value_logsd"]

        def taxed(threshold: float) -> float:  # share of the value in orders above a threshold
            return float(value_share_above(np.array(threshold), np.array(value), spread))

        duty = levers.table("duty_rate")[market, category, mode] * taxed(levers.table("de_minimis_yuan")[market, mode])
        vat = levers.table("market_vat_rate")[market] * taxed(levers.table("vat_de_minimis_yuan")[market, mode])
        fee = max(self.term(terms.wedge) - 1.0 - duty - vat, 0.0)  # a charge per parcel, where there is one
        commission = terms.commission[platform, market]
        before = delivered * self.term(terms.wedge)
        return {
            "price of the firm 离岸价": value * ratio,
            "freight 运费": value * freight,
            "storage abroad 海外仓储": value * storage,
            "duty 关税": value * delivered * duty,
            "tax abroad 海外增值税": value * delivered * vat,
            "parcel fee 包裹费": value * delivered * fee,
            "commission 平台佣金": value * before * (1.0 / (1.0 - commission) - 1.0),
        }

    def ship(self) -> None:
        world, terms, values = self.model.world, self.env.terms, self.env.flows.values
        belt = int(self.of_firm("belt"))
        gateway, hub = int(self.term(terms.gateway)), int(self.term(terms.hub))
        market = world.market_ids[int(self.of_listing("market"))]
        way = [world.belt_city[belt], world.gateway_city[gateway]]
        way += [world.hub_city[hub]] if hub >= 0 else []
        say("route 路线", " > ".join([*way, market]))
        say("days on the way 运输天数", self.term(terms.days), "days")
        say("parcels 包裹", float(self.env.flows.parcels[self.listing]))
        freight = float(values["freight_yuan"][self.listing])
        share = self.term(terms.freight) * world.belt_order_value[belt] * self.of_listing("orders")
        adds_up(share, freight, "freight")
        say("freight paid 运费合计", freight, "yuan")

    def clear(self) -> None:
        env, values, p = self.env, self.env.flows.values, self.env.p
        row, firm = self.listing, self.firm
        lots, looks, hits = (float(values[name][RETAIL, firm]) for name in ("whole_lots", "looks", "hits"))
        rate = float(values["look_rate"][row])
        luck = float(env.draws.uniform("look", env.now, [self.firm_number], RETAIL)[0])
        say("credit tier 信用等级", TIERS[int(self.of_firm("tier"))])
        say("retail lots declared 零售报关批次", lots)
        say("chance of a look 查验率", 100.0 * rate, "% of lots")
        say("the firm's luck 抽签", luck, f"no look up to {(1.0 - rate) ** lots:.2f}")
        say("looks 查验", looks, "yes" if looks else "no look this month 本月未查验")
        say("violations found 查获违规", hits)
        assert (looks > 0.0) == (luck > (1.0 - rate) ** lots), "the draw decides"
        gateway = int(self.term(env.terms.gateway))
        hours = {
            "queue 排队": float(self.model.state.gateways["wait_hours"][gateway]),
            "looks 查验": looks / max(lots, 1.0) * p["customs.look_hours"],
        }
        hours["papers and release 单证放行"] = self.of_listing("clearance_hours") - sum(hours.values())
        assert hours["papers and release 单证放行"] > 0.0
        for label, value in hours.items():
            say(label, value, "hours")
        adds_up(sum(hours.values()), self.of_listing("clearance_hours"), "hours")
        say("= clearance 通关时间", self.of_listing("clearance_hours"), "hours")
        waited = self.term(env.terms.days) + self.of_listing("clearance_hours") / 24.0
        adds_up(waited, self.of_listing("days"), "days")
        say("the buyer waits 买方等待", self.of_listing("days"), "days")

    def home(self) -> None:
        world, values, regions = self.model.world, self.env.flows.values, self.model.state.regions
        province = int(world.belt_province[int(self.of_firm("belt"))])
        paid = values["import_paid"]
        parts = sum(values[f"import_{name}"].sum() for name in ("customs", "duty", "tax", "commission", "fees"))
        adds_up(parts, paid.sum(), "imports")
        say("province 省份", world.province_ids[province])
        say("imports bought there 进口消费", float(regions["import_spending"][province]) / 1e6, "m yuan")
        say("the nation's imports 全国进口", float(values["import_customs"].sum()) / 1e9, "bn yuan")
        listings = self.model.state.listings
        at_home = (listings["firm"] == self.firm) & (listings["mode"] == HOME_OUTLET)
        say("the firm's home sales 内销", float(listings["revenue"][at_home].sum()), "yuan")

    def settle(self) -> None:
        accounts = {name: float(values[self.firm]) for name, values in self.env.flows.values["accounts"].items()}
        change = 0.0
        for name, yuan in accounts.items():
            payer, payee = POSTINGS[name]
            change += yuan if payee == "smes" else -yuan
            if yuan > 0.0:
                say(f"{name}: {payer} → {payee}", yuan, "yuan")
        adds_up(self.cash + change, self.of_firm("cash"), "cash")
        say("cash before 期初现金", self.cash, "yuan")
        say("= cash after 期末现金", self.of_firm("cash"), "yuan")
        adds_up(self.debt + accounts["loans"] - accounts["repayments"], self.of_firm("debt"), "debt")
        self.buyers_money()
        net = self.env.ledger.net()
        turnover = float(self.env.ledger.matrix().sum())
        adds_up(turnover + float(net.sum()), turnover, "ledger")
        print("   all sectors 各部门收支 (m yuan):")
        for sector, yuan in zip(SECTORS, net, strict=True):
            say(f"  {sector}", float(yuan) / 1e6)
        say("= together 合计", "0.00")

    def buyers_money(self) -> None:
        """Where the money of this listing's buyers went; it adds up to what they paid."""
        env, flows, values, row = self.env, self.env.flows, self.env.flows.values, self.listing
        spent = float(flows.spending[row])
        market, platform = int(self.of_listing("market")), int(self.of_listing("platform"))
        commission = float(env.terms.commission[platform, market])
        parts = {
            "buyers → firm 货款": self.of_listing("revenue"),
            "buyers → logistics 运费": float(values["freight_yuan"][row]),
            "buyers → warehouses 仓储": float(values["storage_yuan"][row]),
            "buyers → platform 佣金": spent * commission,
            "buyers → their state 海外税收": spent * (1.0 - commission) * (1.0 - 1.0 / self.term(env.terms.wedge)),
        }
        adds_up(sum(parts.values()), spent, "what buyers paid")
        for label, yuan in parts.items():
            say(label, yuan, "yuan")
        say("= buyers paid 买方支出", spent, "yuan")

    def learn(self) -> None:
        firms = self.model.state.firms
        cycle = self.of_firm("cycle_days")
        chance = 1.0 - np.exp(-30.0 / cycle)
        luck = float(self.env.draws.uniform("product", self.env.now, [self.firm_number])[0])
        new = luck < chance
        age = self.of_firm("product_age")
        assert age == (0.0 if new else self.age + 1.0), "the draw decides"
        say("digital tools 数字化工具", "yes" if self.of_firm("digital_level") > 0.5 else "no")
        say("development cycle 研发周期", cycle, "days")
        say("chance of a new product 新品概率", 100.0 * chance, "%")
        say("new product 新品", "yes" if new else f"no, {age:.0f} months old")
        say("quality learnt 质量提升", self.of_firm("quality") - self.quality, "log quality")
        say("compliance effort 合规努力", 100.0 * self.of_firm("effort"), "%")
        say("customs record 信用分", float(firms["credit_score"][self.firm]), "of 100")

    def renew(self) -> None:
        values = self.env.flows.values
        say("months alive 存续月数", self.of_firm("months_alive"))
        say("sales of twelve months 近12月销售", self.of_firm("sales_12m") / 1e6, "m yuan")
        say("firms founded 新设企业", float(values["entered"]))
        say("firms that left 退出企业", float(values["exited"]))
        alive = bool(self.model.state.firms["alive"][self.firm])
        say("the firm goes on 企业存续", "yes" if alive else "no")

    def record(self) -> None:
        month = self.model.recorder.indicator_frame()
        found: Mapping[str, float] = dict(zip(month["indicator"], month["value"], strict=True))
        for name in SHOWN:
            item = INDICATORS.items[name]
            say(f"{item.label.en} {item.label.zh}", amount(found[name], item.unit))
        listings, flows = self.model.state.listings, self.env.flows
        if len(flows.weight) == listings.n:  # nobody left: every listing of the month is still there
            abroad = listings["mode"] != HOME_OUTLET
            exports = float(np.sum(flows.weight * listings["revenue"] * abroad))
            adds_up(exports, found["export_value"], "exports")
        say("books off by 账目误差", f"{self.env.flows.values['discrepancy']:.0e}", "of the firms' turnover")


def main() -> None:
    """Run the lesson."""
    scenario = load_scenario("toy")
    model = build(scenario, seed=SEED)
    lesson = Lesson(model)
    print(f"One month of the toy world 玩具世界的一个月: {format_month(model.month)}, seed 随机种子 {SEED}")
    for number, (name, phase) in enumerate(MONTH, start=1):
        phase(model)
        print(f"\n{number} {TITLES[name]}")
        tell: Callable[[], None] = getattr(lesson, name)
        tell()
    model.state.month += 1
    again = build(scenario, seed=SEED)
    again.step()
    assert again.state.equal(model.state), again.state.differing(model.state)
    print("\nA plain step() gives the same month, bit by bit. 直接运行一步，结果逐位相同。")
    print("A scenario, not a forecast; the toy says nothing about China. 这是情景而非预测，玩具世界不代表现实。")


if __name__ == "__main__":
    main()
