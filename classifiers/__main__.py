"""The command line of the classifier: `python -m classifiers train`, `classify`, `evaluate`, `benchmark`, `label`."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from bot.domain.errors import ConfigError
from classifiers.corpus import DATA, fingerprint
from classifiers.ensemble import TextClassifier, load_classifier
from classifiers.store import default_directory, made_of

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
benchmark = typer.Typer(no_args_is_help=True, help="Published tasks, measured with the same features and machine.")
app.add_typer(benchmark, name="benchmark")

Directory = Annotated[Path | None, typer.Option(help="Where the model stands. Default: $LOUSHI_DATA_DIR/model.")]
Published = Annotated[Path, typer.Option(help="The folder of the published messages.")]


@app.command()
def train(out: Directory = None) -> None:
    """Train a model on the corpus."""
    _train(out or default_directory())


@app.command()
def classify(file: Path, out: Annotated[Path, typer.Option()], model: Directory = None) -> None:
    """Classify the texts of *file* (lines with `id` and `text`) into *out*."""
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        texts = [row["text"] for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{file}: every line should be JSON with id and text ({error!r})") from error
    found = _ready(model or default_directory()).classify_many(texts)
    lines = (
        {"id": r["id"], "kind": c.kind, "category": c.category, "tier": c.tier, "urgency": c.urgency}
        for r, c in zip(rows, found, strict=True)
    )
    out.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


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
def speed(file: Path, model: Directory = None) -> None:
    """Measure batches of 64 and single messages on the texts of *file* (lines with `text`)."""
    texts = [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines() if line.strip()]
    start = time.perf_counter()
    classifier = load_classifier(model or default_directory())
    typer.echo(f"load      {time.perf_counter() - start:7.3f} s")
    for name, size in (("batch 64", 64), ("single", 1)):
        start = time.perf_counter()
        for i in range(0, len(texts), size):
            classifier.classify_many(texts[i : i + size])
        typer.echo(f"{name:9} {(time.perf_counter() - start) / len(texts) * 1e6:7.1f} µs a message")


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
    if made_of(directory) != fingerprint():
        _train(directory)
    return load_classifier(directory)


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
    """Run the command line; what the operator must mend is one line and exit code 2."""
    try:
        app()
    except ConfigError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
