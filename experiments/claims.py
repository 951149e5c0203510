"""The source paper's claims, asked of the model: `scenarios/claims.yaml`, one by one, on paired seeds.

A claim is *supported* when at least nine tenths of the draws lie on the claimed side and the 90 % interval is clear of
zero there; else it is *not supported*, and the figure is told as it is. Some cannot be asked, and the file says why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from experiments.cells import Numbers
from experiments.effects import summarise
from experiments.paired import JOINED, Reading, Study
from experiments.run import indicator_units
from model.indicators.members import dimension_members
from model.kernel.calendar import year_of
from model.kernel.declare import Label
from model.kernel.refusals import Problem, Refused, unknown
from model.scenario import Scenario, find_scenarios, load_scenario
from model.scenario.files import SCENARIOS, shown_name
from model.scenario.findings import Findings
from model.scenario.nodes import Items, Node, Table, Word
from model.scenario.text import read_file
from model.scenario.vocabulary import DIMENSIONS, vocabulary

CLAIMS: Final = SCENARIOS / "claims.yaml"
BASELINE: Final = "baseline"
DIRECTIONS: Final = ("up", "down")
SIZES: Final = ("relative", "change", "level")
"""How a claim names a size: a share of the baseline, a change in the unit, or the level reached."""
ENOUGH: Final = 0.9
ALWAYS: Final = ("id", "words", "section", "facts")
ASKED: Final = ("scenario", "indicator", "direction", "year")
KEYS: Final = (*ALWAYS, *ASKED, "where", "size", "cannot_be_asked")
VERDICTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "supported": Label("supported", "成立"),
        "not_supported": Label("not supported", "不成立"),
        "cannot_be_asked": Label("cannot be asked", "无法检验"),
    }
)


@dataclass(frozen=True)
class Claim:
    """One claim. `reason` is set for one that cannot be asked, which then has no scenario and no indicator."""

    id: str
    words: Label
    section: str
    facts: tuple[str, ...]
    scenario: str = ""
    indicator: str = ""
    where: tuple[str, tuple[str, ...]] | None = None
    direction: str = ""
    year: int = 0
    size: tuple[str, float] | None = None
    reason: Label | None = None

    def reading(self, first: int) -> Reading:
        """What is read off a run whose policies begin in the year `first`."""
        dimension, members = self.where or ("", ())
        return Reading(self.indicator, str(first + self.year - 1), dimension, JOINED.join(members))


@dataclass(frozen=True)
class Answer:
    """A claim with what was found: numbers are nan for one that cannot be asked."""

    claim: Claim
    verdict: str
    baseline: float = math.nan
    effect: float = math.nan
    low: float = math.nan
    high: float = math.nan
    relative: float = math.nan
    probability: float = math.nan
    draws: int = 0

    @property
    def reached(self) -> float:
        """What the model gives for the size that the claim names, in the same terms; nan when it names none."""
        if self.claim.size is None:
            return math.nan
        return {"relative": self.relative, "change": self.effect, "level": self.baseline + self.effect}[
            self.claim.size[0]
        ]

    def as_row(self) -> dict[str, Any]:
        """As plain data."""
        one = self.claim
        asked = one.reason is None
        size = None if one.size is None else {"kind": one.size[0], "claimed": one.size[1], "found": self.reached}
        return {
            "id": one.id, "words": one.words.as_row(), "section": one.section, "facts": list(one.facts),
            "verdict": self.verdict, "reason": None if one.reason is None else one.reason.as_row(),
            "scenario": one.scenario or None, "indicator": one.indicator or None,
            "unit": indicator_units()[one.indicator] if asked else None,
            "where": None if one.where is None else {one.where[0]: list(one.where[1])},
            "direction": one.direction or None, "year": one.year or None, "size": size, "baseline": self.baseline,
            "effect": self.effect, "low": self.low, "high": self.high, "relative": self.relative,
            "probability": self.probability, "draws": self.draws,
        }  # fmt: skip


# --- asking ----------------------------------------------------------------------------------------------------------


def claims_study(
    claims: Sequence[Claim], folder: Path, months: int | None = None, scale: float | None = None, jobs: int = 1
) -> Study:
    """The runs that the claims need: the baseline, every scenario once. Raises Refused."""
    asked = [claim for claim in claims if claim.reason is None]
    names = list(dict.fromkeys([BASELINE, *(one.scenario for one in asked)]))
    named = {name: load_scenario(name).with_(months=months, scale=scale) for name in names}
    base = named[BASELINE]
    last = year_of(base.start + base.months - 12)
    late = [one for one in asked if int(one.reading(first_year(base)).year) > last]
    if late:
        raise Refused([_too_late(one, base, last) for one in late])
    readings = tuple(dict.fromkeys(one.reading(first_year(base)) for one in asked))
    return Study(folder, named, readings, jobs)


def _too_late(claim: Claim, base: Scenario, last: int) -> Problem:
    """That a run ends before the year which a claim is about."""
    message = f"'{claim.id}' is about year {claim.year} of a policy; the last whole year of the run is {last}."
    needed = (first_year(base) + claim.year) * 12 - base.start
    return Problem("run_too_short", message, path="--months", given=base.months, allowed=f"at least {needed}")


def first_year(base: Scenario) -> int:
    """The first calendar year in which policies act."""
    return year_of(base.policies_from)


def answers(claims: Sequence[Claim], study: Study, seeds: Sequence[int]) -> list[Answer]:
    """Every claim with its verdict, in the order of the file."""
    asked = any(claim.reason is None for claim in claims)
    found = study.ask("claims", seeds) if asked else {}
    return [judged(claim, found, first_year(study.named[BASELINE])) for claim in claims]


def judged(claim: Claim, found: Mapping[int, Numbers], first: int) -> Answer:
    """The verdict on a claim from the numbers of each seed."""
    if claim.reason is not None:
        return Answer(claim, "cannot_be_asked")
    reading = claim.reading(first)
    before, after = (
        np.array([[numbers[reading.of(name)]] for numbers in found.values()]) for name in (BASELINE, claim.scenario)
    )
    told = {name: float(values[0]) for name, values in summarise(before, after).items()}
    sign = 1.0 if claim.direction == "up" else -1.0
    share = float(np.mean(sign * (after - before) > 0.0))
    clear = (told["low"] if sign > 0.0 else -told["high"]) > 0.0
    verdict = "supported" if share >= ENOUGH and clear else "not_supported"
    return Answer(
        claim, verdict, told["baseline"], told["effect"], told["low"], told["high"], told["relative"], share, len(found)
    )


# --- the file --------------------------------------------------------------------------------------------------------


def read_claims(path: Path = CLAIMS) -> tuple[Claim, ...]:
    """The claims of a file. Raises Refused with every fault, each with its line."""
    tree = read_file(path, shown_name(path))
    found = Findings()
    found.keys(tree, ("schema", "claims"), "", "a file of claims")
    if not isinstance(tree.entries.get("schema"), Word) or tree.entries["schema"].value != 1:  # type: ignore[union-attr]
        found.add("schema_unknown", "The file says which rules it follows: 'schema: 1'.", tree, "schema", allowed="1")
    claims = []
    for at, node in enumerate(found.items(tree.entries.get("claims"), "claims", "'claims'")):
        table = found.table(node, f"claims.{at}", "A claim")
        claim = _claim(table, f"claims.{at}", found) if table else None
        if claim is not None:
            claims.append(claim)
            if [one.id for one in claims].count(claim.id) > 1:
                found.add("duplicate_key", f"There are two claims called '{claim.id}'.", node, f"claims.{at}.id")
    if not claims and not found.failed:
        found.add("empty_list", "The file makes no claim.", tree, "claims")
    if found.failed:
        raise Refused(found.problems)
    return tuple(claims)


def _claim(table: Table, path: str, found: Findings) -> Claim | None:
    """A claim, or None with its faults noted."""
    before = found.counted()
    found.keys(table, KEYS, path, "a claim")
    open_ = "cannot_be_asked" not in table.entries
    needed = (*ALWAYS, *(ASKED if open_ else ()))
    for key in needed:
        if key not in table.entries:
            found.add("key_missing", f"The key '{key}' is missing from a claim.", table, f"{path}.{key}")
    for key in () if open_ else (*ASKED, "where", "size"):
        if key in table.entries:
            message = f"A claim that cannot be asked has no '{key}'."
            found.add("not_asked", message, table.entries[key], f"{path}.{key}")
    if found.counted() > before:
        return None
    claim = Claim(
        id=_text(table, "id", path, found),
        words=_both(table.entries["words"], f"{path}.words", found),
        section=_text(table, "section", path, found),
        facts=_facts(table.entries["facts"], f"{path}.facts", found),
        reason=None if open_ else _both(table.entries["cannot_be_asked"], f"{path}.cannot_be_asked", found),
        **(_question(table, path, found) if open_ else {}),
    )
    return claim if found.counted() == before else None


def _question(table: Table, path: str, found: Findings) -> dict[str, Any]:
    """What is asked: scenario, indicator, where, direction, year, size."""
    scenarios, known = list(find_scenarios()), list(indicator_units())
    name = _one_of(table, "indicator", known, path, found)
    year = found.number(table.entries["year"], f"{path}.year", low=1, high=12, unit="years", integer=True)
    return {
        "scenario": _one_of(table, "scenario", scenarios, path, found),
        "indicator": name,
        "where": _where(table.entries.get("where"), name, f"{path}.where", found),
        "direction": _one_of(table, "direction", DIRECTIONS, path, found),
        "year": int(year or 1),
        "size": _size(table.entries.get("size"), f"{path}.size", found),
    }


def _text(table: Table, key: str, path: str, found: Findings) -> str:
    node = table.entries[key]
    if isinstance(node, Word) and node.raw.strip():
        return node.raw.strip()
    found.add("not_a_text", f"'{key}' is a line of text.", node, f"{path}.{key}")
    return ""


def _both(node: Node, path: str, found: Findings) -> Label:
    """Words in both languages."""
    table = found.table(node, path, f"'{path.rpartition('.')[2]}'")
    if table is None:
        return Label("", "")
    found.keys(table, ("en", "zh"), path, "words in both languages")
    missing = [key for key in ("en", "zh") if key not in table.entries]
    if missing:
        found.add("key_missing", f"Words are missing in: {', '.join(missing)}.", node, path, allowed="en, zh")
        return Label("", "")
    return Label(_text(table, "en", path, found), _text(table, "zh", path, found))


def _facts(node: Node, path: str, found: Findings) -> tuple[str, ...]:
    """Numbers of the facts of the paper that the claim rests on."""
    known = [str(id) for id in vocabulary().world.tables["paper_facts"]["id"]]
    return found.words(node, path, known, "fact of the paper") or ()


def _one_of(table: Table, key: str, known: Sequence[str], path: str, found: Findings) -> str:
    node = table.entries[key]
    if isinstance(node, Word) and node.raw in known:
        return node.raw
    given = node.raw if isinstance(node, Word) else ""
    hint = unknown(key, given, list(known))
    message = f"'{given}' is not a known {key}."
    found.add(f"unknown_{key}", message, node, f"{path}.{key}", suggestion=hint.suggestion, allowed=hint.allowed)
    return ""


def _where(node: Node | None, name: str, path: str, found: Findings) -> tuple[str, tuple[str, ...]] | None:
    """Members of one dimension that the indicator is broken down by."""
    table = found.table(node, path, "'where'")
    if table is None or not name:
        return None
    from model.kernel.declare import INDICATORS

    dimensions = INDICATORS.items[name].dimensions
    found.keys(table, dimensions, path, f"'where' of {name}")
    if len(table.entries) != 1:
        found.add("one_dimension", "A claim is about members of one dimension.", table, path)
        return None
    ((key, members),) = table.entries.items()
    if key not in dimensions:
        return None
    known = dimension_members(key, vocabulary().world)
    suggest = vocabulary().suggest(key) if key in DIMENSIONS else None
    chosen = found.words(members, f"{path}.{key}", known, key, suggest)
    if chosen == () and isinstance(members, Items):
        found.add("empty_list", f"The list of '{key}' is empty.", members, f"{path}.{key}")
    return (key, chosen) if chosen else None


def _size(node: Node | None, path: str, found: Findings) -> tuple[str, float] | None:
    """The size that the paper names, if any: one of relative, change, level."""
    table = found.table(node, path, "'size'")
    if table is None:
        return None
    found.keys(table, SIZES, path, "'size'")
    if len(table.entries) != 1:
        found.add("one_size", "A claim names one size: relative, change or level.", table, path)
        return None
    ((kind, number),) = table.entries.items()
    value = found.number(number, f"{path}.{kind}", low=-1e15, high=1e15)
    return None if value is None else (kind, value)
