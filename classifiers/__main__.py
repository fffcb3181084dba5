"""The command line of the classifier: `python -m classifiers train`, `classify`, `evaluate`, `benchmark`, `label`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from classifiers.ensemble import TextClassifier, load_classifier
from classifiers.store import default_directory, exists

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
Directory = Annotated[Path | None, typer.Option(help="Where the model stands. Default: $LOUSHI_DATA_DIR/model.")]


@app.command()
def train(out: Directory = None) -> None:
    """Train a model on the corpus."""
    _train(out or default_directory())


@app.command()
def classify(file: Path, out: Annotated[Path, typer.Option()], model: Directory = None) -> None:
    """Classify the texts of *file* (lines with `id` and `text`)."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    found = _ready(model or default_directory()).classify_many([row["text"] for row in rows])
    lines = (
        {"id": r["id"], "kind": c.kind, "category": c.category, "tier": c.tier, "urgency": c.urgency}
        for r, c in zip(rows, found, strict=True)
    )
    out.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def _ready(directory: Path) -> TextClassifier:
    if not exists(directory):
        _train(directory)
    return load_classifier(directory)


def _train(directory: Path) -> None:
    from classifiers.training import train as train_model

    with Progress() as bar:
        task = bar.add_task("training", total=1.0)
        train_model(
            directory,
            lambda what, done: bar.update(task, description=what, completed=done),
            trained_at=datetime.now(UTC),
        )


if __name__ == "__main__":
    app()
