"""Measuring speed."""

from classifiers import TextClassifier
from classifiers.speed import BATCH, ROUNDS, corpus_texts, measure


def test_distinct_messages_are_measured_beside_jieba(classifier: TextClassifier) -> None:
    """Every figure is measured, and no message is classified twice in a round, for a memory would be no speed."""
    asked: list[str] = []

    class Listening:
        def classify_many(self, texts: list[str]) -> list[object]:
            asked.extend(texts if len(texts) == BATCH else ())
            return list(classifier.classify_many(texts))

    speed = measure(Listening, corpus_texts()[: 3 * BATCH] * 2)
    assert min(speed.load, speed.batch, speed.single, speed.jieba) > 0
    assert len(asked) == ROUNDS * len(set(asked)) > ROUNDS * BATCH
    assert "of jieba alone" in str(speed)


def test_few_messages_are_one_batch(classifier: TextClassifier) -> None:
    """A file of three lines can be measured, too."""
    assert measure(lambda: classifier, ["电梯坏了", "早", "漏水了"]).batch > 0


def test_classifying_costs_no_more_than_twice_what_jieba_does(classifier: TextClassifier) -> None:
    """A change that makes classification clearly slower is noticed; `make bench` shows the exact figures."""
    speed = measure(lambda: classifier, corpus_texts()[::25])
    assert speed.batch < 2 * speed.jieba
