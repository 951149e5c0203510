"""From a tree to a scenario: every key, member, bound and date is checked, all faults are told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

from model.kernel.calendar import FIRST_MONTH, LAST_MONTH, format_month
from model.kernel.declare import Label
from model.kernel.refusals import Problem, Refused, nearest
from model.levers import LEVERS, Effect
from model.scenario.entries import Reading, read_levers, read_policies, read_shocks
from model.scenario.files import SCENARIOS, apply_settings, find_scenarios, load_chain, locate, shown_name, text_chain
from model.scenario.findings import Findings
from model.scenario.nodes import Node, Table, Word, is_null, kind_of
from model.scenario.plan import MOST_MONTHS, LeverEntry, PolicyEntry, Scenario, ShockEntry, SmallWorld
from model.scenario.text import read_text
from model.scenario.vocabulary import Vocabulary, vocabulary

KEYS: Final = (
    "schema", "name", "extends", "start", "months", "policies_from", "scale", "history", "world", "policies",
    "shocks", "levers", "parameters",
)  # fmt: skip
WORLD_KEYS: Final = ("belts", "markets", "provinces", "smes")
DEFAULT_START: Final = 2019 * 12
DEFAULT_MONTHS: Final = 144
DEFAULT_SCALE: Final = 0.05
MOST_SMES: Final = 200_000
LONGEST_NAME: Final = 120

Entry = PolicyEntry | ShockEntry | LeverEntry
Read = tuple[str, Node, Entry]


def check_scenario(
    name_or_path: str | Path,
    sets: Sequence[str] = (),
    *,
    folder: Path = SCENARIOS,
    words: Vocabulary | None = None,
) -> tuple[Scenario | None, list[Problem]]:
    """The scenario (None when refused) and everything found in it, warnings too."""
    try:
        path = locate(name_or_path, folder)
        tree = apply_settings(load_chain(path, folder), sets)
    except Refused as refusal:
        return None, refusal.problems
    return check_tree(tree, path.stem, words)


def load_scenario(
    name_or_path: str | Path,
    sets: Sequence[str] = (),
    *,
    folder: Path = SCENARIOS,
    words: Vocabulary | None = None,
) -> Scenario:
    """The scenario of a name (a file's stem) or a path, with `PATH=VALUE` settings. Raises Refused."""
    scenario, problems = check_scenario(name_or_path, sets, folder=folder, words=words)
    if scenario is None:
        raise Refused([problem for problem in problems if problem.severity == "error"])
    return scenario


def check_text(
    text: str, stem: str = "scenario", *, folder: Path = SCENARIOS, words: Vocabulary | None = None
) -> tuple[Scenario | None, list[Problem]]:
    """As `check_scenario`, of a text that is no file; it may extend the scenarios that come with the project."""
    try:
        tree = text_chain(text.encode("utf-8"), stem, folder)
    except Refused as refusal:
        return None, refusal.problems
    return check_tree(tree, stem, words)


def scenario_of_text(text: str, stem: str = "scenario") -> Scenario:
    """A scenario from text that stands alone, such as a resolved one: no `extends`. Raises Refused."""
    tree = read_text(text.encode("utf-8"), stem)
    if "extends" in tree.entries:
        node = tree.entries["extends"]
        message = "A scenario given as text stands alone and cannot extend another."
        raise Refused([Problem("extends_not_allowed", message, stem, node.line, "extends")])
    scenario, problems = check_tree(tree, stem)
    if scenario is None:
        raise Refused(problems)
    return scenario


def list_scenarios(folder: Path = SCENARIOS) -> list[dict[str, object]]:
    """One row per scenario file: name, path, label, ids of policies, kinds of shocks. Raises Refused."""
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for name, path in find_scenarios(folder).items():
        scenario, found = check_scenario(path, folder=folder)
        if scenario is None:
            problems.extend(found)
            continue
        kinds = list(dict.fromkeys(entry.kind for entry in scenario.shocks))
        ids = [entry.id for entry in scenario.policies]
        row = {"name": name, "path": shown_name(path, folder), "label": scenario.name.as_row()}
        rows.append({**row, "policies": ids, "shocks": kinds})
    if problems:
        raise Refused(problems)
    return rows


def check_tree(tree: Table, stem: str, words: Vocabulary | None = None) -> tuple[Scenario | None, list[Problem]]:
    """The scenario that a tree describes, or None, and all problems of the tree."""
    found = Findings()
    words = words or vocabulary()
    found.keys(tree, KEYS, "", "a scenario")
    top = tree.entries
    name = _label(top.get("name"), stem, found)
    start, months, policies_from = _months(top, found)
    scale = _number(top, "scale", DEFAULT_SCALE, found, low=0.0, high=1.0, unit="share of real firms", above_low=True)
    history = _month(top, "history", None, found)
    try:
        world = _small_world(top.get("world"), found, words)
        reading = Reading(found, words, start, months, policies_from)
        policies = read_policies(top.get("policies"), reading)
        shocks = read_shocks(top.get("shocks"), reading)
        levers = read_levers(top.get("levers"), reading)
        parameters = _overrides(top.get("parameters"), found, words)
        entries: list[Read] = [*policies, *shocks, *levers]
        _two_sets(entries, found, words)
        _outside(entries, world, found)
    except Refused as refusal:  # the evidence tables themselves are at fault
        return None, found.problems + refusal.problems
    found.problems.sort(key=lambda problem: (problem.file, problem.line))
    if found.failed:
        return None, found.problems
    scenario = Scenario(
        name, stem, start, months, policies_from, scale, tuple(entry for _, _, entry in policies),
        tuple(entry for _, _, entry in shocks), tuple(entry for _, _, entry in levers), parameters, history,
        world,
    )  # fmt: skip
    return scenario, found.problems


def _label(node: Node | None, stem: str, found: Findings) -> Label:
    """The name in both languages; the file's stem where it has none."""
    if isinstance(node, Word) and not is_null(node):
        message = "'name' gives the name in both languages, such as {en: Baseline, zh: 基准}."
        suggestion = f"{{en: {node.raw}, zh: …}}"
        found.add("not_a_mapping", message, node, "name", allowed="en, zh", suggestion=suggestion)
        return Label(stem, stem)
    table = found.table(node, "name", "'name'")
    if table is None:
        return Label(stem, stem)
    found.keys(table, ("en", "zh"), "name", "'name'")
    texts = {key: _text(table, key, found) for key in ("en", "zh")}
    one = texts["en"] or texts["zh"] or stem
    return Label(texts["en"] or one, texts["zh"] or one)


def _text(table: Table, key: str, found: Findings) -> str:
    node = table.entries.get(key)
    if node is None or is_null(node):
        return ""
    path = f"name.{key}"
    if not isinstance(node, Word):
        found.add("not_a_text", f"'{path}' must be text, not {kind_of(node)}.", node, path)
        return ""
    if len(node.raw) > LONGEST_NAME or "\n" in node.raw.strip() or not node.raw.isprintable():
        message = f"'{path}' must be one line of at most {LONGEST_NAME} characters."
        found.add("not_a_text", message, node, path, given=node.raw[:LONGEST_NAME], allowed="one short line")
    return node.raw.strip()


def _months(top: Mapping[str, Node], found: Findings) -> tuple[int, int, int]:
    """Start, number of months and the default month from which entries act; defaults stand in for faults."""
    start = _month(top, "start", DEFAULT_START, found)
    start = DEFAULT_START if start is None else start
    room = LAST_MONTH - start + 1
    fallback = min(DEFAULT_MONTHS, room)
    months = int(_number(top, "months", fallback, found, low=1, high=MOST_MONTHS, unit="months", integer=True))
    if months > room:
        end = format_month(start + months - 1) if months <= MOST_MONTHS else "beyond the model's years"
        message = f"A run of {months} months from {format_month(start)} would end in {end}."
        allowed = f"at most {room} months from there, the model ends in {format_month(LAST_MONTH)}"
        found.add("run_too_long", message, top["months"], "months", allowed=allowed, suggestion=str(room))
        months = room
    policies_from = _month(top, "policies_from", start, found)
    return start, months, start if policies_from is None else policies_from


def _month(top: Mapping[str, Node], key: str, default: int | None, found: Findings) -> int | None:
    node = top.get(key)
    return default if node is None or is_null(node) else found.month(node, key)


def _number(
    top: Mapping[str, Node], key: str, default: float, found: Findings, *, low: float, high: float, unit: str,
    integer: bool = False, above_low: bool = False,
) -> float:  # fmt: skip
    node = top.get(key)
    if node is None or is_null(node):
        return default
    value = found.number(node, key, low=low, high=high, unit=unit, integer=integer, above_low=above_low)
    return default if value is None else value


def _small_world(node: Node | None, found: Findings, words: Vocabulary) -> SmallWorld | None:
    """The restriction of the world, or None for the whole of it."""
    table = found.table(node, "world", "'world'")
    if table is None:
        return None
    found.keys(table, WORLD_KEYS, "world", "'world'")
    chosen: dict[str, tuple[str, ...] | None] = {}
    for key, dimension in (("belts", "belt"), ("markets", "market"), ("provinces", "province")):
        item = table.entries.get(key)
        chosen[key] = None
        if item is None or is_null(item):
            continue
        known = words.members(dimension)
        names = found.words(item, f"world.{key}", known, dimension, words.suggest(dimension))
        if names == ():
            message = f"'{key}' is empty; leave the key out to keep all of them."
            found.add("empty_list", message, item, f"world.{key}", given=[], allowed=f"one {dimension} or more")
        chosen[key] = names
    smes, count = table.entries.get("smes"), None
    if smes is not None and not is_null(smes):
        count = found.number(smes, "world.smes", low=1, high=MOST_SMES, unit="firms", integer=True)
    return SmallWorld(chosen["belts"], chosen["markets"], chosen["provinces"], None if count is None else int(count))


def _overrides(node: Node | None, found: Findings, words: Vocabulary) -> dict[str, float]:
    """Model parameters set by the scenario, each within its declared bounds."""
    table = found.table(node, "parameters", "'parameters'")
    values: dict[str, float] = {}
    for path, item in table or ():
        place = f"parameters.{path}"
        declared = words.parameters.get(path)
        if declared is None:
            known = list(words.parameters)
            hint = nearest(path, known) or nearest(path, [name.split(".", 1)[-1] for name in known])
            full = hint if hint in known else next((name for name in known if hint and name.endswith(hint)), "")
            message = f"'{path}' is not a parameter of the model."
            allowed = f"{len(known)} paths, see `dualcirc policies`"
            found.add("unknown_parameter", message, item, place, given=path, allowed=allowed, suggestion=full)
        elif not is_null(item):
            value = found.number(
                item, place, low=declared.low, high=declared.high, unit=declared.unit, what=path,
                integer=declared.integer,
            )  # fmt: skip
            if value is not None:
                values[path] = value
    return values


def _two_sets(entries: Sequence[Read], found: Findings, words: Vocabulary) -> None:
    """Note pairs of entries that set one lever at the same place in the same month."""
    fixed = [(path, node, effect) for path, node, entry in entries for effect in entry.effects() if effect.op == "set"]
    noted = set()
    for (first, _, one), (second, node, two) in combinations(fixed, 2):
        if first == second or (first, second, one.lever) in noted or not _collide(one, two, words):
            continue
        noted.add((first, second, one.lever))
        begin = format_month(max(one.window.start, two.window.start, FIRST_MONTH))
        message = f"'{first}' and '{second}' both set the lever '{one.lever}' at the same places from {begin}."
        allowed = "one 'set' per lever, place and month"
        found.add("two_sets", message, node, second, given=one.lever, allowed=allowed)


def _collide(one: Effect, two: Effect, words: Vocabulary) -> bool:
    """Whether two effects set one lever at a common place and time."""
    if one.lever != two.lever:
        return False
    together = one.window.start <= two.window.until and two.window.start <= one.window.until
    return together and words.overlap(LEVERS.items[one.lever], one.where, two.where)


def _outside(entries: Sequence[Read], world: SmallWorld | None, found: Findings) -> None:
    """Warn of entries whose markets or belts are all left out of a small world: they do nothing there."""
    if world is None:
        return
    for key, kept in (("market", world.markets), ("belt", world.belts)):
        for path, node, entry in entries:
            named = entry.where.get(key)
            if kept is None or named is None or set(named) & set(kept):
                continue
            message = f"None of its places ({', '.join(named[:5])}) is in this scenario's small world."
            found.add(
                "outside_world", message, node, path, given=list(named), allowed=", ".join(kept), severity="warning"
            )
