"""Lists of tickets from an SQL database: filters, scope and order are all in the statement, nothing is sifted after."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from bot.domain.backlog import Due, Key, Page, Sort, TicketList
from bot.domain.members import Grant
from bot.domain.places import place_key
from bot.domain.searching import numbers, only_codes, terms
from bot.domain.waiting import Desk
from storage import ticket_reading
from storage.backlog_rules import SOON, finds_names, moment, page_of
from storage.grams import fts5_query, tsqueries
from storage.sealing import Seal
from storage.tables import TICKET, TICKET_SEARCH
from storage.transaction import Transaction

_T, _S = TICKET.c, TICKET_SEARCH.c


class BacklogRepository:
    """`ports.Backlog` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction

    async def page(self, wanted: TicketList, within: Sequence[Grant], now: datetime) -> Page:
        """One page of what is *wanted*."""
        query = select(_T.number).where(*self._conditions(wanted, within, now), *_beyond(wanted))
        query = query.order_by(*_order(wanted)).limit(wanted.limit + 1)
        found = list((await self._transaction.run(query)).scalars())
        return page_of(await ticket_reading.load(self._transaction, found), wanted)

    async def count(self, wanted: TicketList, within: Sequence[Grant], now: datetime, most: int) -> int:
        """How many there are, up to *most*."""
        some = select(_T.number).where(*self._conditions(wanted, within, now)).limit(most)
        return int((await self._transaction.run(select(func.count()).select_from(some.subquery()))).scalar_one())

    def _conditions(self, wanted: TicketList, within: Sequence[Grant], now: datetime) -> list[ColumnElement[bool]]:
        known = [*scope(within), *_filters(wanted), *_standing(wanted, now), *self._words(wanted.text, within)]
        return [*known, *([self._among(wanted.among)] if wanted.among is not None else [])]

    def _among(self, numbers: Iterable[int]) -> ColumnElement[bool]:
        """Is it one of *numbers*? They go over as one value, however many they are."""
        written = literal(json.dumps(sorted(numbers)))
        if self._transaction.dialect != "postgresql":
            return _T.number.in_(select(func.json_each(written).table_valued("value").c.value))
        given = func.json_array_elements_text(cast(written, JSON)).table_valued("value").c.value
        return _T.number.in_(select(cast(given, Integer)))

    def _words(self, text: str, within: Sequence[Grant]) -> list[ColumnElement[bool]]:
        """Is *text* said, or is it a code?"""
        if not text:
            return []
        codes, names = numbers(text), finds_names(within)
        ways: list[ColumnElement[bool]] = [_T.number.in_(codes)] if codes else []
        if terms(text) and not only_codes(text):
            ways.append(_T.number.in_(self._found(text, names)))
        return [or_(*ways) if ways else false()]

    def _found(self, text: str, names: bool) -> Select[int]:
        """The numbers of tickets that say *text*."""
        if self._transaction.dialect != "postgresql":
            return select(_S.rowid).where(_fts5(text, names, self._transaction.seal))
        # Worked out first: PostgreSQL cannot guess how many there are, and would rather try ticket after ticket.
        found = (
            select(_S.rowid)
            .where(_tsvector(text, names, self._transaction.seal))
            .cte("found")
            .prefix_with("MATERIALIZED")
        )
        return select(found.c.rowid)


def scope(within: Sequence[Grant]) -> list[ColumnElement[bool]]:
    """Is a ticket surely in one of *within*? As `Grant.reaches` has it."""
    reached = []
    for grant in within:
        here: list[ColumnElement[bool]] = [_T.estate_key == place_key(grant.estate)] if grant.estate else []
        if grant.building:
            here.append(or_(_T.building == "", _T.building_key == place_key(grant.building)))
        if not here:
            return []
        reached.append(and_(*here))
    return [or_(*reached) if reached else false()]


def _filters(wanted: TicketList) -> list[ColumnElement[bool]]:
    """What a ticket is about, and where."""
    exact = ((_T.tier, wanted.tier), (_T.category, wanted.category), (_T.urgency, wanted.urgency))
    conditions = [column == asked.value for column, asked in exact if asked is not None]
    keys = ((_T.estate_key, wanted.estate), (_T.building_key, wanted.building))
    conditions += [column == place_key(asked) for column, asked in keys if asked]
    return [*conditions, *([_T.body == wanted.body] if wanted.body else [])]


def _standing(wanted: TicketList, now: datetime) -> list[ColumnElement[bool]]:
    """Where it stands, and since when."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(_T.status.in_(sorted(status.value for status in wanted.statuses)))
    if wanted.desks:
        conditions += _on_desk(wanted.desks)
    if wanted.begin is not None:
        conditions.append(_T.opened_at >= wanted.begin)
    if wanted.end is not None:
        conditions.append(_T.opened_at < wanted.end)
    if wanted.due is not None:
        conditions += [_T.due_at < now] if wanted.due is Due.OVER else [_T.due_at >= now, _T.due_at < now + SOON]
    return [*conditions, *([_T.debt_at < now] if wanted.debt else [])]


def _on_desk(desks: frozenset[Desk]) -> list[ColumnElement[bool]]:
    """On the desk at all, spelled as the partial index has it; and for one of these reasons, unless any will do."""
    some = _T.desk > literal_column("''")
    if desks == frozenset(Desk):
        return [some]
    padded = literal(" ").concat(_T.desk).concat(" ")
    return [some, or_(*(padded.contains(f" {reason.value} ", autoescape=True) for reason in sorted(desks)))]


def _fts5(text: str, names: bool, seal: Seal | None) -> ColumnElement[bool]:
    return TICKET_SEARCH.table_valued().op("MATCH")(fts5_query(text, names=names, seal=seal))


def _tsvector(text: str, names: bool, seal: Seal | None) -> ColumnElement[bool]:
    columns = ((_S.said, None), (_S.apart, seal)) if names else ((_S.said, None),)
    asked = [[c.op("@@")(cast(query, TSQUERY)) for query in tsqueries(text, hidden)] for c, hidden in columns]
    return and_(*(or_(*ways) for ways in zip(*asked, strict=True)))


def _columns(sort: Sort) -> Sequence[Column[Any]]:
    """What is sorted by, smallest first; of `NEWEST` the largest."""
    due = [_T.due_at, _T.number]
    return {Sort.NEWEST: [_T.number], Sort.DUE: due, Sort.URGENCY: [_T.pressing, *due]}[sort]


def _order(wanted: TicketList) -> list[ColumnElement[Any]]:
    """The order; a page before a place is read backwards from there."""
    backwards = (wanted.before is not None) is not (wanted.sort is Sort.NEWEST)
    return [column.desc() if backwards else column.asc() for column in _columns(wanted.sort)]


def _beyond(wanted: TicketList) -> list[ColumnElement[bool]]:
    """Only what follows, or only what comes before, the place where a page ended."""
    key = wanted.after if wanted.after is not None else wanted.before
    if key is None:
        return []
    columns, values = _columns(wanted.sort), _values(key, wanted.sort)
    place = tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))
    forward = (wanted.after is not None) is not (wanted.sort is Sort.NEWEST)
    return [tuple_(*columns) > place if forward else tuple_(*columns) < place]


def _values(key: Key, sort: Sort) -> list[object]:
    """*key* as the columns hold it."""
    if sort is Sort.NEWEST:
        return [-key[0]]
    *pressing, due, number = key
    return [*pressing, moment(due), number]
