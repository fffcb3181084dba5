"""The responsibility list (三事清单) as a paper, for one type of estate."""

from bot.documents.paper import Paper, Section
from bot.domain.responsibility import Line, ResponsibilityList
from bot.domain.taxonomy import Category, Tier

COLUMNS = ("三事", "责任主体", "协办", "监督", "时限", "怎么办", "告诉大家", "依据")
_WIDTHS = (5, 8, 10, 9, 10, 26, 18, 14)
_FOOTER = "时限从派单算起；有不同意见，可以提出「应为大事」「应为小事」，由社区核定。"


def duties(responsibility: ResponsibilityList, estate_type: str = "") -> Paper:
    """Every line of *responsibility* as it is in an estate of *estate_type*."""
    kind = responsibility.types.get(estate_type)
    sections = [
        Section(
            title=category.label,
            columns=COLUMNS,
            rows=tuple(row(responsibility, responsibility.line(category, tier, estate_type), tier) for tier in Tier),
            widths=_WIDTHS,
        )
        for category in Category
    ]
    return Paper(
        title=f"三事清单（{kind.name}）" if kind else "三事清单",
        facts=(("版本", responsibility.version),),
        sections=tuple(sections),
        footer=_FOOTER,
        landscape=True,
    )


def row(responsibility: ResponsibilityList, line: Line, tier: Tier) -> tuple[str, ...]:
    """One *line*, in the order of `COLUMNS`."""
    steps = "\n".join(f"{n}. {step}" for n, step in enumerate(line.steps, 1))
    helpers = "、".join(responsibility.body_name(code) for code in line.supporting)
    limits = "" if tier is Tier.PRIVATE else f"{line.accept.label}接单，{line.settle.label}办结"
    body = responsibility.body_name(line.body)
    return tier.label, body, helpers, line.supervisor, limits, steps, line.advice, line.basis
