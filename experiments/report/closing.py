"""What was changed, what it cost, how it was computed, on what evidence, and how to do it again."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from experiments.amounts import MISSING, amount, bare
from experiments.report.changes import Change, Setting, changes
from experiments.report.markup import Markup, bullets, element, exact, joined, table
from experiments.report.prose import limits, prose
from experiments.report.source import Source, month_span
from experiments.report.wording import pick
from experiments.run import data_version
from experiments.words import GRADE_LABELS, GRADES, account_label, indicator_label, status_label


def changed(source: Source, name: str, lang: str) -> Markup:
    """Tables of everything that differs from the baseline."""
    found = changes(source, name)
    if not found:
        nothing = "Nothing is set beyond the model's own history." if not source.policies else "Nothing differs."
        return element("p", pick(lang, nothing, "没有任何设置。" if not source.policies else "与基准没有差异。"))
    key = pick(
        lang,
        "Evidence: " + "; ".join(f"{grade} {label.en}" for grade, label in GRADE_LABELS.items()) + ".",
        "证据等级：" + "；".join(f"{grade} {label.zh}" for grade, label in GRADE_LABELS.items()) + "。",
    )
    return joined([*(_change(one, lang) for one in found), element("p", key, class_="note")])


def _change(change: Change, lang: str) -> Markup:
    kind = {
        "policy": ("Policy", "政策"),
        "shock": ("Shock", "冲击"),
        "lever": ("Direct setting", "直接设置"),
        "parameters": ("Assumptions", "假设"),
        "gone": ("Taken away", "取消"),
    }[change.kind]
    label = getattr(change.label, lang)
    head = element("h3", pick(lang, f"{kind[0]}: {label}", f"{kind[1]}：{label}"))
    facts = [
        (pick(lang, "when", "时间"), change.when(lang)),
        (pick(lang, "where", "范围"), _where(change, lang)),
        (pick(lang, "paid by", "出资方"), change.paid_by(lang)),
        (pick(lang, "group", "类别"), change.group_text(lang)),
        (pick(lang, "source paper, section", "论文章节"), _section(change, lang)),
    ]
    between, colon = pick(lang, " | ", "；"), pick(lang, ": ", "：")
    line = between.join(f"{word}{colon}{text}" for word, text in facts if text)
    parts: list[object] = [head]
    if line:
        parts.append(element("p", line, class_="facts"))
    if change.settings:
        words = pick(lang, "Setting|Value|Default|Evidence|Source", "设置|取值|默认值|证据|来源").split("|")
        rows = [_setting_row(one, lang) for one in change.settings]
        parts.append(table(pick(lang, "Settings", "设置项"), words, rows, left=5))
    return joined(parts)


def _section(change: Change, lang: str) -> str:
    return change.section.replace(", recommendation ", "，建议") if lang == "zh" else change.section


def _where(change: Change, lang: str) -> str:
    if change.kind in ("parameters", "gone"):
        return ""
    return change.where(lang) or pick(lang, "as declared, no further restriction", "按声明，无额外限制")


def _setting_row(one: Setting, lang: str) -> list[object]:
    value, default = one.shown(one.value, lang), one.shown(one.default, lang)
    moved = one.value != (list(one.default) if isinstance(one.default, tuple) else one.default)
    if not one.source:  # a direct setting has neither default nor source
        return [getattr(one.label, lang), element("strong", value), MISSING, MISSING, MISSING]
    if moved:
        grade = pick(lang, "set by this scenario", "本情景设定")
    else:
        grade = pick(lang, f"{one.grade}, {status_label(one.status).en}", f"{one.grade}，{status_label(one.status).zh}")
    source = element("span", one.source, lang="en" if lang == "zh" else None)
    return [getattr(one.label, lang), element("strong", value) if moved else value, default, grade, source]


def money(source: Source, name: str, lang: str) -> Markup:
    """Public cost by year and account, and what each yuan goes with."""
    costs = source.costs(name)
    if not len(costs.columns):
        return element("p", pick(lang, "The scenario has no policy that is paid for.", "该情景没有需要出资的政策。"))
    paid = costs.index[(costs != 0.0).any(axis=1)]
    costs = costs.loc[paid.min() :] if len(paid) else costs.tail(1)
    labels = [getattr(account_label(account), lang) for account in costs.columns]
    head = [pick(lang, "Year", "年份"), *labels, pick(lang, "Together", "合计")]
    body: list[list[object]] = []
    for year, row in costs.iterrows():
        sums = [float(value) for value in row]
        body.append([str(year), *(exact(v, amount(v, "yuan", lang=lang)) for v in [*sums, sum(sums)])])
    whole = [float(value) for value in costs.sum()]
    body.append([pick(lang, "All years", "全部年份"),
                 *(exact(v, amount(v, "yuan", lang=lang)) for v in [*whole, sum(whole)])])  # fmt: skip
    extra = pick(lang, "more than in the baseline, mean over runs", "比基准多支出，各次运行平均")
    caption = pick(lang, f"Public cost by year and account ({extra})", f"分年份、分科目的财政支出（{extra}）")
    parts = [table(caption, head, body)]
    if source.policies:
        parts.append(_per_yuan(source, name, lang))
    return joined(parts)


def _per_yuan(source: Source, name: str, lang: str) -> Markup:
    rows = source.rows(name)
    wanted = [one for one in ("export_value", "domestic_value_added", "home_sales_value", "tax_revenue") if one in rows]
    items = []
    for one in wanted:
        value = float(rows[one]["effect_per_yuan"])
        if value == value:
            label, each = getattr(indicator_label(one), lang), bare(value, lang, change=True)
            told = pick(lang, "{}: {} yuan for each yuan of public cost", "{}：每1元财政支出对应{}元")
            items.append(told.format(label, each))
    if not items:
        return Markup("")
    meaning = prose("per_yuan", lang, span=month_span(*source.span, lang))
    return joined([element("p", meaning), bullets(items)])


@lru_cache(maxsize=1)
def evidence_counts() -> Mapping[str, Counter[str]]:
    """Rows of evidence by kind and grade, of the evidence installed here."""
    from model.policies import policies
    from model.scenario.vocabulary import vocabulary
    from model.shocks import SHOCKS

    words = vocabulary()
    declared = [p for policy in policies().values() for p in policy.parameters]
    declared += [p for shock in SHOCKS.values() for p in shock.numbers]
    statuses = [status for frame in words.world.tables.values() if "status" in frame for status in frame["status"]]
    kinds = {
        "parameters": [p.status for p in words.parameters.values()],
        "settings": [p.status for p in declared],
        "tables": [str(status) for status in statuses],
    }
    return {kind: Counter(GRADES[status] for status in found if status in GRADES) for kind, found in kinds.items()}


def evidence_rows(lang: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a table: how many rows of evidence have which grade."""
    names = {
        "parameters": pick(lang, "Model parameters", "模型参数"),
        "settings": pick(lang, "Parameters of policies and shocks", "政策与冲击参数"),
        "tables": pick(lang, "Rows of the evidence tables", "证据表数据行"),
    }
    counts = evidence_counts()
    rows = [[names[kind], *(str(counts[kind][grade]) for grade in GRADE_LABELS), str(counts[kind].total())]
            for kind in names]  # fmt: skip
    head = [pick(lang, "Evidence", "证据"), *(f"{g} {getattr(label, lang)}" for g, label in GRADE_LABELS.items())]
    return [*head, pick(lang, "all", "合计")], rows


def evidence(source: Source, lang: str) -> Markup:
    """How many rows of evidence have which grade."""
    made = table(pick(lang, "Data and evidence by grade", "数据与证据等级"), *evidence_rows(lang))
    now, then = data_version(), source.manifest["data_version"]
    if now == then:
        return made
    return joined([made, element("p", prose("other_evidence", lang, now=now, then=then), class_="note")])


def method(source: Source, lang: str) -> Markup:
    """How the figures came about, in a paragraph."""
    scale = amount(float(source.manifest["scale"]), "share", lang=lang)
    key = "method" if source.policies else "method_run"
    return element("p", prose(key, lang, draws=source.draws, scale=scale))


def known_limits(lang: str) -> Markup:
    """What the figures must not be used for."""
    return bullets(limits(lang))


def command(manifest: Mapping[str, Any]) -> str:
    """The command that makes the result again."""
    given: Sequence[str] = manifest.get("arguments") or ()
    if given:
        return "dualcirc " + shlex.join(given)
    names = [one["name"] for one in manifest["scenarios"]]
    seeds = ",".join(map(str, manifest["seeds"]))
    luck = f"--seed {seeds}" if manifest["command"] == "run" else f"--seeds {seeds}{',' if ',' not in seeds else ''}"
    line = f"dualcirc {manifest['command']} {shlex.join(names)} {luck}"
    return f"{line} --months {manifest['months']} --scale {manifest['scale']:g}"


def provenance(source: Source, lang: str) -> Markup:
    """Everything needed to make the result again."""
    about = source.manifest
    rows: list[tuple[str, object]] = [
        (pick(lang, "Command", "命令"), element("code", command(about))),
        (pick(lang, "Version", "版本"), f"dualcirc {about['version']}"),
        (pick(lang, "Evidence (data_version)", "证据版本（data_version）"), element("code", about["data_version"])),
        (pick(lang, "Seeds", "随机种子"), ", ".join(map(str, about["seeds"]))),
        (pick(lang, "Months", "月份"), month_span(source.months[0], source.months[-1], lang)),
        (pick(lang, "Scale", "抽样比例"), f"{about['scale']:g}"),
    ]
    for name in source.names:
        word = pick(lang, f"Hash of {source.label(name, lang)}", f"{source.label(name, lang)}散列值")
        rows.append((word, element("code", source.hash(name))))
    rows.append((pick(lang, "Packages", "软件包"), _packages(about.get("packages") or {})))
    rows.append((pick(lang, "Finished", "完成时间"), f"{about['finished']} ({about['wall_s']:g} s)"))
    return element("dl", *_pairs(rows))


def _packages(packages: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in packages.items())


def _pairs(rows: Iterable[tuple[str, object]]) -> list[Markup]:
    return [part for word, value in rows for part in (element("dt", word), element("dd", value))]
