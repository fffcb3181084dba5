"""What the program needs from the outside, as Protocols: platforms, classifier, storage, clock.

Implementers import only the domain; a Protocol needs no inheritance.
"""

from bot.ports.learning import Learning, Samples, Standing, Trainings
from bot.ports.outside import Adapter, Changes, Classifier, Clock, PictureStore, Sink
from bot.ports.people import Logins, Members
from bot.ports.tickets import Backlog, History, Notes, Pictures, Reviews, Tickets
from bot.ports.traffic import Conversations, Gaps, Inbox, Outbox
from bot.ports.work import UnitOfWork, UnitOfWorkFactory

__all__ = [
    "Adapter",
    "Backlog",
    "Changes",
    "Classifier",
    "Clock",
    "Conversations",
    "Gaps",
    "History",
    "Inbox",
    "Learning",
    "Logins",
    "Members",
    "Notes",
    "Outbox",
    "PictureStore",
    "Pictures",
    "Reviews",
    "Samples",
    "Sink",
    "Standing",
    "Tickets",
    "Trainings",
    "UnitOfWork",
    "UnitOfWorkFactory",
]
