"""`dualcirc scenario …`: check, list, start and compare scenario files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.console import REFUSED, AsJson, Name, load, print_json, say_all
from model.kernel.refusals import Problem, Refused

scenarios = typer.Typer(
    help="Check, list, start and compare scenario files.", no_args_is_help=True, rich_markup_mode=None
)


@scenarios.command("check")
def scenario_check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a scenario.")],
    resolved: Annotated[bool, typer.Option("--resolved", help="Print the whole scenario as YAML.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find every fault of a scenario file."""
    from model.scenario import check_scenario

    chosen, problems = check_scenario(file)
    fatal = chosen is None or any(problem.severity == "error" for problem in problems)
    if as_json:
        print_json({"ok": not fatal, "problems": [problem.as_row() for problem in problems]})
    else:
        say_all(problems)
    if fatal or chosen is None:
        raise typer.Exit(REFUSED)
    if resolved and not as_json:
        from model.scenario import as_yaml

        print(as_yaml(chosen), end="")
    elif not as_json:
        print(f"{file}: in order")


@scenarios.command("list")
def scenario_list(as_json: AsJson = False) -> None:
    """List the scenarios that come with the project."""
    from model.scenario import list_scenarios

    rows: list[Any] = list_scenarios()
    if as_json:
        print_json(rows)
        return
    from experiments.show import columns

    print("\n".join(columns([(row["name"], row["label"]["en"], row["label"]["zh"]) for row in rows], left=3)))


@scenarios.command("new")
def scenario_new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario: the stem of its file.")],
    policy: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A policy to put in; may be given again.")
    ] = None,
    base: Annotated[str, typer.Option(metavar="SCENARIO", help="The scenario it extends.")] = "baseline",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; NAME.yaml when not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Start a scenario file, with the defaults and ranges of its policies written out."""
    from experiments.store import write_file
    from model.scenario import template

    if not name.replace("_", "").replace("-", "").isalnum():
        raise Refused([Problem("bad_name", f"'{name}' is no name.", given=name, allowed="letters, digits, - and _")])
    path = out or Path(f"{name}.yaml")
    if path.exists():
        raise Refused([Problem("file_exists", f"'{path}' exists and is left alone.", given=str(path))])
    text = template(policy or [], base)
    write_file(path, lambda handle: handle.write(text.encode()))
    if as_json:
        print_json({"name": name, "path": str(path)})
    else:
        print(path)


@scenarios.command("diff")
def scenario_diff(one: Name, two: Name, as_json: AsJson = False) -> None:
    """Show where two scenarios differ, defaults written out."""
    from experiments.show import columns
    from model.scenario import differences

    rows = differences(load(one, None), load(two, None))
    if as_json:
        print_json([{"path": path, "a": a, "b": b} for path, a, b in rows])
        return
    table = [("", one, two), *((path, _short(a), _short(b)) for path, a, b in rows)]
    print("\n".join(columns(table, left=3)) if rows else "They are the same.")


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
