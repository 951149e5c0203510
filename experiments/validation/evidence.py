"""Published figures, read from the evidence tables: no target of the score card is typed in code."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from model.world.load import evidence_folder
from model.world.national import FINAL_VINTAGES
from model.world.tables import read_tables

if TYPE_CHECKING:
    import pandas as pd

FLOWS: Final = ("export", "import")
BILLION: Final = 1.0e9
PERCENT: Final = 0.01


@lru_cache(maxsize=1)
def tables() -> Any:
    """All evidence tables, name → frame."""
    return read_tables(evidence_folder())


def rows(table: str, **where: object) -> pd.DataFrame:
    """The rows of a table whose cells say what is asked, compared as text."""
    frame: pd.DataFrame = tables()[table]
    for column, wanted in where.items():
        frame = frame[frame[column].astype(str) == str(wanted)]
    return frame


def figure(table: str, column: str = "value", **where: object) -> float:
    """One figure. Raises LookupError unless exactly one row says what is asked."""
    found = rows(table, **where)
    if len(found) != 1:
        raise LookupError(f"{table}: {len(found)} rows for {where}, not one")
    return float(found[column].iloc[0])


@lru_cache(maxsize=64)
def cbec(flow: str, year: int) -> float:
    """Customs value of a year's cross-border e-commerce, bn yuan; `flow` is export, import or total.

    Of the vintages of one year the final one counts, else the revised, else what later growth implies: values of two
    vintages never meet in one year (README of the evidence, trap 2). 2018 was published as a total only.
    """
    published = rows("national_cbec", year=year, period="year", flow=flow, indicator="value")
    comparable = published[published["definition"].str.contains("survey definition")]
    for vintage in FINAL_VINTAGES:
        chosen = comparable[comparable["vintage"] == vintage]
        if len(chosen) == 1:
            return float(chosen["value"].iloc[0])
    if year == 2018 and flow in FLOWS:
        return figure("national_base", item=f"{flow}s_2018")
    raise LookupError(f"no final value of {flow} in {year}")


@lru_cache(maxsize=16)
def export_share(year: int) -> float:
    """Exports over exports and imports of one vintage."""
    exports, imports = (cbec(flow, year) for flow in FLOWS)
    return exports / (exports + imports)


def top_destinations(count: int = 5) -> dict[str, float]:
    """Share of CBEC exports by market, the largest of those published for 2022."""
    found = rows("export_destinations", year=2022, period="year", flow="export")
    found = found[found["iso3"] != "ROW"].nlargest(count, "share_pct")
    return {str(iso): float(share) * PERCENT for iso, share in zip(found["iso3"], found["share_pct"], strict=True)}


def top_export_categories() -> dict[str, float]:
    """Share of CBEC exports of the two categories published by themselves for 2022."""
    found = rows("export_category_shares", year=2022, status="derived")
    found = found[found["source"].str.contains("product_categories")].nlargest(2, "share")
    return {str(name): float(share) for name, share in zip(found["category"], found["share"], strict=True)}


def top_import_categories() -> dict[str, float]:
    """Share of CBEC imports of the two categories published by themselves for 2022."""
    found = rows("import_categories", topic="category_share", year=2022, status="verified")
    shares = {str(name): float(share) * PERCENT for name, share in zip(found["item"], found["value"], strict=True)}
    return dict(sorted(shares.items(), key=lambda pair: -pair[1])[:2])


@lru_cache(maxsize=16)
def goods_trade_growth(year: int) -> float:
    """Growth of all goods trade of the country over the year before, first releases on both sides."""
    after, before = (
        figure("national_cbec", year=one, period="year", flow="total", indicator="goods_trade_value")
        for one in (year, year - 1)
    )
    return after / before - 1.0


def warehouses(year: int, indicator: str) -> float:
    """Number (warehouses) or area (m²) of Chinese overseas warehouses at the end of a year."""
    size = 1.0e6 if indicator == "area" else 1.0
    found = rows("overseas_warehouses", year=year, period="year-end", region="world", indicator=indicator)
    if len(found) != 1:
        raise LookupError(f"overseas_warehouses: {len(found)} rows for {indicator} of {year}")
    return float(found["value"].iloc[0]) * size


def span(table: str, column: str = "value", **where: object) -> tuple[float, float]:
    """Both ends of a figure published as a range, such as 5-10."""
    found = rows(table, **where)
    if len(found) != 1:
        raise LookupError(f"{table}: {len(found)} rows for {where}, not one")
    low, _, high = str(found[column].iloc[0]).partition("-")
    return float(low), float(high)
