"""Figures from the command line: the report of a period in the terminal, as JSON and as an Excel file."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.app import policy_of
from bot.documents.sheets import Sheet, as_excel
from bot.documents.statistics import codes, list_sheet, percent, reasons, report_sheets, worth
from bot.domain.errors import BotError, ConfigError
from bot.domain.figures.names import Axis, CountName, RateName
from bot.domain.figures.period import Period
from bot.domain.figures.report import Figures, Rate, Report, report
from bot.domain.places import same_place
from bot.domain.tickets import Ticket
from bot.running import opened_store
from config.settings import Settings

#: A terminal has no room for more tickets; the Excel file and the JSON name all of them.
_SHOWN = 8


async def make_report(settings: Settings, period: str, estate: str) -> Report:
    """The figures of *period* (as `Period.of` reads it) up to now. Raises `BotError`, `ConfigError`.

    An empty *estate*: all of them.
    """
    now, policy = datetime.now(settings.zone), policy_of(settings)
    try:
        span = Period.of(period, now)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    async with opened_store(settings) as begin, begin() as work:
        tickets = await work.tickets.listed()
    return report(_of_estate(tickets, estate) if estate else tickets, span, now, policy)


def _of_estate(tickets: list[Ticket], estate: str) -> list[Ticket]:
    """Those of *estate*. Raises `BotError` if there are tickets and none is: it was probably written wrongly."""
    found = [t for t in tickets if t.place.estate and same_place(t.place.estate, estate)]
    names = sorted({t.place.estate for t in tickets if t.place.estate})
    if names and not found:
        raise BotError(f"没有小区「{estate}」的工单；有工单的小区：{'、'.join(names)}")
    return found


def facts(made: Report, estate: str) -> tuple[tuple[str, str], ...]:
    """What a report is about."""
    until = f"{made.until:%Y-%m-%d %H:%M}"
    return (("时段", made.period.label), ("截至", until), ("小区", estate or "全部"), ("时间", str(made.until.tzinfo)))


def calendar_note(settings: Settings, made: Report) -> str:
    """One sentence if the holidays of the period are not known, else ""."""
    calendar = policy_of(settings).rules.calendar
    unknown = [y for y in range(made.period.begin.year, made.until.year + 1) if not calendar.knows(y)]
    years = "、".join(f"{year}年" for year in unknown)
    return f"工作日历里没有{years}的放假安排，用时和时限只按周末休息算" if unknown else ""


def total_table(made: Report, estate: str) -> Table:
    """The figures as a whole."""
    head = f"{made.period.label}（截至 {made.until:%Y-%m-%d %H:%M}）{estate}"
    table = Table("指标", "数值", "不计", "要看的工单", title=Text(head), title_justify="left")
    table.columns[2].overflow = "fold"
    for count, numbers in made.total.counts.items():
        table.add_row(count.label, str(len(numbers)), "", _few(numbers) if count is CountName.DEBT else "")
    table.add_section()
    for name, rate in made.total.rates.items():
        table.add_row(name.label, _fraction(rate), reasons(rate), _few(worth(name, rate)))
    table.add_section()
    for time, times in made.total.times.items():
        middle = "—" if times.median is None else f"{times.median:.1f} 工作小时（{len(times.hours)}张）"
        table.add_row(time.label, middle, "", "")
    return table


def group_tables(made: Report) -> Iterable[Table]:
    """The figures by tier, category, building and body; under each share its parts, and how many are left out."""
    for axis in (a for a in Axis if made.groups[a]):
        table = Table(axis.label, "收到", "办结", "在办", *(r.label for r in RateName))
        for column in table.columns:
            column.overflow = "fold"
        for group in made.groups[axis]:
            table.add_row(Text(group.label), *_group_cells(group.figures))
        yield table


def _group_cells(figures: Figures) -> Iterable[str]:
    yield from (str(len(figures.counts[c])) for c in (CountName.RECEIVED, CountName.SETTLED, CountName.OPEN))
    for rate in figures.rates.values():
        parts = f"{rate.numerator}/{rate.denominator}" if rate.denominator else ""
        left_out = sum(rate.excluded.values())
        yield f"{percent(rate)}\n{parts}{f' -{left_out}' if left_out else ''}".replace("\n ", "\n")


def _fraction(rate: Rate) -> str:
    return f"{percent(rate)}（{rate.numerator}/{rate.denominator}）" if rate.denominator else percent(rate)


def _few(numbers: tuple[int, ...]) -> str:
    return codes(numbers[:_SHOWN]) + (f" 等{len(numbers)}张" if len(numbers) > _SHOWN else "")


def report_data(made: Report, estate: str) -> dict[str, Any]:
    """*made* as JSON-able data, with the numbers of the tickets behind each figure. `end` is not part of the period."""
    return {
        "period": {"begin": made.period.begin.isoformat(), "end": made.period.end.isoformat()},
        "until": made.until.isoformat(),
        "estate": estate or None,
        "total": _figures_data(made.total),
        "by": {
            axis.value: [{"code": g.code, "label": g.label, **_figures_data(g.figures)} for g in made.groups[axis]]
            for axis in Axis
        },
    }


def _figures_data(figures: Figures) -> dict[str, Any]:
    return {
        "counts": {n.value: {"count": len(found), "tickets": list(found)} for n, found in figures.counts.items()},
        "rates": {name.value: _rate_data(rate) for name, rate in figures.rates.items()},
        "times": {n.value: {"median_hours": t.median, "count": len(t.hours)} for n, t in figures.times.items()},
    }


def _rate_data(rate: Rate) -> dict[str, Any]:
    return {
        "share": rate.share,
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "excluded": {reason.value: n for reason, n in rate.excluded.items()},
        "tickets": {
            "met": list(rate.met),
            "missed": list(rate.missed),
            "excluded": {reason.value: list(numbers) for reason, numbers in rate.left_out.items()},
        },
    }


def write_report(settings: Settings, made: Report, estate: str, out: Path) -> None:
    """Write *made* to the Excel file *out*. Raises `ConfigError`."""
    _write(report_sheets(made, policy_of(settings).responsibility, facts(made, estate)), out)


def write_tickets(settings: Settings, tickets: list[Ticket], out: Path) -> None:
    """Write a list of *tickets* to the Excel file *out*. Raises `ConfigError`."""
    _write([list_sheet(tickets, policy_of(settings).responsibility, settings.zone)], out)


def _write(sheets: list[Sheet], out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise ConfigError(f"「{out}」不对：文件名要以 .xlsx 结尾")
    try:
        out.write_bytes(as_excel(sheets, datetime.now(UTC)))
    except OSError as error:
        raise ConfigError(f"{out} 写不了：{error.strerror}") from error
