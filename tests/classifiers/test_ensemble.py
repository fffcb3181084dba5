"""What callers may rely on: order, determinism, evidence, speed of start."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers import TextClassifier, load_classifier
from classifiers.corpus import read_corpus
from classifiers.fitting import Table as FittedTable
from classifiers.fitting import counted, matrix
from classifiers.model import HEADS

_TALK = [
    "3单元楼道水管漏水了 有人管吗",
    "早",
    "[图片]",
    "",
    "   \n ",
    "电梯里困了人!!!",
    "謝謝師傅 燈修好咗",
    "😀" * 40,
    "漏" * 5_000,
    "http://a.example/b?c=1",
    "\ud800坏字符",
]


def test_a_batch_and_single_messages_are_answered_alike(classifier: TextClassifier) -> None:
    """What stands beside a message in the batch does not change its answer, nor does asking twice."""
    together = classifier.classify_many(_TALK)
    alone = [classifier.classify_many([text])[0] for text in _TALK]
    assert [(c.kind, c.category, c.tier, c.urgency) for c in together] == [
        (c.kind, c.category, c.tier, c.urgency) for c in alone
    ]
    assert [c.issue for c in together] == pytest.approx([c.issue for c in alone], abs=1e-5)
    assert classifier.classify_many(_TALK) == together
    assert classifier.classify_many([]) == []


def test_loading_again_answers_the_same(classifier: TextClassifier, model_dir: Path) -> None:
    """Two programs with one model directory agree to the last digit."""
    assert load_classifier(model_dir).classify_many(_TALK) == classifier.classify_many(_TALK)


def test_an_issue_comes_with_its_reasons(classifier: TextClassifier) -> None:
    """A decision for an issue shows words of the text, from the lexicon and from the model."""
    found = classifier.classify_many(["三单元电梯又坏了，没人管"])[0]
    assert found.is_issue
    assert found.issue > 0.8
    assert found.category_confidence > 0.5
    assert {"keyword", "model"} <= {e.source for e in found.evidence}
    assert "电梯" in {e.words for e in found.evidence}


def test_probabilities_stay_probabilities(classifier: TextClassifier) -> None:
    """Whatever is typed, both confidences lie between 0 and 1."""
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    alphabet = "电梯漏水吵吗？！a1 \n[]@热火困"
    texts = ["".join(chance.choices(alphabet, k=chance.randint(0, 60))) for _ in range(200)]
    assert all(0 <= c.issue <= 1 and 0 <= c.category_confidence <= 1 for c in classifier.classify_many(texts))


def test_inference_sums_what_training_multiplied(classifier: TextClassifier) -> None:
    """The quick sums at work equal the sparse matrix that was trained on, feature for feature."""
    model, texts = classifier.model, [e.text for e in read_corpus()[::400]]
    seen = [classifier.reader.read(text) for text in texts]
    values = np.sqrt(model.weights[:, -1])
    sparse = matrix([counted(one) for one in seen], FittedTable(model.rows, values))
    weights = model.weights[:, :-1] / np.maximum(values, 1e-9)[:, None]
    assert np.allclose(
        sparse @ weights + model.bias,
        model.scores(*classifier.numbering.rows(classifier.reader.read_many(texts))),
        atol=1e-3,
    )


def test_classifying_needs_no_training_library(model_dir: Path) -> None:
    """A running program never imports scikit-learn, scipy, jieba or OpenCC."""
    code = (
        "import sys; from pathlib import Path; from classifiers import load_classifier\n"
        f"load_classifier(Path({str(model_dir)!r})).classify_many(['电梯坏了', '樓道燈壞咗'])\n"
        "print([m for m in ('sklearn', 'scipy', 'jieba', 'opencc') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_habits_never_speak_against_an_emergency(classifier: TextClassifier) -> None:
    """What a category usually is moves tier and urgency a little, and leaves emergencies alone."""
    tiers, habits = len(HEADS["tier"]), classifier.model.habits
    assert not habits[:, tiers + HEADS["urgency"].index("emergency")].any()
    noise, leak = (habits[HEADS["category"].index(c)] for c in ("noise", "leak"))
    urgent, normal = (tiers + HEADS["urgency"].index(u) for u in ("urgent", "normal"))
    assert noise[urgent] < noise[normal]
    assert leak[urgent] - leak[normal] > noise[urgent] - noise[normal]


def test_a_neighbours_word_sounds_like_part_of_a_matter(classifier: TextClassifier) -> None:
    """「我家也是」 is no issue by itself, and still nearer to one than a greeting or a joke."""
    also, hello, joke = classifier.classify_many(["我家也是，从昨晚就没水", "早上好各位", "哈哈哈笑死我了"])
    assert also.part > max(hello.part, joke.part)
