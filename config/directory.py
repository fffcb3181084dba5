"""Reads the vetted directory (便民名录) from TOML: whom residents can ask with a private matter."""

import re
from pathlib import Path
from typing import Any

from bot.domain.directory import Entry
from bot.domain.taxonomy import Category
from config.tables import Mistakes, read_table, shipped

_DEFAULT = "directory.toml"
_TITLE = "便民名录"
_PARTS = ("name", "phone", "note", "categories")
_PHONE = re.compile(r"\d[\d-]{1,14}(?:转\d{1,6})?")
#: A private person's number is nobody's to give away.
_MOBILE = re.compile(r"1[3-9]\d{9}")
#: The directory is for services of the public; these are the marks of somebody who wants to sell.
_SELLING = re.compile(r"https?://|www\.|优惠|折扣|特价|加微信|扫码|推荐码|%|￥|¥")
_ALL = "all"


def load_directory(path: Path | None = None) -> tuple[Entry, ...]:
    """The directory in *path*, or the one that comes with the program, in its order.

    `extends = "default"` in *path* puts its entries before those that come with the program. Raises `ConfigError` with
    one sentence for each mistake.
    """
    file = path or shipped(_DEFAULT)
    values = read_table(file, _TITLE)
    mistakes = Mistakes(f"{file}: {_TITLE}")
    extends = values.pop("extends", None)
    if extends not in (None, "default"):
        mistakes.add("", 'extends 只能写 "default"，或者不写')
    rows = mistakes.section("", values, ("entries",)).get("entries", [])
    found = [_entry(n, row, mistakes) for n, row in enumerate(rows if isinstance(rows, list) else [], 1)]
    if not isinstance(rows, list):
        mistakes.add("", "每一条要写成一节：[[entries]]")
    mistakes.settle()
    return (*found, *(load_directory() if extends else ()))


def _entry(number: int, values: Any, mistakes: Mistakes) -> Entry:
    """The *number*th entry."""
    where = f"第{number}条"
    parts = mistakes.section(where, values, _PARTS)
    name = mistakes.words(where, "name", parts.get("name", ""), least=1)
    note = mistakes.words(where, "note", parts.get("note", ""))
    phone = mistakes.words(where, "phone", parts.get("phone", ""))
    where = f"{where}「{name}」" if name else where
    if phone and not _PHONE.fullmatch(phone):
        mistakes.add(where, f"phone「{phone}」不像电话：写数字，区号后加 -，例如 0571-88886666")
    if _MOBILE.fullmatch(phone):
        mistakes.add(where, "phone 是个人手机号：名录只收单位的公开号码")
    if _SELLING.search(f"{name}{note}"):
        mistakes.add(where, "像是广告：名录不收商家，也不写优惠和网址")
    return Entry(name=name, phone=phone, note=note, categories=_categories(where, parts.get("categories"), mistakes))


def _categories(where: str, value: object, mistakes: Mistakes) -> frozenset[Category]:
    codes = mistakes.several(where, "categories", value)
    if codes == (_ALL,):
        return frozenset(Category)
    known = {c.value: c for c in Category}
    for code in (c for c in codes if c not in known):
        mistakes.unknown(where, "类别", code, [*known, _ALL])
    return frozenset(known[c] for c in codes if c in known)
