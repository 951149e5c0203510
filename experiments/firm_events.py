"""What happens to a firm, told by comparing it with itself a month before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.amounts import amount
from experiments.words import account_label, member_label
from model.kernel.calendar import format_month
from model.kernel.declare import Label
from model.kernel.members import HOME_OUTLET, MODES, SIZES, TIERS

if TYPE_CHECKING:
    from model.economy import TradeEconomy

YUAN = 1.0  # what is less counts as nothing: rounding in the books of a firm
Way = tuple[int, int, int]  # market, platform, mode of a listing


@dataclass(frozen=True)
class Event:
    """`kind` is a closed word (entered, dropped, moved, product, …); the text says it in both languages."""

    month: int
    kind: str
    text: Label

    def as_row(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"month": format_month(self.month), "kind": self.kind, "text": self.text.as_row()}


@dataclass(frozen=True)
class Seen:
    """What of a firm is compared from month to month. `listings`: number → way."""

    listings: Mapping[int, Way]
    quality: float
    tools: bool
    debt: float
    tier: int
    size: int
    beyond_credit: bool

    @classmethod
    def of(cls, model: TradeEconomy, row: int) -> Seen:
        """The firm in this row now."""
        firms, listings = model.state.firms, model.state.listings
        own = np.flatnonzero(listings["firm"] == row)
        ways = {
            int(listings["number"][at]): (
                int(listings["market"][at]),
                int(listings["platform"][at]),
                int(listings["mode"][at]),
            )
            for at in own.tolist()
        }
        return cls(
            ways, float(firms["quality"][row]), bool(firms["digital_level"][row] > 0.5), float(firms["debt"][row]),
            int(firms["tier"][row]), int(firms["size"][row]), _beyond_credit(model, row),
        )  # fmt: skip


def _beyond_credit(model: TradeEconomy, row: int) -> bool:
    """Whether debt exceeds what banks lend on the sales of the last twelve months, this month's included."""
    if model.env is None:
        return False
    firms, p, at = model.state.firms, model.env.p, model.env.now % 12
    year = float(firms["sales_12m"][row] - firms["sales_ring"][row, at] + firms["sales"][row])
    floor = p["finance.credit_line_floor_yuan"] * model.env.wage_index()
    return bool(firms["debt"][row] > max(p["finance.credit_line_months"] * year / 12.0, floor))


def events_of(model: TradeEconomy, row: int, before: Seen, now: Seen) -> Iterable[Event]:
    """Everything that happened to the firm this month, in the order in which months happen."""
    month = model.env.now
    told = [
        *_listings(model, before, now),
        *_customs(model, row, before, now),
        *_money(model, row, before, now),
        *_learning(model, row, before, now),
    ]
    return [Event(month, kind, text) for kind, text in told]


def founded(month: int, equity: float) -> Event:
    """The firm came to be."""
    yuan = _both(equity, "yuan")
    return Event(month, "founded", Label(f"Founded with {yuan.en} of own money", f"成立，自有资金{yuan.zh}"))


def gone(month: int, last: Seen) -> Event:
    """The firm left, and why."""
    if last.beyond_credit:
        return Event(
            month, "left", Label("Left the market: its debt passed its credit line", "退出市场：负债超过授信额度")
        )
    return Event(month, "left", Label("Closed and left the market", "停业并退出市场"))


Told = Iterable[tuple[str, Label]]


def _both(value: float, unit: str) -> Label:
    return Label(amount(value, unit), amount(value, unit, lang="zh"))


def _place(model: TradeEconomy, way: Way) -> tuple[Label, Label, Label]:
    """Market, platform and mode of a listing abroad in words."""
    world = model.world
    market, platform, mode = way
    shop = Label("no platform", "不经平台")
    if platform < world.n_plat:
        shop = member_label("platform", world.platform_ids[platform])
    return member_label("market", world.market_ids[market]), shop, member_label("mode", MODES[mode])


def _listings(model: TradeEconomy, before: Seen, now: Seen) -> Told:
    """Listings opened, closed and moved."""
    for number, way in sorted(now.listings.items()):
        old = before.listings.get(number)
        if old is None:
            yield "entered", _entered(model, way)
        elif old != way:
            market, shop, mode = _place(model, way)
            _, from_shop, from_mode = _place(model, old)
            yield (
                "moved",
                Label(
                    f"In {market.en} from “{from_shop.en}, {from_mode.en}” to “{shop.en}, {mode.en}”",
                    f"在{market.zh}：由{from_shop.zh}（{from_mode.zh}）转为{shop.zh}（{mode.zh}）",
                ),
            )
    for number, way in sorted(before.listings.items()):
        if number not in now.listings:
            yield "dropped", _dropped(model, way)


def _entered(model: TradeEconomy, way: Way) -> Label:
    if way[2] == HOME_OUTLET:
        return Label("Began to sell at home", "开始国内销售")
    market, shop, mode = _place(model, way)
    return Label(
        f"Entered {market.en} ({shop.en}; {mode.en})",
        f"进入{market.zh}市场，经{shop.zh}，{mode.zh}",
    )


def _dropped(model: TradeEconomy, way: Way) -> Label:
    if way[2] == HOME_OUTLET:
        return Label("Stopped selling at home", "停止国内销售")
    market, shop, _ = _place(model, way)
    return Label(f"Dropped its listing in {market.en} ({shop.en})", f"停止在{market.zh}市场销售（{shop.zh}）")


def _customs(model: TradeEconomy, row: int, before: Seen, now: Seen) -> Told:
    """Inspections with what they found, and moves between credit tiers."""
    values = model.env.flows.values
    lots, looks, hits = (float(values[name][:, row].sum()) for name in ("whole_lots", "looks", "hits"))
    if looks > 0.0:
        found = Label("found no violation", "未发现违规")
        if hits > 0.0:
            found = Label(f"found {hits:.0f} in violation", f"查获违规{hits:.0f}起")
        yield (
            "inspected",
            Label(
                f"Customs inspected {looks:.0f} of {lots:.0f} lots and {found.en}",
                f"海关查验{lots:.0f}批中的{looks:.0f}批，{found.zh}",
            ),
        )
    if now.tier != before.tier:
        old, new = (member_label("tier", TIERS[tier]) for tier in (before.tier, now.tier))
        yield "tier", Label(f"{new.en} instead of {old.en.lower()}", f"信用等级由{old.zh}变为{new.zh}")


def _money(model: TradeEconomy, row: int, before: Seen, now: Seen) -> Told:
    """Loans, debts paid off, and grants received."""
    from model.phases.settle import POSTINGS

    accounts = {name: float(column[row]) for name, column in model.env.flows.values["accounts"].items()}
    if accounts["loans"] > YUAN:
        yuan = _both(accounts["loans"], "yuan")
        yield "borrowed", Label(f"Borrowed {yuan.en}", f"借入{yuan.zh}")
    if accounts["repayments"] > YUAN and now.debt <= YUAN:
        yield "repaid", Label("Paid off its debt", "还清债务")
    elif accounts["repayments"] > YUAN and before.debt > YUAN and now.debt < before.debt / 2.0:
        yuan = _both(accounts["repayments"], "yuan")
        yield "repaid", Label(f"Repaid {yuan.en}", f"偿还{yuan.zh}")
    for name, yuan_paid in accounts.items():
        if POSTINGS[name][0] == "government" and name != "rebate" and yuan_paid > YUAN:
            grant, yuan = account_label(name), _both(yuan_paid, "yuan")
            yield "grant", Label(f"Received {yuan.en} under {grant.en}", f"获得{grant.zh}{yuan.zh}")


def _learning(model: TradeEconomy, row: int, before: Seen, now: Seen) -> Told:
    """New products, better quality, digital tools."""
    if now.tools and not before.tools:
        yield "tools", Label("Adopted digital tools", "采用数字化工具")
    if float(model.state.firms["product_age"][row]) == 0.0:
        yield "product", Label("Launched a new product", "推出新产品")
    if now.quality > before.quality:
        yield "quality", Label("Raised the quality of its goods", "提升产品质量")


def resized(month: int, before: int, now: int) -> Iterable[Event]:
    """A move between size classes, which follow from the sales of twelve months; nothing where there is none."""
    if now != before:
        size = member_label("size", SIZES[now])
        word = Label("Grew into the class", "升入") if now > before else Label("Fell into the class", "降至")
        yield Event(month, "size", Label(f"{word.en}: {size.en.lower()}", f"{word.zh}{size.zh}"))
