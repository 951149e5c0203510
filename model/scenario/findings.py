"""Reading values out of a tree: a reader notes what is wrong and goes on, so all faults are told at once."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from model.kernel.calendar import FIRST_MONTH, LAST_MONTH, format_month, parse_month
from model.kernel.refusals import Problem, nearest
from model.scenario.nodes import Items, Node, Table, Word, is_null, kind_of, plain_value

MOST_QUOTED: Final = 120
"""Characters of a file that a message repeats at most."""

MOST_SHOWN: Final = 30
"""Longer lists of names are not told in a message."""

MONTHS_ALLOWED: Final = f"{format_month(FIRST_MONTH)} to {format_month(LAST_MONTH)}, written YYYY-MM"

Bounds = tuple[float | None, float | None, str]
"""Low, high and unit of a number."""

SYNONYMS: Final[Mapping[str, str]] = {
    "begin": "from", "starts": "from", "since": "from", "start": "from", "开始": "from", "起始": "from",
    "end": "until", "ends": "until", "to": "until", "till": "until", "stop": "until", "结束": "until",
    "ramp": "ramp_months", "country": "market", "countries": "market", "国家": "market", "市场": "market",
    "地区": "region",
    "省": "province", "省份": "province", "城市": "city", "产业带": "belt", "品类": "category",
    "平台": "platform", "口岸": "gateway", "port": "gateway", "海外仓": "hub", "warehouse": "hub",
    "policy": "policies", "政策": "policies", "shock": "shocks", "冲击": "shocks", "lever": "levers",
    "title": "name", "名称": "name", "parent": "extends", "base": "extends", "params": "parameters",
    "参数": "parameters", "duration": "months", "length": "months", "policy_start": "policies_from",
    "type": "kind", "seed": "draw", "fraction": "share", "zone": "pilot_zone", "cn": "zh", "value": "set",
}  # fmt: skip
"""Words that people write for a key; used for the hint only, and only where the key is allowed."""

_MONTH_LIKE: Final = re.compile(r"(\d{4})(?:\D+(\d{1,2}))?(?:\D.*)?")
_NUMBER_LIKE: Final = re.compile(r"([-+]?[\d,_. ]*\d\.?(?:[eE][-+]?\d+)?)\s*(%|万|亿|k|m|bn|million|billion)?")
_TIMES: Final[Mapping[str, float]] = {
    "%": 0.01, "万": 1e4, "亿": 1e8, "k": 1e3, "m": 1e6, "bn": 1e9, "million": 1e6, "billion": 1e9,
}  # fmt: skip


def number_text(value: float) -> str:
    """A number as one would write it in a file; shares keep two digits after the point (0.30)."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    short = f"{value:.2f}"
    return short if float(short) == value else f"{value:.10g}"


def compact(value: float) -> str:
    """A number in few signs: 0.3, 50000, 2.0e9."""
    if abs(value) < 1e6:
        return f"{value:g}"
    digits, _, power = f"{value:e}".partition("e")
    digits = digits.rstrip("0")
    return f"{digits}0e{int(power)}" if digits.endswith(".") else f"{digits}e{int(power)}"


def bounds_text(low: float | None, high: float | None, unit: str) -> str:
    """The allowed range in words."""
    ends = [compact(end) for end in (low, high) if end is not None]
    return " ".join(part for part in (" to ".join(ends), unit) if part)


def names_text(names: Sequence[str]) -> str:
    """The names, or how many there are where they would fill the screen."""
    return ", ".join(names) if len(names) <= MOST_SHOWN else f"{len(names)} names, see `dualcirc policies`"


class Findings:
    """The problems of one scenario, and readers that note them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(
        self, code: str, message: str, node: Node, path: str, *, allowed: str = "", suggestion: str = "",
        given: Any = None, severity: str = "error",
    ) -> None:  # fmt: skip
        """Note a problem at a node."""
        shown = plain_value(node) if given is None else given
        shown = shown[:MOST_QUOTED] if isinstance(shown, str) else shown
        message, path = message[: 4 * MOST_QUOTED], path[: 2 * MOST_QUOTED]
        self.problems.append(Problem(code, message, node.file, node.line, path, shown, allowed, suggestion, severity))

    @property
    def failed(self) -> bool:
        """Whether anything stands in the way of a run."""
        return any(problem.severity == "error" for problem in self.problems)

    def counted(self) -> int:
        """Number of errors so far: compare before and after to know whether a reader found any."""
        return sum(problem.severity == "error" for problem in self.problems)

    def table(self, node: Node | None, path: str, what: str) -> Table | None:
        """The node as a mapping; None when it is missing, null or (noted) something else."""
        if node is None or is_null(node):
            return None
        if isinstance(node, Table):
            return node
        self.add("not_a_mapping", f"{what} must be a mapping of keys to values, not {kind_of(node)}.", node, path)
        return None

    def items(self, node: Node | None, path: str, what: str) -> Sequence[Node]:
        """The node as a list; empty when it is missing, null or (noted) something else."""
        if node is None or is_null(node):
            return ()
        if isinstance(node, Items):
            return node.items
        message = f"{what} must be a list (lines that begin with '- '), not {kind_of(node)}."
        self.add("not_a_list", message, node, path)
        return ()

    def keys(self, table: Table, allowed: Sequence[str], path: str, what: str) -> None:
        """Note every key that is not allowed, with the nearest that is."""
        for key, node in table:
            if key in allowed:
                continue
            hint = SYNONYMS.get(key.lower(), "")
            suggestion = hint if hint in allowed else nearest(key, allowed)
            shown = names_text(allowed)
            place = f"{path}.{key}" if path else key
            self.add(
                "unknown_key", f"'{key}' is not a key of {what}.", node, place,
                given=key, allowed=shown, suggestion=suggestion,
            )  # fmt: skip

    def number(
        self, node: Node, path: str, *, low: float | None, high: float | None, unit: str = "", what: str = "",
        integer: bool = False, above_low: bool = False,
    ) -> float | None:  # fmt: skip
        """The node as a number within bounds, or None with the fault noted."""
        name = what or path.rsplit(".", 1)[-1]
        allowed = ("above " if above_low else "") + bounds_text(low, high, unit)
        value = node.value if isinstance(node, Word) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._not_a_number(node, path, name, allowed)
            return None
        if not math.isfinite(value):
            message = f"'{name}' must be an ordinary number; {kind_of(node)} is infinite, undefined or too small."
            self.add("not_finite", message, node, path, allowed=allowed)
            return None
        if integer and value != int(value):
            message = f"'{name}' must be a whole number, not {value:g}."
            self.add("not_whole", message, node, path, allowed=allowed, suggestion=str(round(value)))
            return None
        outside = (low is not None and value < low) or (high is not None and value > high)
        if outside or (above_low and value == low):
            self._out_of_bounds(node, path, name, float(value), (low, high, unit), allowed)
            return None
        return int(value) if integer else float(value) + 0.0

    def _not_a_number(self, node: Node, path: str, name: str, allowed: str) -> None:
        suggestion, how = _repaired(node)
        message = f"'{name}' must be a number, not {kind_of(node)}{how}."
        self.add("not_a_number", message, node, path, allowed=allowed, suggestion=suggestion)

    def _out_of_bounds(self, node: Node, path: str, name: str, value: float, bounds: Bounds, allowed: str) -> None:
        low, high, unit = bounds
        share = high is not None and value > high and "yuan" not in unit and value / 100 >= (low or 0.0)
        percent = share and high is not None and value / 100 <= high <= 5.0
        suggestion = number_text(value / 100) if percent else ""
        how = f"; for {number_text(value)} per cent write {suggestion}" if percent else ""
        too = "high" if high is not None and value > high else "low"
        message = f"'{name}' is {number_text(value)}, which is too {too}{how}."
        self.add("out_of_bounds", message, node, path, allowed=allowed, suggestion=suggestion)

    def month(self, node: Node, path: str) -> int | None:
        """The node as an absolute month, or None with the fault noted."""
        raw = node.raw if isinstance(node, Word) else ""
        try:
            month = parse_month(raw)
        except ValueError:
            like = _MONTH_LIKE.fullmatch(unicodedata.normalize("NFKC", raw))
            number = int(like[2] or 1) if like else 0
            suggestion = f"{like[1]}-{number:02d}" if like and 1 <= number <= 12 else ""
            message = f"'{path.rsplit('.', 1)[-1]}' must be a month written YYYY-MM, not {kind_of(node)}."
            self.add("not_a_month", message, node, path, allowed=MONTHS_ALLOWED, suggestion=suggestion)
            return None
        if not FIRST_MONTH <= month <= LAST_MONTH:
            message = f"{raw} lies outside the years that the model covers."
            self.add("month_out_of_range", message, node, path, allowed=MONTHS_ALLOWED)
            return None
        return month

    def flag(self, node: Node, path: str) -> bool | None:
        """The node as true or false, or None with the fault noted."""
        value = node.value if isinstance(node, Word) else None
        if isinstance(value, bool):
            return value
        word = node.raw.lower() if isinstance(node, Word) else ""
        suggestion = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
        name = path.rsplit(".", 1)[-1]
        message = f"'{name}' must be true or false, not {kind_of(node)}."
        self.add("not_a_flag", message, node, path, allowed="true, false", suggestion=suggestion.get(word, ""))
        return None

    def words(
        self,
        node: Node,
        path: str,
        known: Sequence[str],
        kind: str,
        suggest: Callable[[str], str] | None = None,
    ) -> tuple[str, ...] | None:
        """One member or a list of members, in the order of `known`, each once; None with the fault noted."""
        members: Iterable[Node] = node.items if isinstance(node, Items) else (node,)
        before = self.counted()
        chosen = set()
        for number, member in enumerate(members):
            place = f"{path}.{number}" if isinstance(node, Items) else path
            if not isinstance(member, Word):
                message = f"Here stands {kind_of(member)} where the name of a {kind} belongs."
                self.add("not_a_name", message, member, place)
            elif member.raw in known:
                chosen.add(member.raw)
            else:
                self._unknown_member(member, place, known, kind, suggest)
        return None if self.counted() > before else tuple(name for name in known if name in chosen)

    def _unknown_member(
        self, member: Word, path: str, known: Sequence[str], kind: str, suggest: Callable[[str], str] | None
    ) -> None:
        hint = suggest(member.raw) if suggest else ""
        shown = names_text(known)
        self.add(
            "unknown_member", f"'{member.raw[:60]}' is not a known {kind}.", member, path,
            given=member.raw, allowed=shown, suggestion=hint or nearest(member.raw, known),
        )  # fmt: skip


def _repaired(node: Node) -> tuple[str, str]:
    """What a text that is not a number was probably meant to be, and how to write it."""
    if not isinstance(node, Word) or isinstance(node.value, bool):
        return "", ""
    text = unicodedata.normalize("NFKC", node.raw).strip().lower()
    found = _NUMBER_LIKE.fullmatch(text)
    if not found:
        return "", ""
    try:
        value = float(found[1].replace(",", "").replace("_", "").replace(" ", ""))
    except ValueError:
        return "", ""
    value = round(value * _TIMES.get(found[2] or "", 1.0), 12)
    if not math.isfinite(value):
        return "", ""
    written = number_text(value)
    if found[2] == "%":
        return written, f" (a share is written as a fraction: {written})"
    return written, f" (write {written}, without quotes, units or separators)"
