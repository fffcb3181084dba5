"""Charts as SVG documents of their own, for <img>: looks are attributes, so that nothing inline is needed.

There is one for each colour scheme; the numbers stand in a table on the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 400, 216
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 392, 34, 188
_FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True, slots=True)
class Colours:
    """Those of the console's pages."""

    words: str
    lines: str
    #: One for each series, in order.
    series: tuple[str, ...]


LIGHT = Colours("#56635e", "#dde3de", ("#7fa8cc", "#246357", "#9a5d00"))
DARK = Colours("#a3b3ac", "#2d3834", ("#4d7ca8", "#74c6b3", "#f3c573"))


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers over time; None where there is none."""

    name: str
    values: Sequence[float | None]


def bars(labels: Sequence[str], series: Sequence[Series], colours: Colours) -> str:
    """Counts side by side."""
    top = _ceiling(max((v for s in series for v in s.values if v), default=0))
    step = (_RIGHT - _LEFT) / max(len(labels), 1)
    wide = step * 0.74 / len(series)
    drawn = [
        _bar(_LEFT + step * (n + 0.13) + wide * k, wide, value / top, colours.series[k])
        for k, one in enumerate(series)
        for n, value in enumerate(one.values)
        if value
    ]
    return _chart(labels, series, colours, (0, top // 2, top), "", top, drawn)


def lines(labels: Sequence[str], series: Sequence[Series], colours: Colours) -> str:
    """Shares from 0 to 1; a line is broken where there is none. Each has a mark of its own, not only a colour."""
    drawn = [part for k, one in enumerate(series) for part in _line(one.values, k, colours.series[k], len(labels))]
    return _chart(labels, series, colours, (0, 50, 100), "%", 100, drawn, marks=True)


def _ceiling(most: float) -> int:
    """A round even number that *most* stays under."""
    steps = (4, 6, 10, 20, 30, 40, 60, 80, 100)
    scale = 1
    while most > steps[-1] * scale:
        scale *= 10
    return next(s * scale for s in steps if most <= s * scale)


def _bar(x: float, wide: float, share: float, colour: str) -> str:
    high = (_BOTTOM - _TOP) * share
    return (
        f'<rect x="{x:.1f}" y="{_BOTTOM - high:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="1.5" fill="{colour}"/>'
    )


def _line(values: Sequence[float | None], kind: int, colour: str, count: int) -> Iterable[str]:
    step = (_RIGHT - _LEFT) / max(count, 1)
    known = {
        n: (_LEFT + step * (n + 0.5), _BOTTOM - (_BOTTOM - _TOP) * v) for n, v in enumerate(values) if v is not None
    }
    for n, (x, y) in known.items():
        if n + 1 in known:
            ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{known[n + 1][0]:.1f}" y2="{known[n + 1][1]:.1f}"'
            yield f'<line {ends} stroke="{colour}" stroke-width="2"/>'
    yield from (_mark(x, y, kind, colour) for x, y in known.values())


def _mark(x: float, y: float, kind: int, colour: str) -> str:
    """A dot, a square or a triangle."""
    if kind == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{colour}"/>'
    if kind == 1:
        return f'<rect x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4" fill="{colour}"/>'
    return f'<path d="M{x:.1f} {y - 4.4:.1f}l4.4 7.6h-8.8z" fill="{colour}"/>'


def _chart(
    labels: Sequence[str],
    series: Sequence[Series],
    colours: Colours,
    ticks: Sequence[int],
    unit: str,
    top: int,
    drawn: Iterable[str],
    *,
    marks: bool = False,
) -> str:
    parts = [
        *_grid(ticks, unit, top, colours),
        *drawn,
        *_labels(labels, colours),
        *_legend(series, colours, marks=marks),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="{_FONT}" font-size="12" fill="{colours.words}">{"".join(parts)}</svg>'
    )


def _grid(ticks: Sequence[int], unit: str, top: int, colours: Colours) -> Iterable[str]:
    for tick in ticks:
        y = _BOTTOM - (_BOTTOM - _TOP) * tick / top
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}" stroke="{colours.lines}"/>'
        yield f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{tick}{unit}</text>'


def _labels(labels: Sequence[str], colours: Colours) -> Iterable[str]:
    """Every third week has its day, the last one always."""
    step = (_RIGHT - _LEFT) / max(len(labels), 1)
    for n, label in enumerate(labels):
        if (len(labels) - 1 - n) % 3 == 0:
            where = f'x="{_LEFT + step * (n + 0.5):.1f}" y="{_BOTTOM + 18}" text-anchor="middle"'
            yield f"<text {where}>{escape(label)}</text>"


def _legend(series: Sequence[Series], colours: Colours, *, marks: bool) -> Iterable[str]:
    x = float(_LEFT)
    for k, one in enumerate(series):
        yield _mark(x + 5, 13, k if marks else 1, colours.series[k])
        yield f'<text x="{x + 14}" y="17">{escape(one.name)}</text>'
        x += 30 + 12 * len(one.name)
