"""`python -m bot.evaluating`: how well and how fast the bot understands, with the floors beside it.

Nothing is assumed about data that is not at hand: its rows say what to give.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.domain.errors import ConfigError
from bot.marks import Mark
from bot.measuring import JIEBA, Findings, find
from config.settings import load_settings

#: How wide the reliability curve is drawn, and how wide the page is at least.
BAR, PAGE = 40, 110


def table(found: Findings) -> Table:
    """What was reached beside what is asked for."""
    shown = Table("指标", "实测", "底线", "", "目标", "细心的人", caption="目标和细心的人：在没有给出的聊天记录上")
    for mark, value in found.rows():
        floor = f"{'≤' if mark.at_most else '≥'} {mark.floor:g}" if mark.floor is not None else "–"
        others = ("–" if v is None else f"{v:g}" for v in (mark.aim, mark.person))
        reached = "–" if value is None else format(value, mark.form)
        shown.add_row(mark.name, reached, floor, verdict(mark, value), *others)
    return shown


def verdict(mark: Mark, value: float | None) -> str:
    """Whether *value* is good enough for *mark*, or what has to be given to know it."""
    if value is None:
        return f"没有数据（用 {mark.needs}=… 给出）"
    if mark.floor is None:
        return ""
    return "达到" if mark.holds(value) else "[bold]没有达到[/]"


def curve(found: Findings) -> Table:
    """How often a message was an issue when the classifier said that it was likely, in bins of a tenth."""
    shown = Table("把握", "消息", "平均把握", "真是诉求", "█ 真是 │ 平均把握")
    for low, said, was, count in found.curve:
        bar = list(f"{'█' * round(was * BAR):<{BAR + 1}}")
        bar[round(said * BAR)] = "│"
        shown.add_row(f"{low:.1f}–{low + 0.1:.1f}", str(count), f"{said:.3f}", f"{was:.3f}", "".join(bar).rstrip())
    return shown


def as_json(found: Findings) -> str:
    """All figures with their floors, and the curve, for programs."""
    rows = [
        {"name": m.name, "value": v, "floor": m.floor, "aim": m.aim, "met": None if v is None else m.holds(v)}
        for m, v in found.rows()
    ]
    bins = [{"from": low, "said": said, "was": was, "messages": n} for low, said, was, n in found.curve]
    jieba = found.figures[JIEBA]
    return json.dumps({"figures": rows, "reliability": bins, "jieba_us": jieba}, ensure_ascii=False, indent=1)


def main(
    folder: Annotated[Path, typer.Argument(help="聊天记录的文件夹，带着已知的工单。")] = Path("tests/transcripts"),
    texts: Annotated[Path | None, typer.Option(help="标注过的单句（JSON，一行一条）。")] = None,
    data: Annotated[Path | None, typer.Option(help="公开数据（Teddy 留言和重复对）的文件夹。")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="列出错在哪里。")] = False,
    json_only: Annotated[bool, typer.Option("--json", help="只打印 JSON。")] = False,
) -> None:
    """Print the figures."""
    try:
        found = find(folder, texts, data, load_settings(), Console(stderr=True))
    except ConfigError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    console = Console()
    console.width = max(PAGE, console.width)
    if json_only:
        typer.echo(as_json(found))
    else:
        console.print(table(found), f"\n同样的消息只用 jieba 分词：{found.figures[JIEBA]:.0f} µs")
        console.print(curve(found))
    for line in found.errors if errors else ():
        typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
