"""The evaluation of a comparison as one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from experiments.evaluation.after import after_support
from experiments.evaluation.members import effects_by_member
from experiments.evaluation.ranking import Wish, ranking
from experiments.evaluation.rows import Pair
from experiments.evaluation.support import support
from experiments.store import TABLES

if TYPE_CHECKING:
    from experiments.compare import Comparison


def evaluate(result: Comparison) -> pd.DataFrame:
    """Rows of `evaluation.parquet` (see `rows`), sorted by their keys."""
    pairs = {name: [(runs[result.baseline], runs[name]) for runs in result.runs.values()] for name in result.policies}
    tables = [
        made(own).assign(scenario=name)
        for name, own in pairs.items()
        for made in (effects_by_member, after_support, support)
    ]
    tables += [ranking(pairs, Wish.of(result.rank))]
    if result.synergies is not None:
        tables.append(result.synergies)
    return tidy(tables)


def evaluate_one(name: str, pairs: Sequence[Pair], indicator: str) -> pd.DataFrame:
    """What is told of one scenario on its own: members by one indicator, after support, additionality, displacement."""
    tables = (effects_by_member(pairs, indicators=(indicator,)), after_support(pairs), support(pairs))
    return tidy(made.assign(scenario=name) for made in tables)


def tidy(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several tables in the columns and order of `evaluation.parquet`."""
    table = TABLES["evaluation"]
    filled = [one for one in tables if len(one)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=kind.to_pandas_dtype()) for name, kind in table.columns.items()})
    whole = pd.concat(filled, ignore_index=True).reindex(columns=list(table.columns))
    words = [name for name, kind in table.columns.items() if str(kind) == "string"]
    whole[words] = whole[words].fillna("")
    return whole.sort_values(list(table.keys), kind="stable", ignore_index=True)
