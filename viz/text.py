"""Every word of the page that is not a declaration's, in both languages."""

from __future__ import annotations

from typing import Final

from model.kernel.declare import Label

TEXT: Final[dict[str, Label]] = {
    "title": Label("dualcirc: policy laboratory for cross-border e-commerce", "dualcirc 跨境电商政策实验室"),
    "subtitle": Label("Cross-border e-commerce policy laboratory", "跨境电商政策实验室"),
    "honesty": Label("A scenario, not a forecast.", "这是情景，不是预测。"),
    "skip": Label("Skip to the results", "跳到结果"),
    "language": Label("中文", "English"),
    "pages": Label("Pages", "页面"),
    "view_scenario": Label("Scenario", "情景"),
    "view_network": Label("Network", "贸易网络"),
    "view_firm": Label("One firm", "企业观察"),
    "view_lesson": Label("Month by month", "逐月课堂"),
    "view_about": Label("Method", "方法说明"),
    # the draft
    "levers": Label("What to change", "政策设置"),
    "world_shocks": Label("The world: shocks", "外部冲击"),
    "preset": Label("Start from", "预设情景"),
    "preset_none": Label("No change", "不作改变"),
    "preset_choose": Label("choose a preset …", "选择预设…"),
    "undo": Label("Undo", "撤销"),
    "redo": Label("Redo", "重做"),
    "reset_all": Label("Reset", "全部重置"),
    "save": Label("Save scenario file", "保存情景文件"),
    "open": Label("Open scenario file", "打开情景文件"),
    "drop": Label("or drop a .yaml file here", "或将 .yaml 文件拖到此处"),
    "bad_file": Label("Only .yaml files of at most 256 kB.", "仅接受不超过 256 kB 的 .yaml 文件。"),
    "refused": Label("Not accepted:", "未被接受："),
    # a card
    "details": Label("Details", "详情"),
    "payer": Label("paid by", "出资方"),
    "expects": Label("Expected to move:", "预期影响："),
    "grade": Label("evidence", "证据等级"),
    "default": Label("default", "默认"),
    "paper": Label("paper", "论文"),
    "range": Label("range", "范围"),
    "no_limit": Label("no limit", "不设上限"),
    "reset": Label("reset", "恢复默认"),
    "outside": Label("Allowed:", "允许范围："),
    "window": Label("In force", "实施期"),
    "from": Label("from", "起"),
    "until": Label("until", "止"),
    "ramp": Label("phased in over", "分步实施"),
    "months": Label("months", "个月"),
    "everywhere": Label("all", "全部"),
    # the runs
    "runs": Label("Paired runs", "配对运行次数"),
    "length": Label("Until the end of", "模拟至"),
    "size": Label("Modelled firms", "模拟企业数"),
    "size_small": Label("2,000 (quick)", "约2000（快速）"),
    "size_usual": Label("6,000", "约6000"),
    "size_large": Label("14,000 (slow)", "约1.4万（较慢）"),
    "running": Label("Running", "正在模拟"),
    "cancel": Label("Cancel", "取消"),
    "again": Label("Run again", "重新模拟"),
    "cancelled": Label("Stopped.", "已停止。"),
    "stale": Label("What is shown belongs to the settings before.", "所示结果对应更改前的设置。"),
    "failed": Label("The run failed:", "模拟失败："),
    "hint": Label(
        "This is the baseline: nothing is changed yet. Switch on a policy at the left, or choose a preset.",
        "当前为基准情景，尚未作任何改变。请在左侧开启一项政策，或选择一个预设情景。",
    ),
    "waiting": Label("The first runs are under way …", "首次模拟进行中…"),
    "pairs": Label("paired runs", "次配对运行"),
    "one_pair": Label("1 paired run, so no interval yet", "仅1次配对运行，尚无区间"),
    "band": Label("Bands: 5th to 95th percentile of", "区间：5%至95%分位，基于"),
    # the goals
    "goals": Label("Goals", "目标"),
    "cost": Label("Public cost, all years", "财政支出合计"),
    "budget": Label("Budget", "预算"),
    "budget_unit": Label("bn yuan", "亿元"),
    "over_budget": Label("over budget", "超出预算"),
    "within_budget": Label("within budget", "预算之内"),
    "last_year_of": Label("in the last twelve months", "最近十二个月"),
    "interval": Label("90 % interval", "90%区间"),
    "unclear": Label("no clear direction", "方向不明"),
    # results
    "results": Label("Results", "结果"),
    "baseline": Label("Baseline", "基准"),
    "policy": Label("With the changes", "政策情景"),
    "difference": Label("Difference", "差异"),
    "month": Label("Read the charts in", "读取月份"),
    "month_short": Label("Month", "月份"),
    "focus": Label("In focus", "重点指标"),
    "indicator": Label("Indicator", "指标"),
    "chart": Label("Chart", "图"),
    "picture": Label("Download picture", "下载图片"),
    "table": Label("Table", "数据表"),
    "year": Label("Year", "年份"),
    "place": Label("Where", "范围"),
    "national": Label("National", "全国"),
    "by": Label("by", "按"),
    # who
    "who": Label("Who gains, who loses", "谁得谁失"),
    "losers": Label("Lose most", "损失最大"),
    "winners": Label("Gain most", "受益最大"),
    "nobody": Label("nobody beyond chance", "无显著变化"),
    # evaluation
    "evaluation": Label("Evaluation", "政策评估"),
    "losers_first": Label("those that lose most first", "损失最大者在前"),
    "who_member": Label("Who", "对象"),
    "below_zero": Label("runs below zero", "变差占比"),
    "measured_by": Label("measured by", "衡量指标"),
    # export
    "export": Label("Take along", "导出"),
    "report_html": Label("Report (HTML)", "报告（HTML）"),
    "report_pdf": Label("Report (PDF)", "报告（PDF）"),
    "tables_xlsx": Label("Tables (XLSX)", "数据表（XLSX）"),
    "tables_csv": Label("Tables (CSV)", "数据表（CSV）"),
    "command": Label("The same on the command line", "命令行复现"),
    "making": Label("Being made …", "正在生成…"),
    "limits": Label("What it cannot say", "不能说明什么"),
    "evidence": Label("What it rests on", "证据来源"),
    "read_on": Label("Read on in the project:", "项目中的更多说明："),
    "data_version": Label("evidence", "证据版本"),
    "numbers": Label("All numbers", "全部指标"),
    "effect": Label("Effect", "效应"),
}


def word(key: str, lang: str) -> str:
    """The words of a key."""
    label = TEXT[key]
    return label.zh if lang == "zh" else label.en


def words(lang: str, *keys: str) -> dict[str, str]:
    """Some words, for a widget."""
    return {key: word(key, lang) for key in keys}
