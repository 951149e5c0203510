"""Whether answers hang on the size of the model, and which mechanism carries which pattern.

Two tables: headline effects and patterns at several numbers of firms, and the ablation matrix, variant by pattern.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from experiments import headline, patterns
from experiments.cells import Cell, Measure, Numbers, fill, key_of
from experiments.draws import drawn
from experiments.headline import EFFECTS, POLICIES, Paired
from experiments.patterns import PATTERNS, Pattern, Question
from experiments.progress import progress_for
from experiments.variants import VARIANTS, varied
from model.kernel.declare import Label
from model.kernel.refusals import Refused, unknown
from model.policies import policies
from model.scenario import Scenario, load_scenario

PROJECT: Final = Path(__file__).resolve().parents[1]
TABLES: Final = PROJECT / "scenarios" / "calibration"
PAGE: Final = PROJECT / "experiments" / "ROBUSTNESS.md"
SCALES: Final[Mapping[int, float]] = {1_000: 0.0053, 6_000: 0.067, 30_000: 0.363}
"""Firms modelled in the mean of 2022 to 2026 → scale; the six hundred largest are there one to one at any scale."""
FULL: Final = "full"
"""The model with all its mechanisms, first row of the matrix."""


def sizes_of(text: str) -> dict[int, float]:
    """`1000,6000` → number of firms → scale. Refused when it is no list of numbers that are declared."""
    words = [word.strip() for word in text.split(",")]
    strange = [word for word in words if not word.isdigit() or int(word) not in SCALES]
    if strange:
        raise Refused([unknown("number of firms", word, [str(n) for n in SCALES], path="--firms") for word in strange])
    return {int(word): SCALES[int(word)] for word in words}


def variants_of(text: str) -> list[str]:
    """`no_queue,no_inertia` → these; nothing → all. Refused, with the nearest name, for another word."""
    words = [word.strip() for word in text.split(",") if word.strip()] or list(VARIANTS)
    strange = [word for word in words if word not in VARIANTS]
    if strange:
        raise Refused([unknown("variant", word, list(VARIANTS), path="--variants") for word in strange])
    return words


@dataclass
class Study:
    """A folder of cells; asking again costs nothing."""

    folder: Path
    jobs: int = 1
    months: int = 60
    failed: int = 0

    def effects(self, scales: Mapping[int, float], seeds: Sequence[int]) -> pd.DataFrame:
        """Headline effects by number of firms: `firms`, `effect`, `mean`, `low`, `high`, `seeds` (90 % of draws)."""
        asked = [(firms, seed, self._paired(scale, seed)) for firms, scale in scales.items() for seed in seeds]
        found = self._fill("effects", [cell for _, _, cell in asked], headline.measure)
        rows = [(firms, found.get(cell.key, {})) for firms, _, cell in asked]
        return _summary(rows, "firms", [effect.key for effect in EFFECTS], "effect")

    def scale_patterns(self, scales: Mapping[int, float], seeds: Sequence[int]) -> pd.DataFrame:
        """Patterns by number of firms: `firms`, `pattern`, `mean`, `low`, `high`, `seeds`."""
        asked = [(firms, _cell(_past(scale), seed)) for firms, scale in scales.items() for seed in seeds]
        found = self._fill("patterns", [cell for _, cell in asked], patterns.measure)
        return _summary([(firms, found.get(cell.key, {})) for firms, cell in asked], "firms", _PATTERN_IDS, "pattern")

    def ablation(self, variants: Sequence[str], scale: float, seeds: Sequence[int]) -> pd.DataFrame:
        """The matrix in long form: `variant`, `pattern`, `mean`, `low`, `high`, `seeds`, `holds`, `lost`.

        A pattern is lost where the full model lies in its band and the variant does not.
        """
        names = [FULL, *variants]
        asked = [(name, _cell(_variant(_past(scale), name), seed)) for name in names for seed in seeds]
        found = self._fill("variants", [cell for _, cell in asked], patterns.measure)
        rows = [(name, found.get(cell.key, {})) for name, cell in asked]
        table = _summary(rows, "variant", _PATTERN_IDS, "pattern")
        table["holds"] = [_BY_ID[row.pattern].holds(row.mean) for row in table.itertuples()]
        whole = table[table["variant"] == FULL].set_index("pattern")["holds"]
        return table.assign(lost=~table["holds"] & table["pattern"].map(whole).astype(bool))

    def _fill(self, what: str, cells: Sequence[Cell], measure: Measure) -> dict[str, Numbers]:
        progress = progress_for(what, sum(cell.months for cell in cells))
        found, failed = fill(self.folder, cells, measure, self.jobs, progress)
        self.failed += len(failed)
        return found

    def _paired(self, scale: float, seed: int) -> Cell:
        names = ("baseline", *POLICIES)
        chosen = {name: load_scenario(name).with_(start=2022 * 12, months=self.months, scale=scale) for name in names}
        named = {name: drawn(scenario, seed) for name, scenario in chosen.items()}
        return Cell(key_of("headline", named.values(), seed), Paired(seed, named), self.months * len(named))


_BY_ID: Final = {pattern.id: pattern for pattern in PATTERNS}
_PATTERN_IDS: Final = list(_BY_ID)


def _past(scale: float) -> Scenario:
    return load_scenario("baseline").with_(start=2019 * 12, months=48, scale=scale)


def _variant(scenario: Scenario, name: str) -> Scenario:
    return scenario if name == FULL else varied(scenario, name)


def _cell(scenario: Scenario, seed: int) -> Cell:
    chosen = drawn(scenario, seed)
    return Cell(key_of("patterns", [chosen], seed), Question(chosen, seed), chosen.months)


def _quantile(share: float) -> Callable[[pd.Series], float]:
    return lambda values: float(np.quantile(values, share))


def _summary(rows: Sequence[tuple[object, Numbers]], by: str, names: Sequence[str], what: str) -> pd.DataFrame:
    """Mean and 5th and 95th percentile over the draws of each row's name."""
    wide = pd.DataFrame([numbers for _, numbers in rows], columns=list(names))
    wide.insert(0, by, [key for key, _ in rows])
    long = wide.melt(id_vars=by, var_name=what, value_name="value").dropna()
    found = long.groupby([by, what], sort=False)["value"].agg(
        mean="mean", low=_quantile(0.05), high=_quantile(0.95), seeds="count"
    )
    every = pd.MultiIndex.from_product([list(dict.fromkeys(wide[by])), list(names)], names=[by, what])
    table: pd.DataFrame = found.reindex(every).reset_index()
    return table.assign(seeds=table["seeds"].fillna(0).astype(int))


# --- what is left behind ---------------------------------------------------------------------------------------------

_HEAD: Final = """# Robustness 稳健性

Made by `dualcirc robustness --write`; written by no hand. {about}

## Which mechanism carries which pattern 机制与规律

Rows are variants of the model with one mechanism taken out (`experiments/variants.py`), columns patterns of the
baseline in 2019–2022 with the band each should lie in (`experiments/patterns.py`). **Bold**: the full model lies in the
band, the variant does not, so the pattern is lost with the mechanism. A dash: the variant gave no run.
加粗表示去掉该机制后，原本成立的规律不再成立；短横线表示该变体无法运行。"""


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path = TABLES) -> None:
    """One CSV a table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
        (folder / f"robustness_{name}.csv").write_text(text, encoding="utf-8", newline="\n")


def page_text(tables: Mapping[str, pd.DataFrame], about: str) -> str:
    """The page in Markdown, from the tables."""
    parts = [_HEAD.format(about=about), matrix(tables["ablation"])]
    parts += ["## Number of modelled firms 模拟企业数量", _scale_table(tables["effects"], tables["patterns"])]
    return "\n\n".join(parts) + "\n"


def matrix(table: pd.DataFrame) -> str:
    """The ablation matrix: a row a variant, a column a pattern."""
    cells = table.set_index(["variant", "pattern"])
    lines = [_row("variant 变体", [f"{p.label.en} {p.label.zh}" for p in PATTERNS]), _rule(len(PATTERNS))]
    lines.append(_row("band 区间", [f"{_short(p.band[0])} – {_short(p.band[1])}" for p in PATTERNS]))
    for variant in dict.fromkeys(table["variant"]):
        label = Label("Full model", "完整模型") if variant == FULL else VARIANTS[variant].label
        texts = [_told(cells.loc[(variant, p.id)]) for p in PATTERNS]
        lines.append(_row(f"{label.en} {label.zh}", texts))
    return "\n".join(lines)


def _told(cell: pd.Series) -> str:
    text = _short(float(cell["mean"]))
    return f"**{text}**" if bool(cell["lost"]) else text


def _scale_table(effects: pd.DataFrame, found: pd.DataFrame) -> str:
    """Effects and patterns, a column a number of firms, each with the range over draws."""
    sizes = list(dict.fromkeys(effects["firms"]))
    lines = [_row("what 指标", [f"{size:,} firms 家企业" for size in sizes]), _rule(len(sizes))]
    for effect in EFFECTS:
        policy = policies()[effect.policy].label
        name = f"{policy.en}: {effect.label.en}, {effect.unit} {policy.zh}：{effect.label.zh}"
        lines.append(_row(name, _ranges(effects, "effect", effect.key, sizes)))
    for pattern in PATTERNS:
        lines.append(_row(_named(pattern), _ranges(found, "pattern", pattern.id, sizes)))
    return "\n".join(lines)


def _named(pattern: Pattern) -> str:
    return f"{pattern.label.en}, {pattern.unit} {pattern.label.zh}"


def _ranges(table: pd.DataFrame, what: str, key: str, sizes: Sequence[int]) -> list[str]:
    rows = table[table[what] == key].set_index("firms")
    return [f"{_short(rows.at[s, 'mean'])} [{_short(rows.at[s, 'low'])}, {_short(rows.at[s, 'high'])}]" for s in sizes]


def _short(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def _row(first: str, cells: Sequence[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"


def _rule(columns: int) -> str:
    return "|---|" + "---:|" * columns
