"""The tables, one name each for Core statements. Rows are not the domain: repositories map row ↔ value."""

from sqlmodel import SQLModel

from storage.tables import console, learning, people, sealed, tickets, traffic
from storage.tables.search import TICKET_SEARCH

__all__ = ["METADATA", "TICKET_SEARCH", "console", "learning", "people", "sealed", "tickets", "traffic"]

METADATA = SQLModel.metadata

TICKET = METADATA.tables["ticket"]
TICKET_MESSAGE = METADATA.tables["ticket_message"]
TICKET_VOICE = METADATA.tables["ticket_voice"]
TICKET_EVENT = METADATA.tables["ticket_event"]
PICTURE = METADATA.tables["picture"]
CONVERSATION = METADATA.tables["conversation"]
MEMBER = METADATA.tables["member"]
MEMBER_GRANT = METADATA.tables["member_grant"]
INVITATION = METADATA.tables["invitation"]
WRONG_CODE = METADATA.tables["wrong_code"]
INBOX = METADATA.tables["inbox"]
OUTBOX = METADATA.tables["outbox"]
REVIEW = METADATA.tables["review"]
GAP = METADATA.tables["gap"]
LOGIN = METADATA.tables["login"]
SESSION = METADATA.tables["session"]
LOGIN_LINK = METADATA.tables["login_link"]
ATTEMPT = METADATA.tables["attempt"]
NOTE = METADATA.tables["note"]
AUDIT = METADATA.tables["audit"]
SAMPLE = METADATA.tables["sample"]
JUDGED = METADATA.tables["judged"]
TRAINING = METADATA.tables["training"]
NOTICE = METADATA.tables["notice"]
HEARTBEAT = METADATA.tables["heartbeat"]
LOOK = METADATA.tables["look"]
SEALED = METADATA.tables["seal"]
