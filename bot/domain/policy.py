"""What the operator decides about the loop: times, the responsibility list, estates, the roster, the directory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone

from bot.domain.calendar import WorkingCalendar
from bot.domain.directory import Entry
from bot.domain.duty import Duty
from bot.domain.places import Place, place_key
from bot.domain.responsibility import Line, ResponsibilityList
from bot.domain.schedule import Rules
from bot.domain.taxonomy import Category
from bot.domain.tickets import Ticket

#: China's clock, for programs that set no other.
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules that the handlers follow."""

    responsibility: ResponsibilityList
    #: How long people may object after 办结 before a ticket closes.
    objections: timedelta = timedelta(hours=24)
    #: The acknowledgement waits this long, so that a report in several messages is told once.
    acknowledge_after: timedelta = timedelta(seconds=20)
    #: Acknowledge in the group only what is at least this sure, 0 to 1.
    speak_above: float = 0.0
    #: A message waits this long in the worker's review list.
    review_for: timedelta = timedelta(days=7)
    #: So many messages a week that were left alone are drawn in a group that allows it.
    samples_weekly: int = 14
    #: A binding code works this long.
    invitation_for: timedelta = timedelta(hours=24)
    #: Wrong codes within `lockout` before its sender is locked out.
    wrong_codes: int = 5
    lockout: timedelta = timedelta(hours=1)
    #: Say nothing at all: a history is being imported.
    silent: bool = False
    #: Take part in every group that speaks, without being told to.
    enable_new: bool = False
    #: Version of the privacy notice that every group is told once; empty: none is told.
    notice_version: str = ""
    #: The operator's own words; empty: the bot's.
    notice_text: str = ""
    #: Whom the notice names for questions and for having things deleted.
    notice_contact: str = "社区"
    #: Calendar and time limits.
    rules: Rules = field(default_factory=lambda: Rules(calendar=WorkingCalendar(zone=_CHINA)))
    #: Type of each estate that has one (`places.place_key` of its name → code of the list's estate type).
    estate_types: Mapping[str, str] = field(default_factory=dict)
    #: Who is called in an emergency; empty: leaders, property and workers of the place.
    duty: tuple[Duty, ...] = ()
    #: The vetted directory for private matters.
    directory: tuple[Entry, ...] = ()
    #: How people reach the console; empty: not from outside.
    console_url: str = ""
    #: Share of closed tickets that are called back, 0 to 1.
    call_back_share: float = 0.1
    #: The same matter at the same place within this time after closing is the old one come back.
    recurs_within: timedelta = timedelta(days=30)

    def line(self, ticket: Ticket) -> Line:
        """The line of the responsibility list for *ticket*, in the type of estate where it is."""
        estate = self.estate_types.get(place_key(ticket.place.estate), "")
        return self.responsibility.line(ticket.category, ticket.tier, estate)

    def stands_for(self, body: str, place: Place) -> str:
        """Who does the part of *body* in the type of estate where *place* is."""
        kind = self.responsibility.types.get(self.estate_types.get(place_key(place.estate), ""))
        return kind.instead.get(body, body) if kind else body

    def entries(self, category: Category, limit: int = 3) -> tuple[Entry, ...]:
        """Whom the vetted directory names for *category*, in its order."""
        return tuple(e for e in self.directory if category in e.categories)[:limit]
