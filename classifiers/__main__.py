"""The command line of the classifier: `python -m classifiers train`, `classify`, `evaluate`, `benchmark`, `label`.

The one file of this room that is composition: `train --from-db` needs the database, which the classifier does not know.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from bot.domain.errors import BotError, ConfigError
from classifiers.corpus import DATA, fingerprint
from classifiers.ensemble import TextClassifier, load_classifier
from classifiers.store import default_directory, made_of, spare

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
benchmark = typer.Typer(no_args_is_help=True, help="Published tasks, measured with the same features and machine.")
app.add_typer(benchmark, name="benchmark")

Directory = Annotated[Path | None, typer.Option(help="Where the model stands. Default: $LOUSHI_DATA_DIR/model.")]
Published = Annotated[Path, typer.Option(help="The folder of the published messages.")]


@app.command()
def train(
    database: Annotated[str, typer.Argument(help="Path or URL of the database. Default: that of the settings.")] = "",
    from_db: Annotated[bool, typer.Option("--from-db", help="Learn what leaders and workers corrected, too.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the model even by a worse one.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures before and after as JSON.")] = False,
    out: Directory = None,
) -> None:
    """Train a model on the corpus, and on what people corrected; a better model is not replaced."""
    from bot.training import train_from, train_on_corpus

    directory = out or default_directory()
    if from_db or database:
        train_from(database, directory, force=force, as_json=as_json)
    else:
        train_on_corpus(directory, force=force)


@app.command()
def classify(file: Path, out: Annotated[Path, typer.Option()], model: Directory = None) -> None:
    """Classify the texts of *file* (lines with `id` and `text`) into *out*."""
    rows = _rows(file, "id")
    found = _ready(model or default_directory()).classify_many([row["text"] for row in rows])
    lines = (
        {"id": r["id"], "kind": c.kind, "category": c.category, "tier": c.tier, "urgency": c.urgency}
        for r, c in zip(rows, found, strict=True)
    )
    out.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def _rows(file: Path, *more: str) -> list[dict[str, str]]:
    """The lines of *file*, JSON with a text each, and *more*. Raises `ConfigError`."""
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        return [{name: row[name] for name in ("text", *more)} for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        wanted = " and ".join((*more, "text"))
        raise ConfigError(f"{file}: every line should be JSON with {wanted} ({error!r})") from error


@app.command()
def evaluate() -> None:
    """Show how good training is on writers that it has not seen."""
    from classifiers.evaluation import shown

    with _progress() as tell:
        report = shown(tell)
    typer.echo(report)


@benchmark.command()
def teddy(data: Published) -> None:
    """Measure the seven classes of the 2020 Teddy Cup messages, five folds."""
    from classifiers.teddy import macro_f1

    with _progress() as tell:
        found = macro_f1(data, tell)
    typer.echo(f"macro-F1 {found:.4f}")


@benchmark.command()
def merging(data: Published, model: Directory = None) -> None:
    """Measure whether similarity finds messages about the same matter."""
    from classifiers.merging import average_precision

    typer.echo(f"average precision {average_precision(data, _ready(model or default_directory())):.4f}")


@benchmark.command()
def speed(
    file: Annotated[Path | None, typer.Argument(help="Lines with `text`. Default: the corpus.")] = None,
    model: Directory = None,
) -> None:
    """Measure loading, batches of 64 and single messages, with jieba's segmentation of the same messages beside it."""
    from classifiers.speed import corpus_texts, measure

    texts = [row["text"] for row in _rows(file)] if file else corpus_texts()
    typer.echo(measure(lambda: _ready(model or default_directory()), texts))


@app.command()
def label(texts: Path, into: Annotated[Path, typer.Option()] = DATA / "own.tsv", model: Directory = None) -> None:
    """Label the lines of the file *texts* one by one, and add them to the corpus."""
    from classifiers.labelling import append
    from classifiers.labelling import label as labelled

    classifier = _ready(model or default_directory())
    for text in filter(None, map(str.strip, texts.read_text("utf-8").splitlines())):
        line = labelled(text, classifier.classify_many([text])[0], _ask)
        if line:
            append(into, line)


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False))


def _ready(directory: Path) -> TextClassifier:
    """The classifier in *directory*, or, if that learned from use before the corpus changed, one trained beside it."""
    place = directory if made_of(directory) == fingerprint() else spare(directory)
    if place != directory:
        typer.echo(f"{directory}：程序或语料更新过，先用只学语料的模型；要更新：train --from-db", err=True)
    if made_of(place) != fingerprint():
        _train(place)
    return load_classifier(place)


def _train(directory: Path) -> None:
    from classifiers.training import train as train_model

    with _progress() as tell:
        train_model(directory, tell, trained_at=datetime.now(UTC))


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    with Progress(transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, done: bar.update(task, description=what, completed=done)


def main() -> None:
    """Run the command line. What the operator must mend is one line and exit code 2, what cannot be done is 1."""
    try:
        app()
    except BotError as error:
        typer.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, ConfigError) else 1)


if __name__ == "__main__":
    main()
