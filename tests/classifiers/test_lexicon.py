"""The expert's lexicon: words, gaps and exceptions, without training."""

from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from classifiers import TextClassifier, load_classifier
from classifiers.features import reader_of
from classifiers.keywords import load_lexicon


def _sections(path: Path | None, text: str) -> set[tuple[str, str]]:
    reader = reader_of({}, {}, {}, load_lexicon(path))
    return {(hit.entry.section, hit.entry.word) for hit in reader.read(text).hits}


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "lexicon.toml"
    path.write_text(text, "utf-8")
    return path


def test_words_gaps_and_exceptions_are_found(tmp_path: Path) -> None:
    """A star bridges a few characters, and an exception silences what it touches, and nothing else."""
    path = _written(tmp_path, '[urgency.emergency]\nstrong = ["困*电梯", "着火了"]\nunless = ["热得*着火"]\n')
    assert _sections(path, "有人困在南边的电梯里") == {("urgency:emergency", "困*电梯")}
    assert _sections(path, "热得要着火了") == set()
    assert _sections(path, "热得要着火了，不对，真着火了") == {("urgency:emergency", "着火了")}
    assert _sections(path, "困了，等下班再去坐一坐那个新的电梯") == set()


def test_a_new_word_counts_at_once(model_dir: Path, classifier: TextClassifier, tmp_path: Path) -> None:
    """A word that the model never saw moves the category from the next start on, and is shown as evidence."""
    shipped = Path(__file__).parents[2] / "config" / "lexicon.toml"
    own = _written(tmp_path, shipped.read_text("utf-8").replace('strong = ["电梯",', 'strong = ["铁笼仓", "电梯",', 1))
    text = "铁笼仓又坏了 没人管"
    found = load_classifier(model_dir, own).classify_many([text])[0]
    assert found.category == "elevator"
    assert any(e.source == "keyword" and e.words == "铁笼仓" for e in found.evidence)
    before = classifier.classify_many([text])[0]
    assert not any(e.words == "铁笼仓" for e in before.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "[category.lift]\nwords = []",
        "[mood.bad]\nwords = []",
        "[category.leak]\nwords = [1]",
        "[category",
        "[tier.big]\nloud = []",
    ],
)
def test_a_broken_lexicon_is_one_clear_sentence(tmp_path: Path, text: str) -> None:
    """A section, heading or word that cannot be meant stops the start with the file's name."""
    with pytest.raises(ConfigError, match=r"lexicon\.toml: ") as caught:
        load_lexicon(_written(tmp_path, text))
    assert "\n" not in str(caught.value)
