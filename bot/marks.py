"""What the figures of understanding must reach: floors for the data at hand, aims for what is held back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One figure, and how good is good enough."""

    name: str
    #: What it must reach on the data at hand; None if nothing is asked of it.
    floor: float | None = None
    #: What it shall reach on data that nobody here has seen.
    aim: float | None = None
    #: What a careful person reached, on such data.
    person: float | None = None
    #: Is less better?
    at_most: bool = False
    #: What has to be given to measure it: a variable of `make eval`.
    needs: str = ""
    #: How its value is written.
    form: str = ".3f"

    def holds(self, value: float) -> bool:
        """Does *value* reach the floor, or stay below it where less is better?"""
        return self.floor is None or (value <= self.floor if self.at_most else value >= self.floor)


MARKS = (
    Mark(name="ticket F1", floor=0.82, aim=0.90, person=0.98),
    Mark(name="B-cubed F1", floor=0.65, aim=0.76, person=0.80),
    Mark(name="message intake F1", floor=0.82, aim=0.90, person=0.93),
    Mark(name="category accuracy", floor=0.86, aim=0.93, person=1.0),
    Mark(name="tier accuracy", floor=0.84, aim=0.92, person=1.0),
    Mark(name="urgency accuracy", floor=0.86, aim=0.92, person=0.92),
    Mark(name="place accuracy", floor=0.92, aim=0.96, person=1.0),
    Mark(name="missed emergencies", floor=0, aim=0, person=0, at_most=True, form=".0f"),
    Mark(name="timely", floor=0.92, aim=0.96, person=0.96),
    Mark(name="posts per 100 messages", floor=12, aim=8, at_most=True, form=".1f"),
    Mark(name="calibration error", floor=0.05, at_most=True),
    Mark(name="issue F1, single texts", floor=0.93, aim=0.95, needs="TEXTS"),
    Mark(name="category macro-F1, single texts", floor=0.75, aim=0.85, needs="TEXTS"),
    Mark(name="tier accuracy, single texts", floor=0.80, aim=0.88, needs="TEXTS"),
    Mark(name="urgency accuracy, single texts", needs="TEXTS"),
    Mark(name="Teddy macro-F1", floor=0.92, aim=0.94, needs="DATA"),
    Mark(name="duplicates, average precision", floor=0.90, aim=0.95, needs="DATA"),
    Mark(name="batch of 64, µs a message", floor=60, at_most=True, form=".0f"),
    Mark(name="single message, µs", floor=600, at_most=True, form=".0f"),
    Mark(name="loading, s", floor=1, at_most=True, form=".2f"),
)
BY_NAME = {mark.name: mark for mark in MARKS}
