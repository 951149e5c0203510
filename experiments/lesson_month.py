"""What each phase of a month did to one firm and one parcel, in facts and in sums that are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from agents.firm.orders import value_share_above
from agents.firm.pricing import duty_saved, margins
from experiments.belts import belt_label
from experiments.facts import Fact
from experiments.lesson import Sum
from experiments.words import indicators, member_label, sector_label
from model.kernel.calendar import format_month
from model.kernel.declare import Label
from model.kernel.members import DIRECT, HOME_OUTLET, MODES, POST, RETAIL, SECTORS, TIERS
from model.kernel.refusals import RunFailed
from model.phases.settle import POSTINGS

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy

SHOWN: Final = (
    "export_value", "home_sales_value", "logistics_cost_ratio", "clearance_hours", "inspection_rate", "delivery_days",
    "digital_adoption", "active_smes", "tax_revenue", "fiscal_cost",
)  # fmt: skip
ACCOUNTS: Final[Mapping[str, Label]] = {
    "exports": Label("exports", "出口货款"),
    "home_sales": Label("home sales", "内销货款"),
    "rebate": Label("VAT rebate", "出口退税"),
    "foreign_inputs": Label("foreign inputs", "国外投入"),
    "domestic_inputs": Label("domestic inputs", "国内投入"),
    "wages": Label("wages", "工资"),
    "input_vat": Label("VAT on inputs", "进项税"),
    "payment_fee": Label("payment fee", "收款手续费"),
    "overhead": Label("overhead", "管理费用"),
    "upkeep": Label("upkeep of listings", "店铺维护费"),
    "entry_cost": Label("entry costs", "市场进入成本"),
    "inspection_cost": Label("cost of inspections", "查验费用"),
    "compliance": Label("compliance", "合规支出"),
    "fines": Label("fines", "罚款"),
    "seized_goods": Label("seized goods", "没收货物"),
    "dispute_losses": Label("losses by disputes", "纠纷损失"),
    "item_codes": Label("codes on goods", "商品赋码费用"),
    "certificate": Label("certificate", "认证费"),
    "tools": Label("digital tools", "数字化工具"),
    "freight_surcharge": Label("dearer quotes to supported firms", "受补贴企业运费加价"),
    "programme_fee": Label("fee of a programme", "项目参与费用"),
    "interest": Label("interest", "利息"),
    "profit_tax": Label("profit tax", "所得税"),
    "loans": Label("loan", "借款"),
    "repayments": Label("repayment", "还款"),
    "dividends": Label("paid to owners", "分红"),
}
Telling = tuple[list[Fact], list[Sum]]


def yes(value: bool) -> Label:
    """Yes or no."""
    return Label("yes", "是") if value else Label("no", "否")


def plain(text: str) -> Label:
    """A word that is the same in both languages."""
    return Label(text, text)


class MonthTeller:
    """Follows the listing with the most parcels abroad, or the one given as long as it sends parcels."""

    def __init__(self, model: TradeEconomy, followed: int | None = None) -> None:
        self.model = model
        self.listing_number = -1 if followed is None else followed
        listings = model.state.listings  # the plan phase lays listings anew, without what they sold a month ago
        self._sold = dict(zip(listings["number"].tolist(), listings["orders"].tolist(), strict=True))
        self._follow()

    def _follow(self) -> bool:
        """Keep the listing while it sends parcels, else take the busiest; notes what its firm has now."""
        firms, listings = self.model.state.firms, self.model.state.listings
        sold = np.array([self._sold.get(number, 0.0) for number in listings["number"].tolist()])
        parcels = np.isin(listings["mode"], (POST, DIRECT)) & (sold > 0.0)  # order by order, no stock
        if not parcels.any():
            raise RunFailed("no parcel crosses the border, so there is none to follow")
        kept = self.listing_number >= 0 and self.listing >= 0 and bool(parcels[self.listing])
        if not kept:
            busiest = int(np.argmax(sold * parcels))
            self.listing_number = int(listings["number"][busiest])
        self.firm_number = int(firms["number"][listings["firm"][self.listing]])
        self.cash, self.debt = self.of_firm("cash"), self.of_firm("debt")
        self.age, self.quality = self.of_firm("product_age"), self.of_firm("quality")
        return kept

    # --- looking up --------------------------------------------------------------------------------------------

    @property
    def env(self) -> Env:
        """What agents may see of the month under way."""
        return self.model.env

    @property
    def values(self) -> dict[str, Any]:
        return self.env.flows.values

    @property
    def firm(self) -> int:
        """Row of the firm, -1 when it has left. A row is only storage; the number is the identity."""
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

    @property
    def belt(self) -> int:
        return int(self.of_firm("belt"))

    @property
    def market(self) -> Label:
        return member_label("market", self.model.world.market_ids[int(self.of_listing("market"))])

    def tell(self, phase: str) -> Telling:
        """What the phase that has just run did."""
        found: Callable[[], Telling] = getattr(self, f"_{phase}")
        return found()

    # --- the ten phases ----------------------------------------------------------------------------------------

    def _institutions(self) -> Telling:
        levers, world = self.env.levers, self.model.world
        market, category = int(self.of_listing("market")), int(self.of_firm("category"))
        mode = int(self.of_listing("mode"))
        start = self.model.spec.policies_from
        return [
            Fact(Label("firm", "企业"), Label(f"no. {self.firm_number}", f"{self.firm_number}号")),
            Fact(Label("belt", "产业带"), belt_label(world, self.belt)),
            Fact(Label("pilot zone", "综合试验区"), yes(bool(levers.zone[self.belt]))),
            Fact(Label("market", "市场"), self.market),
            Fact(Label("way of fulfilment", "履约方式"), member_label("mode", MODES[mode])),
            Fact(Label("duty abroad", "关税"), float(levers.table("duty_rate")[market, category, mode]), "share"),
            Fact(
                Label("duty-free threshold", "免征门槛"), float(levers.table("de_minimis_yuan")[market, mode]), "yuan"
            ),
            Fact(Label("no policy acts before", "政策起始"), plain(format_month(start))),
        ], []  # fmt: skip

    def _plan(self) -> Telling:
        facts = []
        if not self._follow():
            words = Label(f"firm {self.firm_number}, {self.market.en}", f"{self.firm_number}号企业，{self.market.zh}")
            facts.append(Fact(Label("another parcel is followed", "改为观察另一包裹"), words))
        value = float(self.model.world.belt_order_value[self.belt])
        place = self.belt, int(self.of_listing("market")), int(self.of_listing("mode"))
        ratio = float(self.values["price_ratio"][self.firm] * self.env.terms.markup[place])
        relief = float(self.values["relief"][self.firm])
        cost = value * (1.0 - float(margins(self.env)[int(self.of_listing("mode"))]))
        price = Fact(Label("price of the firm (FOB)", "离岸价"), value * ratio, "yuan per order", True)
        parts = (
            Fact(Label("variable cost", "变动成本"), cost, "yuan per order"),
            Fact(Label("margin", "毛利"), value * ratio - cost, "yuan per order"),
        )
        return [
            *facts,
            Fact(Label("usual order of the belt", "平均订单"), value, "yuan"),
            Fact(Label("cost relief, part of the price", "成本减免占价格"), relief, "share"),
            Fact(Label("spent on new markets", "市场进入支出"), float(self.values["sunk"][self.firm]), "yuan"),
        ], [Sum(Label("price of the firm", "企业定价"), parts, price)]  # fmt: skip

    def _trade(self) -> Telling:
        flows = self.env.flows
        value = float(self.model.world.belt_order_value[flows.belt[self.listing]])
        landed = value * float(flows.relative_price[self.listing])
        whole = Fact(Label("landed price", "到岸总成本"), landed, "yuan per order", True)
        price = Sum(Label("landed price of one order", "单笔订单到岸总成本"), tuple(self._landed(value)), whole)
        orders, spent = self.of_listing("orders"), float(flows.spending[self.listing])
        _equal(orders * landed, spent, "spending")
        _equal(orders * self.of_listing("price"), self.of_listing("revenue"), "exports")
        part = float(flows.weight[self.listing]) * spent / float(self.values["budget"][flows.cell[self.listing]])
        return [
            Fact(Label("orders", "订单"), orders, "number"),
            Fact(Label("buyers pay", "买方支出"), spent, "yuan"),
            Fact(Label("exports (FOB)", "出口额（离岸价）"), self.of_listing("revenue"), "yuan"),
            Fact(Label("part of the market's budget", "占市场预算"), part, "share"),
            Fact(Label("orders the firm can finance", "可融资订单占比"), self.of_firm("finance"), "share"),
        ], [price]  # fmt: skip

    def _landed(self, value: float) -> list[Fact]:
        """What a buyer abroad pays for one order, part by part, yuan."""
        env, terms, levers = self.env, self.env.terms, self.env.levers
        market, mode = int(self.of_listing("market")), int(self.of_listing("mode"))
        category, platform = int(self.of_firm("category")), int(self.of_listing("platform"))
        ratio = float(self.values["price_ratio"][self.firm]) * self.term(terms.markup)
        freight, storage = self.term(terms.freight), self.term(terms.storage)
        delivered = ratio + freight + storage
        spread = env.p["demand.order_value_logsd"]

        def taxed(threshold: float) -> float:  # share of the value in orders above a threshold
            return float(value_share_above(np.array(threshold), np.array(value), spread))

        tariff = max(levers.table("duty_rate")[market, category, mode] - duty_saved(env)[market, category], 0.0)
        duty = tariff * taxed(levers.table("de_minimis_yuan")[market, mode])
        vat = levers.table("market_vat_rate")[market] * taxed(levers.table("vat_de_minimis_yuan")[market, mode])
        fee = max(self.term(terms.wedge) - 1.0 - duty - vat, 0.0)  # a charge per parcel, where there is one
        commission = terms.commission[platform, market]
        before = delivered * self.term(terms.wedge)
        parts = (
            (Label("price of the firm", "离岸价"), ratio),
            (Label("freight", "运费"), freight),
            (Label("storage abroad", "海外仓储"), storage),
            (Label("duty", "关税"), delivered * duty),
            (Label("tax abroad", "海外增值税"), delivered * vat),
            (Label("parcel fee", "包裹费"), delivered * fee),
            (Label("commission", "平台佣金"), before * (1.0 / (1.0 - commission) - 1.0)),
        )
        return [Fact(label, float(value * part), "yuan per order") for label, part in parts]

    def _ship(self) -> Telling:
        world, terms, orders = self.model.world, self.env.terms, self.of_listing("orders")
        gateway, hub = int(self.term(terms.gateway)), int(self.term(terms.hub))
        stops = [Label(world.belt_city[self.belt], world.belt_city_zh[self.belt])]
        stops += [member_label("gateway", world.gateway_ids[gateway])]
        stops += [member_label("hub", world.hub_ids[hub])] if hub >= 0 else []
        way = [*stops, self.market]
        route = Label(" > ".join(stop.en for stop in way), " > ".join(stop.zh for stop in way))
        freight = float(self.values["freight_yuan"][self.listing])
        _equal(self.term(terms.freight) * float(world.belt_order_value[self.belt]) * orders, freight, "freight")
        return [
            Fact(Label("route", "路线"), route),
            Fact(Label("days on the way", "运输天数"), self.term(terms.days), "days"),
            Fact(Label("parcels", "包裹"), float(self.env.flows.parcels[self.listing]), "parcels"),
            Fact(Label("freight paid", "运费合计"), freight, "yuan"),
        ], []  # fmt: skip

    def _clear(self) -> Telling:
        env, values, firm = self.env, self.values, self.firm
        lots, looks, hits = (float(values[name][RETAIL, firm]) for name in ("whole_lots", "looks", "hits"))
        rate = self._look_rate()
        luck = float(env.draws.uniform("look", env.now, [self.firm_number], RETAIL)[0])
        gateway, total = int(self.term(env.terms.gateway)), self.of_listing("clearance_hours")
        queue = float(self.model.state.gateways["wait_hours"][gateway])
        looked = looks / max(lots, 1.0) * env.p["customs.look_hours"]
        hours = Sum(
            Label("clearance", "通关时间"),
            (
                Fact(Label("queue", "排队"), queue, "hours"),
                Fact(Label("looks", "查验"), looked, "hours"),
                Fact(Label("papers and release", "单证与放行"), total - queue - looked, "hours"),
            ),
            Fact(Label("clearance", "通关时间"), total, "hours", True),
        )
        days = Sum(
            Label("the buyer waits", "买方等待"),
            (
                Fact(Label("on the way", "运输"), self.term(env.terms.days), "days"),
                Fact(Label("clearance", "通关"), total / 24.0, "days"),
            ),
            Fact(Label("the buyer waits", "买方等待"), self.of_listing("days"), "days", True),
        )
        spared = (1.0 - rate) ** lots
        if (looks > 0.0) != (luck > spared):
            raise RunFailed(f"a luck of {luck} against {spared} does not give {looks} looks")
        return [
            Fact(Label("credit tier", "信用等级"), member_label("tier", TIERS[int(self.of_firm("tier"))])),
            Fact(Label("retail lots declared", "零售报关批次"), lots, "number"),
            Fact(Label("chance of a look", "查验率"), rate, "share"),
            Fact(Label("the firm's luck, 0 to 1", "抽签结果（0—1）"), luck, "number"),
            Fact(Label("no look up to a luck of", "抽签不超过此值则不查验"), spared, "number"),
            Fact(Label("looks", "查验次数"), looks, "looks"),
            Fact(Label("violations found", "查获违规"), hits, "violations"),
        ], [hours, days]  # fmt: skip

    def _look_rate(self) -> float:
        """Chance that one of the firm's retail lots is looked at, mean over its lots."""
        listings, values = self.model.state.listings, self.values
        own = (listings["firm"] == self.firm) & (self.env.flows.nest == RETAIL)
        lots = values["listing_lots"][own]
        return float(np.sum(lots * values["look_rate"][own]) / max(float(lots.sum()), 1e-12))

    def _home(self) -> Telling:
        world, values, regions = self.model.world, self.values, self.model.state.regions
        province = int(world.belt_province[self.belt])
        names = (
            ("customs", Label("value of the goods", "货值")),
            ("duty", Label("import duty", "进口关税")),
            ("tax", Label("import tax", "进口税")),
            ("commission", Label("commission", "平台佣金")),
            ("fees", Label("transport", "物流费")),
        )
        parts = tuple(Fact(label, float(values[f"import_{name}"].sum()), "yuan") for name, label in names)
        paid = Fact(Label("buyers at home pay", "国内买方支付"), float(values["import_paid"].sum()), "yuan", True)
        listings = self.model.state.listings
        at_home = (listings["firm"] == self.firm) & (listings["mode"] == HOME_OUTLET)
        return [
            Fact(Label("province", "省份"), member_label("province", world.province_ids[province])),
            Fact(Label("imports bought there", "该省进口消费"), float(regions["import_spending"][province]), "yuan"),
            Fact(Label("the firm's home sales", "企业内销"), float(listings["revenue"][at_home].sum()), "yuan"),
        ], [Sum(Label("the nation's imports", "全国进口"), parts, paid)]  # fmt: skip

    def _settle(self) -> Telling:
        accounts = {name: float(column[self.firm]) for name, column in self.values["accounts"].items()}
        parts = [Fact(Label("cash before", "期初现金"), self.cash, "yuan")]
        for name, yuan in accounts.items():
            payer, payee = POSTINGS[name]
            if yuan > 0.0:
                way = Label(
                    f"{sector_label(payer).en} → {sector_label(payee).en}",
                    f"{sector_label(payer).zh}→{sector_label(payee).zh}",
                )
                label = ACCOUNTS.get(name, plain(name.replace("_", " ")))
                named = Label(f"{label.en}: {way.en}", f"{label.zh}：{way.zh}")
                parts.append(Fact(named, yuan if payee == "smes" else -yuan, "yuan"))
        after = Fact(Label("cash after", "期末现金"), self.of_firm("cash"), "yuan", True)
        cash = Sum(Label("the firm's cash", "企业现金"), tuple(parts), after)
        debt = Fact(Label("debt after", "期末负债"), self.of_firm("debt"), "yuan")
        _equal(self.debt + accounts["loans"] - accounts["repayments"], self.of_firm("debt"), "debt")
        return [debt], [cash, self._buyers_money(), self._sectors()]

    def _buyers_money(self) -> Sum:
        """Where the money of this listing's buyers went."""
        env, values, row = self.env, self.values, self.listing
        spent = float(env.flows.spending[row])
        platform, market = int(self.of_listing("platform")), int(self.of_listing("market"))
        commission = float(env.terms.commission[platform, market])
        parts = (
            (Label("buyers → firm", "买方→企业"), self.of_listing("revenue")),
            (Label("buyers → logistics", "买方→物流"), float(values["freight_yuan"][row])),
            (Label("buyers → warehouses", "买方→海外仓"), float(values["storage_yuan"][row])),
            (Label("buyers → platform", "买方→平台"), spent * commission),
            (
                Label("buyers → their state", "买方→所在国税收"),
                spent * (1.0 - commission) * (1.0 - 1.0 / self.term(env.terms.wedge)),
            ),
        )
        whole = Fact(Label("buyers paid", "买方支出"), spent, "yuan", True)
        name = Label("where the buyers' money went", "买方支出的去向")
        return Sum(name, tuple(Fact(label, yuan, "yuan") for label, yuan in parts), whole)

    def _sectors(self) -> Sum:
        """What all sectors received less what they paid; together nothing."""
        net = self.env.ledger.net()
        parts = tuple(Fact(sector_label(name), float(yuan), "yuan") for name, yuan in zip(SECTORS, net, strict=True))
        whole = Fact(Label("together", "合计"), 0.0, "yuan", True)
        return Sum(Label("all sectors, received less paid", "各部门收支净额"), parts, whole)

    def _learn(self) -> Telling:
        env, cycle = self.env, self.of_firm("cycle_days")
        chance = 1.0 - float(np.exp(-30.0 / cycle))
        luck = float(env.draws.uniform("product", env.now, [self.firm_number])[0])
        new, age = luck < chance, self.of_firm("product_age")
        _equal(age, 0.0 if new else self.age + 1.0, "the draw decides")
        product = yes(True) if new else Label(f"no, {age:.0f} months old", f"否，已有{age:.0f}个月")
        return [
            Fact(Label("digital tools", "数字化工具"), yes(self.of_firm("digital_level") > 0.5)),
            Fact(Label("development cycle", "研发周期"), cycle, "days"),
            Fact(Label("chance of a new product", "新品概率"), chance, "share"),
            Fact(Label("new product", "新品"), product),
            Fact(Label("quality learnt", "质量提升"), self.of_firm("quality") - self.quality, "log quality"),
            Fact(Label("compliance effort", "合规努力"), self.of_firm("effort"), "share"),
            Fact(Label("customs record, of 100", "信用分（满分100）"), self.of_firm("credit_score"), "index"),
        ], []  # fmt: skip

    def _renew(self) -> Telling:
        facts = [
            Fact(Label("firms founded", "新设企业"), float(self.values["entered"]), "firms"),
            Fact(Label("firms that left", "退出企业"), float(self.values["exited"]), "firms"),
            Fact(Label("the firm goes on", "企业存续"), yes(self.firm >= 0)),
        ]
        if self.firm >= 0:
            facts += [
                Fact(Label("months alive", "存续月数"), self.of_firm("months_alive"), "months"),
                Fact(Label("sales of twelve months", "近12个月销售额"), self.of_firm("sales_12m"), "yuan"),
            ]
        return facts, []

    def _record(self) -> Telling:
        frame = self.model.recorder.indicator_frame()
        month = frame[frame["month"] == self.env.now]
        found = dict(zip(month["indicator"], month["value"], strict=True))
        declared = indicators()
        facts = [Fact(declared[name].label, float(found[name]), declared[name].unit) for name in SHOWN]
        off = f"{self.values['discrepancy']:.0e}"
        words = Label(f"{off} of the turnover", f"流水的{off}")
        return [*facts, Fact(Label("books off by", "账目误差"), words)], []


def _equal(one: float, other: float, what: str) -> None:
    """Two ways to the same number; RunFailed when they part."""
    if not np.isclose(one, other, rtol=1e-9, atol=1e-6):
        raise RunFailed(f"{what}: {one} is not {other}")
