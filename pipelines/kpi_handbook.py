"""The KPI handbook (口径手册): docs/kpi.md written from the definitions the warehouse itself serves.

models/mart/kpi_definition.csv, kpi_target.csv -> handbook() -> docs/kpi.md; a test holds them equal.
Alone: python -m pipelines.kpi_handbook  (writes the page again)
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEFINITIONS = ROOT / "models" / "mart" / "kpi_definition.csv"
TARGETS = DEFINITIONS.with_name("kpi_target.csv")
PAGE = ROOT / "docs" / "kpi.md"
UNITS = {"C62": "比率 ratio", "59": "百万分率 ppm", "DAY": "天 days", "HUR": "小时 hours"}
BETTER = {"higher": "越高越好 higher is better", "lower": "越低越好 lower is better"}
HEAD = """# 指标口径手册 | KPI handbook

由 `models/mart/kpi_definition.csv` 与 `kpi_target.csv` 生成，勿手改。Written from these two; do not edit.

- 分母为零或为负时值为 NULL，不是 0 或 100%。A denominator of zero or less gives NULL, never 0 or 100 %.
- 汇总时先加总分子分母再相除；中位数与百分位不可相加，分子为 NULL，分母为样本数。
  Numerators and denominators are summed, then divided; medians and percentiles have numerator NULL and the
  number of observations as denominator.
- 百分位用最近秩：第 ceil(p × n) 个值，不插值。
  Percentiles are nearest rank: the value at ceil(p x n), never interpolated.
- 冲销按原移动类型相抵。Reversals are netted against the class of movement they take back.
- 日期取自各厂当地时间（时区见 `core.site`）；“数据日”为最大过账日（`mart.as_of`）。
  Days are on the plant's clock (zones: `core.site`); the as-of day is the latest posting date (`mart.as_of`).
- 率保留九位小数，四舍五入。Rates are kept to nine decimals, half away from zero.
"""


def read_rows(path: Path) -> list[dict[str, str]]:
    """The definitions or targets in the order of their file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def handbook(definitions: Iterable[Mapping[str, str]], targets: Sequence[Mapping[str, str]]) -> str:
    """The page as Markdown."""
    return "\n".join([HEAD, *(_section(definition, targets) for definition in definitions)])


def _section(kpi: Mapping[str, str], targets: Sequence[Mapping[str, str]]) -> str:
    source = f"`{kpi['mart_name']}` · {kpi['owner_name']} · v{kpi['version']}"
    return f"""## {kpi["name_zh"]} | {kpi["name_en"]}

| `{kpi["kpi_code"]}` | 中文 | English |
|---|---|---|
| 公式 formula | {kpi["formula_zh"]} | {kpi["formula_en"]} |
| 分子 numerator | {kpi["numerator_zh"]} | {kpi["numerator_en"]} |
| 分母 denominator | {kpi["denominator_zh"]} | {kpi["denominator_en"]} |

{UNITS[kpi["unit_code"]]} · {BETTER[kpi["better_code"]]} · {kpi["grain"].replace(" | ", " / ")} · {source}

目标 target: {_targets(kpi, targets)}
"""


def _targets(kpi: Mapping[str, str], targets: Iterable[Mapping[str, str]]) -> str:
    """Targets of a KPI, plants with the same one together, in the order of their days."""
    sign = "≥" if kpi["better_code"] == "higher" else "≤"
    plants: dict[tuple[str, ...], list[str]] = {}
    for target in targets:
        if target["kpi_code"] == kpi["kpi_code"]:
            terms = tuple(
                target[name] for name in ("effective_date", "target_value", "owner_name", "decided_in")
            )
            plants.setdefault(terms, []).append(target["site_code"])
    said = [
        f"{', '.join(sites)} {sign} {value} 自 from {day} ({owner}, {record})"
        for (day, value, owner, record), sites in sorted(plants.items())
    ]
    return "; ".join(said) or "未设 none set"


if __name__ == "__main__":
    PAGE.write_text(handbook(read_rows(DEFINITIONS), read_rows(TARGETS)), encoding="utf-8")
