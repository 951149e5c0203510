"""Nation-wide evidence: base-year shares by category, the national series, the shape of the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from model.kernel.members import CATEGORIES
from model.world.places import Floats

BILLION: Final = 1.0e9
FINAL_VINTAGES: Final = ("final", "revised", "implied")
"""Of a year's published values the last is used, in this order; preliminary ones never."""


def _over_categories(values: Mapping[str, float]) -> Floats:
    return np.array([values.get(category, np.nan) for category in CATEGORIES], dtype=np.float64)


def _column(table: pd.DataFrame) -> dict[str, float]:
    """category → share of a table with a row per category."""
    return {str(name): float(share) for name, share in zip(table["category"], table["share"], strict=True)}


def _topic(table: pd.DataFrame, topic: str, year: int) -> dict[str, float]:
    """item → value of one topic and year; values stand as figures and are numbers here."""
    rows = table[(table["topic"] == topic) & (table["year"].astype(str) == str(year))]
    return {str(item): float(value) for item, value in zip(rows["item"], rows["value"], strict=True)}


def _shares(values: Floats, scale: float = 1.0) -> Floats:
    """Shares over the categories that sum to one; a category without a row has none."""
    filled = np.nan_to_num(values) * scale
    return np.asarray(filled / filled.sum())


def _inputs(links: pd.DataFrame) -> Floats:
    """[buyer, supplier] share of purchased inputs between categories."""
    rows = links[(links["level"] == "category") & (links["supplier_kind"] == "category")]
    found = np.zeros((len(CATEGORIES), len(CATEGORIES)))
    for buyer, supplier, share in zip(rows["buyer"], rows["supplier"], rows["input_share"], strict=True):
        found[CATEGORIES.index(buyer), CATEGORIES.index(supplier)] = share
    return found


def _per_category(links: pd.DataFrame, kind: str) -> Floats:
    rows = links[(links["level"] == "category") & (links["supplier_kind"] == kind)]
    return _over_categories(dict(zip(rows["buyer"], rows["input_share"].astype(float), strict=True)))


def category_fields(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The `category_…` fields of a world. Where a category has no row of its own, the mean of the others stands."""
    exports, b2b = _column(tables["export_category_shares"]), _column(tables["b2b_share"])
    imports, home, links = tables["import_categories"], tables["home_market"], tables["supplier_links"]

    def filled(values: Floats) -> Floats:
        return np.where(np.isnan(values), np.nanmean(values), values)

    return {
        "category_export_share": _shares(_over_categories(exports)),
        "category_b2b_share": filled(_over_categories(b2b)),
        "category_import_share": _shares(_over_categories(_topic(imports, "category_share", 2022))),
        "category_import_tax": filled(_over_categories(_topic(imports, "tax_by_category", 2022))) / 100.0,
        "category_import_order": filled(_over_categories(_topic(imports, "retail_order_value", 2022))),
        "category_home_share": _shares(_over_categories(_topic(home, "category_share", 2022))),
        "category_value_added": filled(_per_category(links, "value_added")),
        "category_foreign_share": filled(_per_category(links, "foreign")),
        "category_inputs": _inputs(links),
    }


def _series(national: pd.DataFrame, base: Mapping[str, float], flow: str, years: Sequence[int]) -> Floats:
    """Exports or imports by year, yuan: the last vintage of each year, 2018 from the base table."""
    rows = national[(national["flow"] == flow) & (national["indicator"] == "value") & (national["period"] == "year")]
    found = {2018: base[f"{flow}s_2018"]}
    for vintage in reversed(FINAL_VINTAGES):
        chosen = rows[rows["vintage"] == vintage]
        found |= {int(year): float(value) for year, value in zip(chosen["year"], chosen["value"], strict=True)}
    return np.array([found.get(year, np.nan) for year in years], dtype=np.float64) * BILLION


def national_fields(tables: Mapping[str, pd.DataFrame], years: Sequence[int]) -> dict[str, Any]:
    """National series by year and the factors of the months."""
    items = tables["national_base"]
    base = {str(item): float(value) for item, value in zip(items["item"], items["value"], strict=True)}
    home = tables["home_market"]
    online = home[home["item"] == "online retail of physical goods"]
    by_year = {int(year): float(value) for year, value in zip(online["year"], online["value"], strict=True)}
    seasons = tables["seasonality"].pivot(index="flow", columns="month", values="factor")
    return {
        "national_exports": _series(tables["national_cbec"], base, "export", years),
        "national_imports": _series(tables["national_cbec"], base, "import", years),
        "home_online_retail": np.array([by_year[year] for year in years]) * BILLION,
        "base": MappingProxyType(base),
        **{f"season_{flow}": seasons.loc[flow].to_numpy(dtype=np.float64) for flow in seasons.index},
    }
