"""Where scenario files are: names, paths, chains of `extends`, and settings from the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from model.kernel.refusals import Problem, Refused, nearest
from model.policies import policies
from model.scenario.nodes import Items, Node, Table, Word, is_null, kind_of, merged
from model.scenario.text import read_file, read_node, read_text

SCENARIOS: Final = Path(__file__).resolve().parents[2] / "scenarios"
SUFFIXES: Final = (".yaml", ".yml")
COMMAND_LINE: Final = "--set"
SCHEMA: Final = 1
OLDEST_SCHEMA: Final = 0
"""Drafts before the first release called themselves 0; their keys are those of 1."""

_NOT_SCENARIOS: Final = ("calibration", "claims.yaml", "designs", "evidence")
"""What lies beside the scenarios and is none: folders, and the file of the paper's claims."""


def find_scenarios(folder: Path = SCENARIOS) -> dict[str, Path]:
    """Name → file of every scenario under the folder, by name. Raises Refused when a name is used twice."""
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in sorted(path for suffix in SUFFIXES for path in folder.rglob(f"*{suffix}")):
        if path.relative_to(folder).parts[0] in _NOT_SCENARIOS:
            continue
        if path.stem in found:
            other = shown_name(found[path.stem], folder)
            message = f"The name '{path.stem}' is already that of {other}; a scenario's name is its file's stem."
            problems.append(Problem("duplicate_scenario", message, shown_name(path, folder), given=path.stem))
        found.setdefault(path.stem, path)
    if problems:
        raise Refused(problems)
    return dict(sorted(found.items()))


def shown_name(path: Path, folder: Path = SCENARIOS) -> str:
    """How a file is called in messages: from the scenarios folder on, if it is in there."""
    try:
        return path.resolve().relative_to(folder.parent).as_posix()
    except (ValueError, OSError, RuntimeError):
        return str(path)


def locate(name_or_path: str | Path, folder: Path = SCENARIOS) -> Path:
    """The file meant by a name or a path. Raises Refused for an unknown name."""
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or "\\" in text or text.endswith(SUFFIXES):
        return Path(name_or_path)
    known = find_scenarios(folder)
    if text in known:
        return known[text]
    message = f"There is no scenario called '{text}'."
    allowed = "a scenario's name (see `dualcirc scenario list`) or the path of a .yaml file"
    raise Refused(
        [
            Problem(
                "unknown_scenario",
                message,
                given=text,
                allowed=allowed,
                suggestion=nearest(text, list(known)),
            )
        ]
    )


def keeps_null(path: tuple[str, ...]) -> bool:
    """Whether null is a value at this path: an optional parameter of a policy, where it means *none*."""
    if len(path) != 3 or path[0] != "policies" or path[1] not in policies():
        return False
    return any(item.name == path[2] and item.optional for item in policies()[path[1]].parameters)


def load_chain(path: Path, folder: Path = SCENARIOS) -> Table:
    """A file laid on everything it extends, `extends` itself taken out. Raises Refused."""
    return _chained(read_file(path, shown_name(path, folder)), path, folder)


def text_chain(text: bytes, name: str, folder: Path = SCENARIOS) -> Table:
    """As `load_chain`, of a text that is no file: it may extend the scenarios of the folder only. Raises Refused."""
    return _chained(read_text(text, name), None, folder)


def _chained(tree: Table, path: Path | None, folder: Path) -> Table:
    links = [tree]
    seen = [] if path is None else [_resolved(path)]
    while (path := _next(links[-1], path, seen, folder)) is not None:
        seen.append(_resolved(path))
        links.append(read_file(path, shown_name(path, folder)))
    problems = [problem for link in links for problem in _schema_faults(link)]
    if problems:
        raise Refused(problems)
    whole: Node = Table(links[-1].file, links[-1].line, {})
    for link in reversed(links):
        whole = merged(whole, link, keeps_null)
    assert isinstance(whole, Table)
    own = {key: node for key, node in whole if key != "extends"}
    return Table(whole.file, whole.line, own)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def _next(tree: Table, path: Path | None, seen: Sequence[Path], folder: Path) -> Path | None:
    """The file that this one extends, or None."""
    node = tree.entries.get("extends")
    if node is None or is_null(node):
        return None
    if not isinstance(node, Word):
        message = f"'extends' names one scenario, but here stands {kind_of(node)}."
        raise Refused([Problem("not_a_name", message, node.file, node.line, "extends")])
    known = find_scenarios(folder)
    beside = {}
    if path is not None:
        beside = {file.stem: file for suffix in SUFFIXES for file in sorted(path.parent.glob(f"*{suffix}"))}
    target = known.get(node.raw) or beside.get(node.raw)
    if target is None:
        names = list({**known, **beside})
        message = f"There is no scenario called '{node.raw}' to extend."
        raise Refused(
            [
                Problem(
                    "unknown_scenario", message, node.file, node.line, "extends", node.raw,
                    "a scenario's name, see `dualcirc scenario list`", nearest(node.raw, names),
                )
            ]
        )  # fmt: skip
    if _resolved(target) in seen:
        chain = " → ".join([file.stem for file in seen] + [target.stem])
        message = f"'extends' goes in a circle: {chain}."
        raise Refused([Problem("extends_circle", message, node.file, node.line, "extends", node.raw)])
    return target


def _schema_faults(tree: Table) -> list[Problem]:
    """What is wrong with the `schema` of one file."""
    node = tree.entries.get("schema")
    allowed = f"schema: {SCHEMA}"
    if node is None:
        message = f"The file does not say which schema it follows; write 'schema: {SCHEMA}' on its first line."
        return [Problem("schema_missing", message, tree.file, 0, "schema", None, allowed, allowed)]
    number = node.value if isinstance(node, Word) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < OLDEST_SCHEMA:
        message = f"'schema' must be the number {SCHEMA}, not {kind_of(node)}."
        return [Problem("schema_unknown", message, node.file, node.line, "schema", number, allowed, str(SCHEMA))]
    if number > SCHEMA:
        message = f"The file follows schema {number}, which is newer than this version of dualcirc reads."
        return [Problem("schema_too_new", message, node.file, node.line, "schema", number, allowed)]
    return []


_SETTING: Final = re.compile(r"([^=\s]+)=(.*)", re.DOTALL)


def apply_settings(tree: Table, settings: Sequence[str]) -> Table:
    """The tree with `PATH=VALUE` settings laid on it. Raises Refused with every malformed one."""
    problems: list[Problem] = []
    for setting in settings:
        try:
            tree = _applied(tree, setting)
        except Refused as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise Refused(problems)
    return tree


def _applied(tree: Table, setting: str) -> Table:
    found = _SETTING.fullmatch(setting.strip())
    if not found or not all(_parts(found[1])):
        message = f"'{setting[:60]}' is not a setting written PATH=VALUE."
        example = "policies.overseas_warehouse_fund.rate=0.4"
        raise Refused([Problem("bad_setting", message, COMMAND_LINE, given=setting, allowed=f"such as {example}")])
    path, value = found[1], found[2]
    try:
        node = read_node(value, COMMAND_LINE)
    except Refused as refusal:
        raise Refused([_from_command(problem, path, value) for problem in refusal.problems]) from refusal
    if path in ("extends", "schema"):
        message = f"'{path}' belongs to the file and cannot be set from outside."
        raise Refused([Problem("bad_setting", message, COMMAND_LINE, 0, path, value)])
    changed = _placed(tree, _parts(path), _on_line_zero(node), path, 0)
    assert isinstance(changed, Table)
    return changed


def _parts(path: str) -> list[str]:
    """The keys of a path; what follows `parameters.` is one key, dots and all."""
    if path.startswith("parameters."):
        return ["parameters", path.removeprefix("parameters.")]
    return path.split(".")


def _from_command(problem: Problem, path: str, value: str) -> Problem:
    return Problem(problem.code, problem.message, COMMAND_LINE, 0, path, value, problem.allowed)


def _on_line_zero(node: Node) -> Node:
    """The node as one that comes from no line of a file."""
    if isinstance(node, Word):
        return Word(COMMAND_LINE, 0, node.raw, node.plain)
    if isinstance(node, Items):
        return Items(COMMAND_LINE, 0, tuple(_on_line_zero(item) for item in node.items))
    entries: Mapping[str, Node] = node.entries if isinstance(node, Table) else {}
    return Table(COMMAND_LINE, 0, {key: _on_line_zero(item) for key, item in entries.items()})


def _placed(tree: Node, parts: Sequence[str], node: Node, path: str, depth: int) -> Node:
    """The tree with the node at the end of the path; tables on the way are made when missing."""
    if depth == len(parts):
        return node
    part = parts[depth]
    if isinstance(tree, Items):
        if not part.isdigit() or int(part) >= len(tree.items):
            message = f"'{part}' does not count an entry of '{'.'.join(parts[:depth])}'."
            allowed = f"0 to {len(tree.items) - 1}" if tree.items else "nothing: the list is empty"
            raise Refused([Problem("unknown_path", message, COMMAND_LINE, 0, path, part, allowed)])
        items = list(tree.items)
        items[int(part)] = _placed(items[int(part)], parts, node, path, depth + 1)
        return Items(tree.file, tree.line, tuple(items))
    if not isinstance(tree, Table):
        message = f"'{'.'.join(parts[:depth])}' is a value and has no key '{part}'."
        raise Refused([Problem("unknown_path", message, COMMAND_LINE, 0, path, part)])
    below = tree.entries.get(part)
    if below is None or (is_null(below) and depth + 1 < len(parts)):
        below = Table(COMMAND_LINE, 0, {})
    new = _placed(below, parts, node, path, depth + 1)
    entries = dict(tree.entries)
    if is_null(new) and part in entries and not keeps_null(tuple(parts)):
        del entries[part]
    else:
        entries[part] = new
    return Table(tree.file, tree.line, entries)
