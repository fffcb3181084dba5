"""Scores predicted tickets against the ones that a careful person made of the same transcripts.

A predicted ticket matches if it shares the message by which the ticket should exist, or more than half of all their
messages; one to one, the largest overlaps first. Definitions are those that the transcripts came with.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.places import place_key

#: A ticket is in time if it was opened this soon after the message by which it should exist.
TIMELY = timedelta(seconds=120)
_FIELDS = ("category", "tier", "urgency", "kind")

Row = dict[str, Any]


def match(golds: Sequence[Row], preds: Sequence[Row]) -> list[tuple[int, int]]:
    """Pairs of gold and predicted tickets by their places in the lists."""
    pairs = []
    for g, gold in enumerate(golds):
        for p, pred in enumerate(preds):
            a, b = set(gold["messages"]), set(pred["messages"])
            overlap = len(a & b) / len(a | b) if a | b else 0.0
            if gold["first"] in b or overlap > 0.5:
                pairs.append((overlap, g, p))
    seen_g, seen_p, out = set(), set(), []
    for _, g, p in sorted(pairs, key=lambda t: (-t[0], t[1], t[2])):
        if g not in seen_g and p not in seen_p:
            seen_g.add(g)
            seen_p.add(p)
            out.append((g, p))
    return out


def _companions(tickets: Iterable[Row]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for ticket in tickets:
        for message in ticket["messages"]:
            out.setdefault(message, set()).update(ticket["messages"])
    return out


class Score:
    """Adds up transcripts, then gives the figures."""

    def __init__(self) -> None:
        self._n: Counter[str] = Counter()
        self._precision = self._recall = 0.0
        #: What went wrong, in lines for a person.
        self.errors: list[str] = []

    def add(self, name: str, rows: Sequence[Row], golds: Sequence[Row], pred: Row) -> None:
        """One transcript: its messages *rows*, its right tickets, and what was predicted."""
        preds, pairs = pred["tickets"], match(golds, pred["tickets"])
        self._n.update(
            messages=len(rows), posts=len(pred["posts"]), gold=len(golds), pred=len(preds), matched=len(pairs)
        )
        self._clusters(golds, preds)
        at = {r["id"]: datetime.fromisoformat(r["ts"]) for r in rows}
        said = {r["id"]: r["text"] for r in rows}
        found = dict(pairs)
        for g, gold in enumerate(golds):
            self._ticket(name, gold, preds[found[g]] if g in found else None, at, said)
        taken = {p for _, p in pairs}
        for p, extra in enumerate(preds):
            if p not in taken:
                words = " | ".join(said.get(m, "?") for m in extra["messages"][:3])
                self.errors.append(f"{name} invented [{extra['category']}]: {words}")

    def _clusters(self, golds: Sequence[Row], preds: Sequence[Row]) -> None:
        g, p = _companions(golds), _companions(preds)
        both_in = len(set(g) & set(p))
        self._n.update(tp=both_in, fp=len(p) - both_in, fn=len(g) - both_in, clustered=len(set(g) | set(p)))
        for message in set(g) & set(p):
            both = len(g[message] & p[message])
            self._precision += both / len(p[message])
            self._recall += both / len(g[message])

    def _ticket(self, name: str, gold: Row, pred: Row | None, at: dict[str, datetime], said: dict[str, str]) -> None:
        first = said[gold["first"]]
        urgent = gold["urgency"] == "emergency"
        self._n["emergencies"] += urgent
        if urgent and (pred is None or pred["urgency"] != "emergency"):
            self._n["missed"] += 1
            self.errors.append(f"{name} EMERGENCY MISSED: {first}")
        if pred is None:
            self.errors.append(f"{name} missed [{gold['category']}/{gold['tier']}]: {first}")
            return
        for field in _FIELDS:
            right = pred[field] in {gold[field], *gold.get("also", {}).get(field, [])}
            self._n[field] += right
            if not right:
                self.errors.append(f"{name} {field} {gold[field]} read as {pred[field]}: {first}")
        if gold["building"] or gold["unit"]:
            self._n["placed"] += 1
            self._n["place"] += all(
                not gold[f] or place_key(pred[f]) == place_key(gold[f]) for f in ("building", "unit")
            )
        self._n["timely"] += datetime.fromisoformat(pred["opened_at"]) - at[gold["first"]] <= TIMELY

    def figures(self) -> dict[str, float]:
        """Every figure by its name."""
        n = self._n
        matched, clustered = n["matched"] or 1, n["clustered"] or 1
        return {
            "ticket F1": _f1(n["matched"] / (n["pred"] or 1), n["matched"] / (n["gold"] or 1)),
            "B-cubed F1": _f1(self._precision / clustered, self._recall / clustered),
            "message intake F1": _f1(n["tp"] / (n["tp"] + n["fp"] or 1), n["tp"] / (n["tp"] + n["fn"] or 1)),
            "category accuracy": n["category"] / matched,
            "tier accuracy": n["tier"] / matched,
            "urgency accuracy": n["urgency"] / matched,
            "place accuracy": n["place"] / (n["placed"] or 1),
            "missed emergencies": float(n["missed"]),
            "timely": n["timely"] / matched,
            "posts per 100 messages": 100 * n["posts"] / (n["messages"] or 1),
        }


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
