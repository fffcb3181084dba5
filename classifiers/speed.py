"""How long classifying takes, beside jieba's segmentation of the same messages in turn.

On a machine that others use too, the clock measures them as well: what counts is processor time, the quickest of
several rounds, and the ratio to jieba, which ran right after. No message comes twice in a round.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from classifiers.corpus import DATA, read_singles
from classifiers.ensemble import TextClassifier

#: How many messages make a batch, how many batches a round, how many rounds there are.
BATCH, BATCHES, ROUNDS = 64, 40, 7
#: How many messages of a batch are classified alone, too; how often the model is loaded.
ALONE, LOADS = 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Seconds by the clock to load, microseconds of the processor a message."""

    load: float
    batch: float
    single: float
    #: jieba alone, on the messages of the batches.
    jieba: float

    def __str__(self) -> str:
        """The figures, for people."""
        share = f"{self.batch / self.jieba:.2f} of jieba alone ({self.jieba:.1f} µs)"
        return (
            f"load      {self.load:7.3f} s\n"
            f"batch {BATCH}  {self.batch:7.1f} µs a message, {share}\n"
            f"single    {self.single:7.1f} µs a message"
        )


def measure(load: Callable[[], TextClassifier], texts: Sequence[str]) -> Speed:
    """The speed of what *load* gives, on the distinct ones of *texts*."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    seconds = min(timed(load, time.perf_counter) for _ in range(LOADS))
    classifier, batches = load(), _batches(list(dict.fromkeys(texts)))
    rounds = [_round(classifier.classify_many, jieba.cut, batches) for _ in range(ROUNDS)]
    batch, theirs, single = (min(times) for times in zip(*rounds, strict=True))
    return Speed(load=seconds, batch=batch, single=single, jieba=theirs)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """How many seconds *work* takes by *clock*."""
    begin = clock()
    work()
    return clock() - begin


def _batches(texts: list[str]) -> list[list[str]]:
    """Whole batches from all over *texts*; what is too little for one is one."""
    starts = range(0, max(1, len(texts) - BATCH + 1), BATCH)
    return [texts[i : i + BATCH] for i in starts[:: max(1, len(starts) // BATCHES)]]


def _round(
    classify: Callable[[Sequence[str]], object], cut: Callable[[str], Iterable[str]], batches: Sequence[Sequence[str]]
) -> tuple[float, float, float]:
    """Microseconds a message: in batches, by jieba, and one by one."""

    def by_jieba(batch: Sequence[str]) -> None:
        for text in batch:
            list(cut(text))

    def one_by_one(batch: Sequence[str]) -> None:
        for text in batch:
            classify([text])

    ours = theirs = alone = 0.0
    for batch in batches:
        ours += timed(partial(classify, batch))
        theirs += timed(partial(by_jieba, batch))
        alone += timed(partial(one_by_one, batch[:ALONE]))
    count = sum(map(len, batches))
    return 1e6 * ours / count, 1e6 * theirs / count, 1e6 * alone / sum(len(b[:ALONE]) for b in batches)


def corpus_texts() -> list[str]:
    """The single messages that come with the program."""
    return [example.text for path in sorted(DATA.glob("*.tsv")) for example in read_singles(path)]
