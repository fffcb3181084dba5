"""How fast the bot may speak, and when it is quiet."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

from bot.domain.groups import GroupRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How fast the bot may speak. No platform publishes a number; these keep an account unremarkable."""

    #: Shortest time between two posts in one conversation.
    gap: timedelta = timedelta(seconds=5)
    #: Random pause before each post of one account, in seconds.
    jitter: tuple[float, float] = (1.5, 3.0)
    #: News waits through these hours (local time); answers and emergencies do not.
    quiet_from: time = time(22, 0)
    quiet_until: time = time(7, 0)
    zone: tzinfo
    #: Posts of news a group gets in a day before the rest becomes a digest.
    daily_budget: int = 30
    #: How many sentences are put into one post.
    together: int = 5
    #: Failures in a row after which a conversation is left alone for `pause`.
    failures: int = 3
    pause: timedelta = timedelta(minutes=30)
    #: A post is given up after this many tries.
    tries: int = 6

    def of_group(self, rules: GroupRules) -> "Pacing":
        """This pacing with what a group decided for itself."""
        begin, end = self.quiet_from, self.quiet_until
        if rules.quiet_from is not None and rules.quiet_until is not None:
            begin, end = rules.quiet_from, rules.quiet_until
        budget = self.daily_budget if rules.daily_budget is None else rules.daily_budget
        return replace(self, quiet_from=begin, quiet_until=end, daily_budget=budget)

    def quiet(self, now: datetime) -> bool:
        """Is it night?"""
        at = now.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def morning(self, now: datetime) -> datetime:
        """When the night ends."""
        local = now.astimezone(self.zone)
        end = local.replace(hour=self.quiet_until.hour, minute=self.quiet_until.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)

    def midnight(self, now: datetime) -> datetime:
        """When the day began."""
        return now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
