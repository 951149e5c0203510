"""What the README says can be done and counted. Run as a script, this file writes the counts into the README."""

import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click
import pytest
import typer

PROJECT = Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
MARK, END = "<!-- evidence -->", "<!-- /evidence -->"
STATUSES = ("verified", "measured", "literature", "calibrated", "derived", "recalled", "paper", "assumed")


def counts() -> dict[str, Counter[str]]:
    """Rows by status: model parameters, parameters of policies and shocks, evidence tables."""
    from model.policies import policies
    from model.scenario.vocabulary import vocabulary
    from model.shocks import SHOCKS
    from model.world.load import evidence_folder
    from model.world.tables import read_tables

    declared = [p for policy in policies().values() for p in policy.parameters]
    declared += [p for shock in SHOCKS.values() for p in shock.numbers]
    tables = read_tables(evidence_folder())
    return {
        "model parameters (`parameters.csv`)": Counter(p.status for p in vocabulary().parameters.values()),
        "parameters of policies and shocks": Counter(p.status for p in declared),
        f"rows of the {len(tables)} other evidence tables": Counter(
            str(status) for table in tables.values() for status in table["status"]
        ),
    }


def evidence_table() -> str:
    """The counts as the README shows them: statuses without any row are left out."""
    rows = counts()
    used = [status for status in STATUSES if any(row[status] for row in rows.values())]
    lines = ["| | " + " | ".join(used) + " | all |", "|---|" + "---:|" * (len(used) + 1)]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(str(row[status]) for status in used) + f" | {row.total()} |")
    return "\n".join(lines)


def blocks(language: str) -> list[str]:
    """Code blocks of the README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(encoding="utf-8"), flags=re.M | re.S)


def command_lines() -> list[list[str]]:
    """Shell lines of the README as words, comments dropped."""
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines]


CALLS = [words for words in command_lines() if words[0].endswith("dualcirc")]


def test_every_shell_line_is_understood() -> None:
    known = (".venv/bin/dualcirc", ".venv/bin/python", "make")
    assert CALLS and not [words for words in command_lines() if words[0] not in known]


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_commands_and_flags_exist(words: list[str]) -> None:
    from experiments.cli import app
    from model.scenario import load_scenario

    command: click.Command = typer.main.get_command(app)
    rest = words[1:]
    while isinstance(command, click.Group):
        assert rest[0] in command.commands, rest[0]
        command, rest = command.commands[rest[0]], rest[1:]
    context = command.make_context(command.name, list(rest))  # parses, runs nothing
    for name in context.params.get("others") or ():
        load_scenario(name, context.params.get("settings") or ())


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    named = {words[1] for words in command_lines() if words[0] == "make"}
    named |= set(re.findall(r"`make ([a-z]+)`", README.read_text(encoding="utf-8")))
    assert named and named <= targets


def test_files_named_exist() -> None:
    named = set(re.findall(r"`([\w./-]+\.(?:md|py|yaml|csv|cff))`", README.read_text(encoding="utf-8")))
    named |= {words[1] for words in command_lines() if words[0].endswith("python")}
    assert named and not [name for name in named if not any((root / name).exists() for root in PLACES)]


PLACES = (PROJECT, PROJECT / "scenarios" / "evidence")


def test_result_files_are_those_written() -> None:
    from experiments.store import TABLES

    named = set(re.findall(r"^\| `(\w+)\.parquet`", README.read_text(encoding="utf-8"), flags=re.M))
    assert named and named <= set(TABLES)


def test_python_lines_run() -> None:
    (code,) = blocks("python")
    assert "months=24" in code
    short = (
        code.replace("months=24", "months=1") + "\nmodel.step(); assert set(result.indicators) >= {'month', 'value'}"
    )
    done = subprocess.run([sys.executable, "-c", short], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_evidence_counts_are_true() -> None:
    text = README.read_text(encoding="utf-8")
    shown = text.split(MARK)[1].split(END)[0].strip()
    assert shown == evidence_table(), "counts moved: run .venv/bin/python tests/docs/test_readme.py"


def test_number_of_policies_is_true() -> None:
    from model.policies import policies
    from model.shocks import SHOCKS

    text = " ".join(README.read_text(encoding="utf-8").split())
    small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    words = small.split()
    assert f"{words[len(policies())]} of the paper's fifteen policies" in text
    assert f"{words[len(SHOCKS)]} kinds of shock" in text


def main() -> None:
    """Write the counts into the README."""
    text = README.read_text(encoding="utf-8")
    before, after = text.split(MARK)[0], text.split(END)[1]
    README.write_text(f"{before}{MARK}\n{evidence_table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
