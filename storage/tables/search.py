"""What tickets are found by: on SQLite a virtual table of FTS5, on PostgreSQL vectors with an index over them.

Alembic cannot compare virtual tables, so this one is not among the others; migration 0004 makes it.
"""

from sqlalchemy import Column, Integer, MetaData, Table

from storage.grams import Grams, HiddenGrams

TICKET_SEARCH = Table(
    "ticket_search",
    MetaData(),
    #: The ticket's number, under the name that a virtual table has for its key.
    Column("rowid", Integer, primary_key=True, autoincrement=False),
    Column("said", Grams, nullable=False),
    Column("apart", HiddenGrams, nullable=False),
)
