"""The command line. Results go to stdout, everything else to stderr; the exit code says how it ended.

Heavy imports stand inside the commands, so that `--help` and a refused option answer at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.app_cli import app as serve_page
from experiments.calibrate_cli import calibrate
from experiments.claims_cli import claims
from experiments.console import (
    DONE,
    PARTLY,
    STOPPED,
    AsJson,
    Lang,
    Name,
    check_lang,
    cores,
    explained,
    load,
    print_json,
    say,
)
from experiments.matrix_cli import matrix
from experiments.memory import keep_memory
from experiments.report_cli import Forms, forms_of, report, write_forms
from experiments.robustness_cli import robustness
from experiments.scenario_cli import scenarios
from experiments.sensitivity_cli import sensitivity
from experiments.sweep_cli import sweep
from experiments.validate_cli import validate
from model.kernel.refusals import Problem, Refused, unknown

if TYPE_CHECKING:
    from experiments.compare import Comparison
    from experiments.trace import FirmStory
    from model.scenario import Scenario

STARTED = time.perf_counter()
_INTERRUPTED = 130  # what Typer makes of Ctrl-C

app = typer.Typer(
    name="dualcirc",
    help="An agent-based policy laboratory for China's cross-border e-commerce.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(scenarios, name="scenario")
app.command("app")(serve_page)
app.command("claims")(claims)
app.command("matrix")(matrix)
app.command("report")(report)
app.command("robustness")(robustness)
app.command("sensitivity")(sensitivity)
app.command("sweep")(sweep)
app.command("calibrate")(calibrate)
app.command("validate")(validate)

Months = Annotated[int | None, typer.Option(help="Months to simulate, counted from the scenario's start.")]
Scale = Annotated[float | None, typer.Option(help="SME agents per real SME, above 0 and up to 1.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario; may be given again."),
]
Out = Annotated[Path | None, typer.Option(metavar="FOLDER", help="Result folder; out/SCENARIO when not given.")]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        print(f"dualcirc {metadata.version('dualcirc')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """An agent-based policy laboratory for China's cross-border e-commerce."""


@app.command()
def run(
    scenario: Name,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all luck.")] = 1,
    months: Months = None,
    scale: Scale = None,
    settings: Settings = None,
    out: Out = None,
    detail: Annotated[str, typer.Option(help="series, or full: monthly breakdowns and a firm panel.")] = "series",
    forms: Forms = "",
    firm: Annotated[int | None, typer.Option("--trace", metavar="FIRM", help="Tell the story of this firm.")] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate one scenario with one seed."""
    wanted = forms_of(forms)
    chosen = load(scenario, settings)
    from experiments.progress import progress_for
    from experiments.run import DETAILS, adjusted, indicator_units
    from experiments.run import run as simulate
    from experiments.show import run_text
    from experiments.store import check_target
    from experiments.trace import story_text

    if detail not in DETAILS:
        raise Refused([unknown("detail", detail, DETAILS, path="--detail")])
    chosen = adjusted(chosen, months, scale)
    folder = out or Path("out") / chosen.stem
    check_target(folder)
    story = None if firm is None else _story(chosen, seed, firm)
    with progress_for(chosen.stem, chosen.months) as progress:
        result = simulate(chosen, seed, detail=detail, report=lambda done: progress.update(seed, done))
    result.save(folder, _words(["run", scenario, "--seed", str(seed)], months, scale, settings))
    if as_json:
        print_json(_run_row(result, folder) | ({} if story is None else {"trace": story.as_row()}))
    else:
        print(run_text(result, _labels(), indicator_units()))
        if story is not None:
            print(f"\n{story_text(story)}")
    say(f"Written to {folder}")
    write_forms(folder, wanted)


def _words(words: list[str], months: int | None, scale: float | None, settings: Sequence[str] | None) -> list[str]:
    """The command that makes a result again, word by word; where it is written and how fast does not matter."""
    length = [] if months is None else ["--months", str(months)]
    size = [] if scale is None else ["--scale", f"{scale:g}"]
    return [*words, *length, *size, *(word for setting in settings or () for word in ("--set", setting))]


def _story(scenario: Scenario, seed: int, firm: int) -> FirmStory:
    """The story of a firm; before the run, so that a number that cannot be is refused at once."""
    from experiments.progress import progress_for
    from experiments.trace import trace

    with progress_for(f"firm {firm}", scenario.months) as progress:
        return trace(scenario, seed, firm, report=lambda done: progress.update(seed, done))


def _run_row(result: Any, folder: Path) -> dict[str, Any]:
    """What `run --json` prints."""
    from experiments.run import indicator_kinds, indicator_units, month_text

    wide = result.indicators.pivot(index="month", columns="indicator", values="value")
    units, kinds = indicator_units(), indicator_kinds()
    return {
        "scenario": result.scenario.stem,
        "seed": result.seed,
        "start": month_text(result.first),
        "months": result.months,
        "scale": result.scenario.scale,
        "smes": result.smes,
        "listings": result.listings,
        "wall_s": round(result.wall_s, 3),
        "out": str(folder),
        "indicators": {
            name: {"unit": units[name], "kind": kinds[name], "values": wide[name].tolist()} for name in wide.columns
        },
    }


@app.command()
def compare(
    baseline: Annotated[str, typer.Argument(metavar="BASELINE", help="Scenario to compare with.")],
    others: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenarios to compare.")],
    seeds: Annotated[str, typer.Option(help="8 means seeds 1 to 8; 3,5,9 means these.")] = "8",
    months: Months = None,
    scale: Scale = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one per core when not given.")] = None,
    settings: Settings = None,
    explain: Annotated[bool, typer.Option("--explain", help="Split each effect over the scenario's parts.")] = False,
    rank: Annotated[
        str, typer.Option(metavar="INDICATOR", help="What to rank scenarios by; INDICATOR:lowest where little is good.")
    ] = "export_value",
    out: Out = None,
    forms: Forms = "",
    as_json: AsJson = False,
) -> None:
    """Run scenarios and their baseline on the same seeds and measure the difference."""
    wanted = forms_of(forms)
    numbers = parse_seeds(seeds)
    base = load(baseline, None)
    chosen = [load(name, settings) for name in others]
    from experiments.compare import EXPORTS, check_pairing, name_scenarios
    from experiments.evaluation.ranking import Wish
    from experiments.run import adjusted
    from experiments.store import check_target

    named = name_scenarios([adjusted(one, months, scale) for one in (base, *chosen)])
    check_pairing(named, numbers)
    folder = out or Path("out") / list(named)[1]
    check_target(folder)
    Wish.of(rank)
    result = _compare(list(named.values()), numbers, jobs, explain, rank)
    words = _words(["compare", baseline, *others, "--seeds", seeds], months, scale, settings)
    words += [*(["--explain"] if explain else []), *([] if rank == EXPORTS else ["--rank", rank])]
    result.save(folder, words)
    _print_comparison(result, folder, as_json)
    write_forms(folder, wanted)
    if result.missing:
        say(f"Seeds {', '.join(map(str, result.missing))} were given up: their process died every time.")
        raise typer.Exit(PARTLY)


def _compare(
    scenarios: Sequence[Scenario], numbers: Sequence[int], jobs: int | None, split: bool, rank: str
) -> Comparison:
    from experiments.compare import compare as paired
    from experiments.explain import count_runs, explain
    from experiments.progress import progress_for

    base, *others = scenarios
    processes = jobs or min(cores(), len(numbers))
    runs = count_runs(base, others, numbers) if split else len(scenarios) * len(numbers)
    if split:
        say(f"The explanation takes {runs} runs ({len(scenarios) * len(numbers)} without it).")
    progress = progress_for("compare", runs * base.months)
    if split:
        return explain(base, others, numbers, processes, progress, rank)
    return paired(base, others, numbers, jobs=processes, progress=progress, rank=rank)


def _print_comparison(result: Comparison, folder: Path, as_json: bool) -> None:
    from experiments.evaluation.console import evaluation_text
    from experiments.show import HONESTY, comparison_text, explanation_text

    if as_json:
        print_json(_comparison_row(result, folder))
    else:
        print(comparison_text(result, _labels()), evaluation_text(result), sep="\n\n", end="\n\n")
        if result.explanation is not None:
            print(explanation_text(result, _labels()), end="\n\n")
        print(HONESTY)
    say(f"Written to {folder}")


def _comparison_row(result: Comparison, folder: Path) -> dict[str, Any]:
    """What `compare --json` prints."""
    from dataclasses import asdict

    from experiments.evaluation.ranking import places, ranked_by

    row: dict[str, Any] = {
        "baseline": result.baseline,
        "scenarios": result.policies,
        "seeds": list(result.seeds),
        "out": str(folder),
        "effects": result.effects.to_dict(orient="records"),
    }
    if len(result.policies) > 1:
        wish = ranked_by(result.evaluation)
        order = [asdict(place) for place in places(result.evaluation)]
        row["ranking"] = {"indicator": wish.indicator, "first": wish.order, "order": order}
    if result.explanation is not None:
        row["explanation"] = result.explanation.to_dict(orient="records")
    return row


def parse_seeds(text: str) -> tuple[int, ...]:
    """`8` → 1 … 8; `3,5,9` → these; `3,` → 3 alone. Refused when it is neither."""
    words = [word.strip() for word in text.split(",")]
    wanted = words[:-1] if len(words) > 1 and not words[-1] else words
    fault = "Seeds are a number (8 means 1 to 8) or a list such as 3,5,9"
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in wanted):
        raise Refused([Problem("bad_seeds", f"{fault}, not '{text}'.", path="--seeds", given=text)])
    numbers = tuple(int(word) for word in wanted)
    if len(words) == 1:
        if not 1 <= numbers[0] <= 10_000:
            message = f"{numbers[0]} runs are too few or too many."
            raise Refused([Problem("bad_seeds", message, path="--seeds", given=text, allowed="1 to 10000")])
        return tuple(range(1, numbers[0] + 1))
    if len(set(numbers)) < len(numbers):
        raise Refused([Problem("bad_seeds", "A seed is given twice.", path="--seeds", given=text)])
    return numbers


@app.command()
def policies(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="Show this policy.", show_default=False)] = "",
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """List the policies, or show one; with --json everything that may be set and measured."""
    from experiments.catalogue import catalogue, find_policy

    if as_json:
        print_json(catalogue(name))
        return
    from experiments.policy_text import policies_text, policy_text
    from model.policies import policies as declared

    check_lang(lang)
    print(policy_text(find_policy(name), lang) if name else policies_text(declared(), lang))


@app.command()
def bench(
    scenario: Annotated[str, typer.Option(help="Scenario to run.")] = "baseline",
    scale: Scale = None,
    months: Annotated[int, typer.Option(min=1, help="Months to time.")] = 24,
    threads: Annotated[int, typer.Option(min=1, help="Threads of compiled code.")] = 1,
    oracle: Annotated[bool, typer.Option("--oracle", help="Time the plain object model of the tests too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure speed and memory: set-up, months, nanoseconds per listing and month."""
    os.environ["NUMBA_NUM_THREADS"] = str(threads)
    chosen = load(scenario, None)
    from experiments.bench.speed import measure
    from experiments.run import adjusted

    row = measure(adjusted(chosen, months, scale), STARTED, oracle, say)
    if as_json:
        print_json(row)
        return
    from experiments.bench.speed import text

    print(text(row))


def _labels() -> dict[str, str]:
    """English names of the indicators."""
    from model.kernel.declare import INDICATORS

    return {item.id: item.label.en for item in INDICATORS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    _prepare()
    try:
        command = typer.main.get_command(app)
        code = command.main(
            args=None if arguments is None else list(arguments), prog_name="dualcirc", standalone_mode=False
        )
        sys.stdout.flush()
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        return int(code or DONE)
    except SystemExit as end:
        return int(end.code or DONE)
    except (KeyboardInterrupt, typer.Abort):
        say("Stopped.")
        return STOPPED
    except Exception as fault:
        if os.environ.get("DUALCIRC_DEBUG"):
            raise
        return explained(fault)


def _prepare() -> None:
    """Before anything heavy is imported: threads, signals, characters.

    Cores go to seeds, not to threads inside a step; with one thread the sums have one order on every machine.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    keep_memory()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if threading.current_thread() is threading.main_thread():
        # Both, since a shell that starts us in the background makes us deaf to SIGINT.
        signal.signal(signal.SIGINT, _stop)
        signal.signal(signal.SIGTERM, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    """A polite request to end takes the way of Ctrl-C, so that children end too."""
    raise KeyboardInterrupt
