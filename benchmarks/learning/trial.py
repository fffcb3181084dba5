"""What learning from use brings, in two trials; nothing of either is in the corpus that the model comes with.

`words`: an invented estate with names of its own for things (`estate.tsv`, sixty decided messages by six people).
A CITY: one city of our own conversations is left out of the corpus. The bot replays two thirds of its talk; a simulated
leader confirms, corrects or rejects each ticket as the known tickets say; the last third is only measured on.
A fifth of the corrections are never learned from. `python benchmarks/learning/trial.py words city mixed north`
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.adapters.transcript.labelled import KnownTicket, Labelled, read_labelled
from bot.app import pacing_of, policy_of, rules_of
from bot.corrections import Correction, corrections_of
from bot.domain import lifecycle
from bot.domain.lifecycle import Doer
from bot.domain.members import Role
from bot.domain.messages import Identity
from bot.domain.taxonomy import ISSUE_KINDS, Category, Kind, Tier
from bot.domain.tickets import Status, Ticket
from bot.refit import ZONE, without
from bot.replay import Replayer
from bot.teaching import Lessons, lessons
from classifiers import TextClassifier, load_classifier
from classifiers.comparing import NAMES, Figures, on_lines
from classifiers.corpus import DATA, Example, read_conversation
from classifiers.training import train
from config.settings import load_settings

WHO = Identity(platform="transcript", user_id="leader")
NOTHING = timedelta()
AT = datetime(2026, 1, 1, tzinfo=UTC)


def decided(ticket: Ticket, known: Sequence[KnownTicket]) -> Ticket:
    """*ticket* after a leader who knows the truth has seen it."""
    leader = Doer(by=WHO, role=Role.LEADER.value, at=ticket.active_at)
    last = ticket.messages[-1]
    opener = next((m for m in ticket.messages if m.at == ticket.opened_at), last)
    truth = next((k for k in known if opener.message_id in k.messages), None)
    if ticket.status not in (Status.PENDING, Status.REFERRED):
        return ticket
    if truth is None:
        return lifecycle.rejected(ticket, leader, "", NOTHING) if ticket.status is Status.PENDING else ticket
    if ticket.category not in {truth.category, *truth.categories}:
        ticket = lifecycle.recategorised(ticket, leader, truth.category)
    if ticket.tier not in {truth.tier, *truth.tiers}:
        ticket = lifecycle.retiered(ticket, replace(leader, at=leader.at + timedelta(seconds=1)), truth.tier, NOTHING)
    pending = ticket.status is Status.PENDING and ticket.tier is not Tier.PRIVATE
    late = replace(leader, at=leader.at + timedelta(seconds=2))
    return lifecycle.confirmed(ticket, late) if pending else ticket


async def used(talks: Sequence[Labelled], classifier: TextClassifier) -> list[Ticket]:
    """The decided tickets that the bot made of *talks*, numbered through."""
    settings = load_settings()
    policy = policy_of(settings)
    rules, pacing = rules_of(settings, policy), pacing_of(settings)
    replayer = Replayer(classifier=classifier, policy=policy, rules=rules, pacing=pacing)
    found: list[Ticket] = []
    for talk in talks:
        for ticket in (await replayer.play(talk.transcript)).tickets:
            found.append(decided(replace(ticket, number=len(found) + 1), talk.tickets))
    return found


def estate(folder: Path) -> Iterator[tuple[str, Figures, Figures]]:
    """The trial of an estate's own words, five times with other fifths held out."""
    train(folder / "before")
    before = load_classifier(folder / "before")
    examples = list(_read(Path(__file__).with_name("estate.tsv")))
    for split in range(5):
        found = lessons([_decision(e, n + 1000 * split) for n, e in enumerate(examples, 1)], ())
        train(folder / "after", learned=found.learned)
        after = load_classifier(folder / "after")
        yield f"split {split + 1} ({_said(found)})", on_lines(before, found.held_out), on_lines(after, found.held_out)


def _decision(example: Example, number: int) -> Correction:
    return Correction(
        source=f"ticket/{number}",
        at=AT,
        speaker=f"{number % 6}",
        names=(),
        text=example.text,
        issue=example.issue,
        category=example.category,
        tier=example.tier,
    )


def _read(path: Path) -> Iterator[Example]:
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, category, tier, _, text = line.split("\t")
            issue = Kind(kind) in ISSUE_KINDS
            yield Example(
                text=text,
                issue=issue,
                category=Category(category) if issue else None,
                tier=Tier(tier) if issue else None,
            )


def trial(city: str, folder: Path) -> Iterator[tuple[str, Figures, Figures]]:
    """For each part: its name, the figures before and after."""
    data = without(city, folder / "data")
    train(folder / "before", data=data)
    before = load_classifier(folder / "before")
    files = sorted((DATA / "conversations").glob(f"{city}*.tsv"))
    heard = files[: len(files) * 2 // 3]
    tickets = asyncio.run(used([read_labelled(f, ZONE) for f in heard], before))
    names = {m.sender_name for t in tickets for m in t.messages}
    found = lessons(corrections_of(tickets, ()), names)
    train(folder / "after", data=data, learned=found.learned)
    after = load_classifier(folder / "after")
    yield f"corrections held out ({_said(found)})", on_lines(before, found.held_out), on_lines(after, found.held_out)
    later = [e for f in files if f not in heard for e in read_conversation(f)]
    yield "all of the talk afterwards", on_lines(before, later), on_lines(after, later)


def _said(found: Lessons) -> str:
    whole = [e for e in found.learned.examples if e.issue is not None]
    return f"learned {len(whole)}, {sum(e.issue is False for e in whole)} of them rejections"


def main(cities: Sequence[str]) -> None:
    """Print before and after for each of *cities*."""
    for city in cities:
        with TemporaryDirectory() as folder:
            parts = estate(Path(folder)) if city == "words" else trial(city, Path(folder))
            for part, before, after in parts:
                sys.stdout.write(f"{city}: {part}, {before.lines} lines\n")
                for name in NAMES:
                    if name in before.values:
                        was, now = before.values[name], after.values[name]
                        sys.stdout.write(f"  {name:20} {was:.3f} -> {now:.3f}  {now - was:+.3f}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:] or ["words"])
