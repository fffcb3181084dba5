"""How long the classifier takes: to load, for one message, and for a batch of 64, against jieba's segmentation alone.

Prints microseconds a message (median of rounds) and the ratio to jieba run in turn on the same texts.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jieba

from classifiers import load_classifier
from classifiers.corpus import DATA, read_singles
from classifiers.store import default_directory, exists
from classifiers.training import train

BATCH, ROUNDS = 64, 40


def timed(work: Callable[[], object]) -> float:
    """Seconds that *work* takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> int:
    """Measure and print."""
    directory = default_directory()
    if not exists(directory):
        train(directory)
    load = timed(lambda: load_classifier(directory))
    classifier = load_classifier(directory)
    texts = [e.text for file in sorted(Path(DATA).glob("*.tsv")) for e in read_singles(file)]
    batches = [texts[i * BATCH : (i + 1) * BATCH] for i in range(ROUNDS)]
    jieba.initialize()
    ours, theirs, single = [], [], []
    for batch in batches:
        ours.append(timed(lambda b=batch: classifier.classify_many(b)) / BATCH * 1e6)
        theirs.append(timed(lambda b=batch: [list(jieba.cut(t)) for t in b]) / BATCH * 1e6)
        single.append(timed(lambda b=batch: classifier.classify_many(b[:1])) * 1e6)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    sys.stdout.write(
        f"load {load:.2f} s; batch of {BATCH}: {statistics.median(ours):.0f} us a message "
        f"({ratio:.2f} of jieba.cut alone); one message: {statistics.median(single):.0f} us\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
