"""What the operator decides about the loop: times and the responsibility list."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.responsibility import ResponsibilityList


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
    #: A binding code works this long.
    invitation_for: timedelta = timedelta(hours=24)
    #: Wrong codes within `lockout` before its sender is locked out.
    wrong_codes: int = 5
    lockout: timedelta = timedelta(hours=1)
    #: Say nothing at all: a history is being imported.
    silent: bool = False
    #: Take part in every group that speaks, without being told to.
    enable_new: bool = False
