"""`dualcirc claims`: what the source paper claims, and what the model says to it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.console import PARTLY, AsJson, Lang, check_lang, cores, print_json, say

if TYPE_CHECKING:
    from experiments.claims import Answer

OUT = Path("out/claims")


def claims(
    seeds: Annotated[str, typer.Option(help="8 means seeds 1 to 8; 3,5,9 means these.")] = "20",
    months: Annotated[int, typer.Option(min=12, help="Months, counted from the baseline's start.")] = 96,
    scale: Annotated[float, typer.Option(help="SME agents per real SME, above 0 and up to 1.")] = 0.02,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one per core when not given.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="Another file of claims.")] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of the runs; gone on with.")] = OUT,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Ask the paper's claims of the model: supported, not supported, or impossible to ask; goes on where it stopped."""
    check_lang(lang)
    from experiments.claims import CLAIMS, answers, claims_study, read_claims
    from experiments.cli import parse_seeds

    numbers = parse_seeds(seeds)
    listed = read_claims(file or CLAIMS)
    study = claims_study(listed, out, months, scale, jobs or cores())
    if study.readings:
        say(study.cost(len(numbers)))
    found = answers(listed, study, numbers)
    if as_json:
        rows = [answer.as_row() for answer in found]
        print_json({"seeds": list(numbers), "months": months, "scale": scale, "claims": rows})
    else:
        print("\n\n".join(answer_text(answer, lang) for answer in found))
    if any(0 < answer.draws < len(numbers) for answer in found):
        say("Some seeds gave up and are left out.")
        raise typer.Exit(PARTLY)


def answer_text(answer: Answer, lang: str) -> str:
    """One claim and its verdict in a few lines."""
    from experiments.amounts import amount, interval, percent
    from experiments.claims import VERDICTS
    from experiments.run import indicator_units
    from experiments.words import indicator_label, member_label, section_label

    def pick(label: object) -> str:
        return str(getattr(label, lang))

    claim, zh = answer.claim, lang == "zh"
    facts = ", ".join(claim.facts)
    head = f"{pick(claim.words)} [{pick(section_label(claim.section))}; {facts}]"
    verdict = f"  {pick(VERDICTS[answer.verdict])}"
    if claim.reason is not None:
        return f"{head}\n{verdict}{'：' if zh else ': '}{pick(claim.reason)}"
    unit = indicator_units()[claim.indicator]
    places = [pick(member_label(claim.where[0], name)) for name in claim.where[1]] if claim.where else []
    subject = " ".join([pick(indicator_label(claim.indicator)), *([f"({', '.join(places)})"] if places else [])])
    change = f"{amount(answer.effect, unit, True, lang)} {interval(answer.low, answer.high, unit, lang)}"
    if math.isfinite(answer.relative) and not unit.startswith("share"):
        change += f" ({percent(answer.relative, lang)})"
    share = f"{answer.probability:.0%}"
    told = (
        f"  {claim.scenario}，第{claim.year}年，{subject}：{change}，{share}的抽样与论断同向"
        if zh
        else f"  {claim.scenario}, year {claim.year}, {subject}: {change}; {share} of draws on the claimed side"
    )
    return "\n".join([head, verdict, told, *_size_text(answer, unit, lang)])


def _size_text(answer: Answer, unit: str, lang: str) -> list[str]:
    """The size that the paper names beside what the model gives."""
    from experiments.amounts import amount, percent

    if answer.claim.size is None:
        return []
    kind, claimed = answer.claim.size
    sides = [
        percent(value, lang) if kind == "relative" else amount(value, unit, kind == "change", lang)
        for value in (claimed, answer.reached)
    ]
    if lang == "zh":
        return [f"  论文给出{sides[0]}，模型得{sides[1]}"]
    return [f"  the paper names {sides[0]}, the model gives {sides[1]}"]
