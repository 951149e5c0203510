"""Reading the entries of a scenario: policies, shocks and direct settings of levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.kernel.calendar import FOREVER, Window, format_month
from model.kernel.declare import Parameter
from model.kernel.refusals import nearest
from model.levers import LEVERS, LeverSpec, Where
from model.policies import Policy, policies
from model.scenario.findings import Findings, bounds_text, names_text
from model.scenario.nodes import Node, Table, Word, is_null, kind_of
from model.scenario.plan import LeverEntry, PolicyEntry, ShockEntry, missed_text, run_text
from model.scenario.vocabulary import DIMENSIONS, Vocabulary
from model.shocks import SHOCKS, Shock

ENTRY_KEYS: Final = ("from", "until", "ramp_months", "where")
OPS: Final = ("add", "multiply", "set")
WHERE_KEYS: Final = (*DIMENSIONS, "pilot_zone", "share", "draw")
MOST_RAMP: Final = 120
MOST_FACTOR: Final = 100.0
MOST_DRAW: Final = 2**31 - 1


@dataclass(frozen=True)
class Reading:
    """What the readers of entries share: where faults go, the words allowed, and the run's months."""

    findings: Findings
    words: Vocabulary
    start: int
    months: int
    policies_from: int


def read_policies(node: Node | None, reading: Reading) -> list[tuple[str, Node, PolicyEntry]]:
    """The policies of a scenario as (path, node, entry), those without faults."""
    found = reading.findings
    table = found.table(node, "policies", "'policies'")
    entries = []
    for id, below in sorted(table.entries.items()) if table else ():
        path = f"policies.{id}"
        policy = policies().get(id)
        if policy is None:
            found.add(
                "unknown_policy", f"'{id}' is not a policy of the model.", below, path, given=id,
                allowed=", ".join(policies()), suggestion=nearest(id, list(policies())),
            )  # fmt: skip
        elif is_null(below):
            message = f"Nothing follows '{id}:'; write {{}} for the policy with its defaults."
            found.add("null_not_allowed", message, below, path, allowed="a mapping", suggestion="{}")
        else:
            body = found.table(below, path, f"'{id}'")
            entry = _policy(policy, body, path, reading) if body else None
            entries.extend([(path, below, entry)] if entry else [])
    return entries


def _policy(policy: Policy, body: Table, path: str, reading: Reading) -> PolicyEntry | None:
    before = reading.findings.counted()
    keys = tuple(parameter.name for parameter in policy.parameters)
    reading.findings.keys(body, keys + ENTRY_KEYS, path, f"the policy '{policy.id}'")
    values = _parameters(policy.parameters, body, path, reading)
    window = _window(body, path, reading)
    where = _where(body.entries.get("where"), f"{path}.where", policy.where_keys, f"'{policy.id}'", {}, reading)
    if reading.findings.counted() > before or window is None:
        return None
    return PolicyEntry(policy.id, values, window, where)


def read_shocks(node: Node | None, reading: Reading) -> list[tuple[str, Node, ShockEntry]]:
    """The shocks of a scenario as (path, node, entry), those without faults."""
    found = reading.findings
    entries = []
    for number, below in enumerate(found.items(node, "shocks", "'shocks'")):
        path = f"shocks.{number}"
        body = found.table(below, path, "A shock")
        name = _named(body, below, "kind", tuple(SHOCKS), "a shock", path, found)
        entry = _shock(SHOCKS[name], body, path, reading) if body and name else None
        entries.extend([(path, below, entry)] if entry else [])
    return entries


def _shock(shock: Shock, body: Table, path: str, reading: Reading) -> ShockEntry | None:
    found = reading.findings
    before = found.counted()
    keys = tuple(parameter.name for parameter in shock.parameters)
    found.keys(body, ("kind", *keys, *ENTRY_KEYS), path, f"the shock '{shock.kind}'")
    values = _parameters(shock.numbers, body, path, reading)
    window = _window(body, path, reading)
    beside = {key: body.entries[key] for key in shock.places if not is_null(body.entries.get(key, _NOTHING))}
    where = _where(body.entries.get("where"), f"{path}.where", shock.where_keys, f"'{shock.kind}'", beside, reading)
    if found.counted() > before or window is None:
        return None
    if shock.needs and not set(shock.needs) & set(where.keys):
        needed = " or ".join(f"'{key}'" for key in shock.needs)
        message = f"The shock '{shock.kind}' does not say where it hits; give {needed}."
        found.add("place_missing", message, body, path, given=None, allowed=", ".join(shock.needs))
        return None
    return ShockEntry(shock.kind, values, window, where)


def read_levers(node: Node | None, reading: Reading) -> list[tuple[str, Node, LeverEntry]]:
    """The direct settings of a scenario as (path, node, entry), those without faults."""
    found = reading.findings
    entries = []
    for number, below in enumerate(found.items(node, "levers", "'levers'")):
        path = f"levers.{number}"
        body = found.table(below, path, "A lever entry")
        name = _named(body, below, "lever", LEVERS.ids(), "a lever entry", path, found)
        entry = _lever(LEVERS.items[name], body, path, reading) if body and name else None
        entries.extend([(path, below, entry)] if entry else [])
    return entries


def _lever(spec: LeverSpec, body: Table, path: str, reading: Reading) -> LeverEntry | None:
    found = reading.findings
    before = found.counted()
    found.keys(body, ("lever", *OPS, *ENTRY_KEYS), path, "a lever entry")
    given = [op for op in OPS if not is_null(body.entries.get(op, _NOTHING))]
    if len(given) != 1:
        shown = " and ".join(given) or "none of them"
        message = f"A lever entry has exactly one of add, multiply and set, but here stands {shown}."
        found.add("one_operation", message, body, path, given=given, allowed="one of add, multiply, set")
    value = None
    for op in given:
        low, high, unit = _operation_bounds(spec, op)
        value = found.number(body.entries[op], f"{path}.{op}", low=low, high=high, unit=unit)
    if "multiply" in given and spec.combine == "any":
        message = f"'{spec.id}' is switched on or off; it cannot be multiplied."
        found.add("not_for_a_flag", message, body.entries["multiply"], f"{path}.multiply", allowed="add, set")
    window = _window(body, path, reading)
    keys = tuple(key for key in WHERE_KEYS if spec.understands(key))
    where = _where(body.entries.get("where"), f"{path}.where", keys, f"the lever '{spec.id}'", {}, reading)
    if found.counted() > before or window is None or value is None:
        return None
    return LeverEntry(spec.id, given[0], value, window, where)


def _operation_bounds(spec: LeverSpec, op: str) -> tuple[float, float, str]:
    """Bounds and unit of the number behind add, multiply or set."""
    if op == "set":
        return spec.low, spec.high, spec.unit
    if op == "multiply":
        return 0.0, MOST_FACTOR, "factor"
    return spec.low - spec.high, spec.high - spec.low, spec.unit


_NOTHING: Final = Word("", 0, "")
_NOUNS: Final = {"kind": "kind of shock", "lever": "lever"}


def _named(
    body: Table | None, node: Node, key: str, known: Sequence[str], what: str, path: str, found: Findings
) -> str | None:
    """The word that says which shock or lever an entry is."""
    if body is None:
        if is_null(node):
            found.add("null_not_allowed", f"Nothing follows the dash of {what}.", node, path, allowed="a mapping")
        return None
    name = body.entries.get(key, _NOTHING)
    if isinstance(name, Word) and name.raw in known:
        return name.raw
    if is_null(name):
        message = f"The key '{key}' is missing from {what}."
        suggestion = next((f"{key}: {other}" for other, _ in body if other in known), "")
        found.add("key_missing", message, node, f"{path}.{key}", allowed=names_text(known), suggestion=suggestion)
        return None
    given = name.raw if isinstance(name, Word) else kind_of(name)
    found.add(
        f"unknown_{key}", f"'{given}' is not a {_NOUNS[key]} of the model.", name, f"{path}.{key}",
        given=given, allowed=names_text(known), suggestion=nearest(given, known),
    )  # fmt: skip
    return None


def _parameters(declared: Sequence[Parameter], body: Table, path: str, reading: Reading) -> dict[str, Any]:
    """Values of all declared parameters: those given, else the defaults."""
    values: dict[str, Any] = {}
    for parameter in declared:
        values[parameter.name] = parameter.value
        node = body.entries.get(parameter.name)
        if node is None:
            continue
        place = f"{path}.{parameter.name}"
        if is_null(node):
            values[parameter.name] = None
            if not parameter.optional:
                message = f"'{parameter.name}' has no value; leave the line out for the default {parameter.value}."
                reading.findings.add("null_not_allowed", message, node, place, allowed=_allowed(parameter))
        elif parameter.members is not None:
            known = reading.words.members(parameter.members)
            suggest = reading.words.suggest(parameter.members)
            chosen = reading.findings.words(node, place, known, parameter.members, suggest)
            values[parameter.name] = chosen or ()
        else:
            values[parameter.name] = reading.findings.number(
                node,
                place,
                low=parameter.low,
                high=parameter.high,
                unit=parameter.unit,
                integer=parameter.integer,
            )
    return values


def _allowed(parameter: Parameter) -> str:
    return bounds_text(parameter.low, parameter.high, parameter.unit)


def _window(body: Table, path: str, reading: Reading) -> Window | None:
    """When an entry acts, checked against the run."""
    found = reading.findings
    before = found.counted()
    start, until = body.entries.get("from", _NOTHING), body.entries.get("until", _NOTHING)
    first = reading.policies_from if is_null(start) else found.month(start, f"{path}.from")
    last = FOREVER if is_null(until) else found.month(until, f"{path}.until")
    ramp, node = 0.0, body.entries.get("ramp_months", _NOTHING)
    if not is_null(node):
        ramp = found.number(node, f"{path}.ramp_months", low=0, high=MOST_RAMP, unit="months", integer=True) or 0
    if first is None or last is None or found.counted() > before:
        return None
    if last < first:
        message = f"It ends in {format_month(last)}, before it starts in {format_month(first)}."
        found.add("window_ends_early", message, until, f"{path}.until", allowed=f"{format_month(first)} or later")
        return None
    window = Window(first, last, int(ramp))
    if not window.touches(reading.start, reading.months):
        own = (start, "from") if first >= reading.start + reading.months else (until, "until")
        at, key = own if not is_null(own[0]) else (body, "from")
        message = missed_text(window, reading.start, reading.months)
        found.add(
            "window_misses_run", message, at, f"{path}.{key}", given=format_month(first),
            allowed=run_text(reading.start, reading.months),
        )  # fmt: skip
        return None
    return window


def _where(
    node: Node | None, path: str, keys: Sequence[str], what: str, beside: Mapping[str, Node], reading: Reading
) -> Where:
    """A restriction; `beside` holds place keys written in the entry itself (a shock's market)."""
    found = reading.findings
    table = found.table(node, path, "'where'")
    given = {key: (item, f"{path}.{key}") for key, item in (table or ()) if not is_null(item)}
    for key, item in beside.items():
        place = f"{path.removesuffix('.where')}.{key}"
        if key in given:
            message = f"'{key}' is given twice: in the entry and under its 'where'."
            found.add("given_twice", message, item, place, allowed="one of the two")
        given[key] = (item, place)
    members = {}
    for key, (item, place) in given.items():
        if not _key_allowed(key, item, place, keys, what, found):
            continue
        if key in DIMENSIONS:
            members[key] = _members(key, item, place, reading)
    zone = found.flag(*given["pilot_zone"]) if "pilot_zone" in given and "pilot_zone" in keys else None
    share, draw = _random_share(given, keys, found)
    chosen = tuple(sorted((key, tuple(sorted(words))) for key, words in members.items()))
    return Where(chosen, zone, share, draw)


def _key_allowed(key: str, node: Node, path: str, keys: Sequence[str], what: str, found: Findings) -> bool:
    """Whether a key of a restriction is known and means something here; else the fault is noted."""
    if key in keys or (key == "draw" and "share" in keys):
        return True
    allowed = ", ".join(keys) or "no restriction at all"
    if key in WHERE_KEYS:
        message = f"{what[:1].upper()}{what[1:]} cannot be restricted by '{key}'."
        found.add("where_not_understood", message, node, path, given=key, allowed=allowed)
    else:
        known = keys if nearest(key, keys) else WHERE_KEYS
        table = Table(node.file, node.line, {key: node})
        found.keys(table, tuple(known), path.rpartition(".")[0], f"'where' of {what}")
    return False


def _members(key: str, node: Node, path: str, reading: Reading) -> tuple[str, ...]:
    before = reading.findings.counted()
    known = reading.words.members(key)
    chosen = reading.findings.words(node, path, known, key, reading.words.suggest(key))
    if not chosen and reading.findings.counted() == before:
        message = f"The list of '{key}' is empty and would pick nothing; leave the key out for all."
        reading.findings.add("empty_list", message, node, path, given=[], allowed=f"one {key} or more")
    return chosen or ()


def _random_share(
    given: Mapping[str, tuple[Node, str]], keys: Sequence[str], found: Findings
) -> tuple[float | None, int]:
    """The random share of firms and the number of its draw."""
    share: float | None = None
    draw: float | None = 0
    if "share" in given and "share" in keys:
        share = found.number(*given["share"], low=0.0, high=1.0, unit="share of firms")
    if "draw" in given and "share" in keys:
        draw = found.number(*given["draw"], low=0, high=MOST_DRAW, unit="", integer=True)
        if "share" not in given:
            message = "'draw' numbers the draw of a random 'share', which is not given."
            found.add("draw_without_share", message, *given["draw"], allowed="share and draw together")
    return share, int(draw or 0)
