"""The picture in docs/lifecycle.md is the table of the domain."""

import re
from pathlib import Path

from bot.domain.tickets import TRANSITIONS, Status

DOCUMENT = Path(__file__).parent.parent / "docs" / "lifecycle.md"


def diagram() -> list[str]:
    """The lines of the Mermaid diagram."""
    match = re.search(r"```mermaid\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert match is not None
    return [line.strip() for line in match.group(1).splitlines()]


def arrows() -> list[tuple[str, str]]:
    """From and to of every arrow, the one from the beginning too."""
    return [(a, b) for line in diagram() if "-->" in line for a, _, b in [line.partition(" --> ")]]


def test_the_arrows_are_the_transitions() -> None:
    """The diagram draws every transition that the table allows, each once, and no other."""
    drawn = [pair for pair in arrows() if pair[0] != "[*]"]
    allowed = {(before.value, after.value) for before, following in TRANSITIONS.items() for after in following}
    assert set(drawn) == allowed
    assert len(drawn) == len(allowed)


def test_a_ticket_begins_as_pending() -> None:
    """The one beginning of the diagram is the status of a new ticket."""
    assert [to for a, to in arrows() if a == "[*]"] == [Status.PENDING.value]


def test_the_names_are_what_people_read() -> None:
    """The diagram calls every status by the name that people read."""
    named = dict(line.split(": ") for line in diagram() if ": " in line)
    assert named == {status.value: status.label for status in Status}
