"""Which key a database is sealed with, and sealing all that is in it: for the first time, or with a new key."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, String, Table, bindparam, delete, select, text, tuple_, type_coerce, update

from bot.domain.errors import ConfigError
from storage.keys import KeyFile
from storage.sealing import Seal, use_seal
from storage.tables import METADATA, SEALED, TICKET, TICKET_SEARCH
from storage.tables.sealed import Sealed, SealedJson
from storage.ticket_reading import PARTS
from storage.ticket_rows import search_columns, ticket_of

#: Rows that are read and written at once.
_AT_ONCE = 500


def settle(connection: Connection, keys: KeyFile | None) -> Seal | None:
    """Find the seal of this database among *keys*; one that has none is sealed now. Raises `ConfigError`."""
    current = connection.execute(select(SEALED.c.key_id)).scalar()
    if keys is None:
        if current is not None:
            raise ConfigError(f"这个数据库是封存的（钥匙 {current}），要有钥匙文件才能打开")
        return None
    if current is None:
        name, _ = keys.newest()
        reseal(connection, Seal(keys.read(), name, strict=False))
        current = name
    known = keys.read()
    if current not in known:
        raise ConfigError(_missing(current, keys, known))
    seal = Seal(known, current)
    use_seal(connection.dialect, seal)
    return seal


def _missing(current: str, keys: KeyFile, known: dict[str, bytes]) -> str:
    there = f"里只有 {'、'.join(known)}" if known else "不在那里"
    return (
        f"数据库是用钥匙 {current} 封的，钥匙文件 {keys.path} {there}，没有启动。"
        "请把原来的钥匙文件放回去（它不在数据库的备份里），或用 LOUSHI_PRIVACY__KEYS 指给它在哪里"
    )


def reseal(connection: Connection, seal: Seal) -> int:
    """Seal everything with the current key of *seal*, whatever it was sealed with before; how many rows."""
    use_seal(connection.dialect, seal)
    _let_keys_change(connection)
    rows = sum(_reseal_table(connection, table) for table in METADATA.sorted_tables)
    _reindex(connection)
    _keys_stand(connection)
    connection.execute(delete(SEALED))
    connection.execute(SEALED.insert().values(key_id=seal.current))
    return rows


def _let_keys_change(connection: Connection) -> None:
    """A member's key and the roles that hang on it change one after the other."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        return
    connection.execute(text(_CONSTRAINT.format("DEFERRABLE")))
    connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def _keys_stand(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        connection.execute(text(_CONSTRAINT.format("NOT DEFERRABLE")))


_CONSTRAINT = "ALTER TABLE member_grant ALTER CONSTRAINT member_grant_member_key_fkey {}"


def _reseal_table(connection: Connection, table: Table) -> int:
    secret = [column for column in table.columns if isinstance(column.type, Sealed | SealedJson)]
    if not secret:
        return 0
    # keys are compared as they are stored, for they may be among what is sealed
    keys = list(table.primary_key)
    same = (type_coerce(key, _raw(key)) == bindparam(f"was_{key.name}", type_=_raw(key)) for key in keys)
    change = update(table).where(*same).values({column.name: bindparam(f"is_{column.name}") for column in secret})
    count = 0
    for rows in _rows(connection, table, keys, secret):
        connection.execute(change, [dict(row) for row in rows])
        count += len(rows)
    return count


def _raw(column: Column[Any]) -> Any:
    return String() if isinstance(column.type, Sealed) else column.type


def _rows(
    connection: Connection, table: Table, keys: Sequence[Column[Any]], secret: Sequence[Column[Any]]
) -> Iterator[Sequence[Any]]:
    """The rows of *table*, some at a time; all at once where what they are sorted by changes meanwhile."""
    was = [type_coerce(key, _raw(key)).label(f"was_{key.name}") for key in keys]
    query = select(*was, *(column.label(f"is_{column.name}") for column in secret))
    if any(isinstance(key.type, Sealed) for key in keys):
        if rows := connection.execute(query).mappings().all():
            yield rows
        return
    query = query.order_by(*keys).limit(_AT_ONCE)
    rows = connection.execute(query).mappings().all()
    while rows:
        yield rows
        last = tuple_(*(bindparam(None, rows[-1][f"was_{key.name}"], type_=key.type) for key in keys))
        rows = connection.execute(query.where(tuple_(*keys) > last)).mappings().all()


def _reindex(connection: Connection) -> None:
    """Write anew what tickets are found by: the tokens of names and doors depend on the key."""
    last = 0
    while numbers := list(connection.execute(_NEXT.where(TICKET.c.number > last)).scalars()):
        last = numbers[-1]
        parts: list[dict[int, list[Any]]] = []
        for table in PARTS:
            of: dict[int, list[Any]] = {}
            for row in connection.execute(
                select(table).where(table.c.ticket.in_(numbers)).order_by(*table.primary_key)
            ):
                of.setdefault(row.ticket, []).append(row)
            parts.append(of)
        tickets = connection.execute(select(TICKET).where(TICKET.c.number.in_(numbers)))
        found = [ticket_of(row, *(of.get(row.number, ()) for of in parts)) for row in tickets]
        connection.execute(delete(TICKET_SEARCH).where(TICKET_SEARCH.c.rowid.in_(numbers)))
        connection.execute(TICKET_SEARCH.insert(), [search_columns(ticket) for ticket in found])


_NEXT = select(TICKET.c.number).order_by(TICKET.c.number).limit(_AT_ONCE)
