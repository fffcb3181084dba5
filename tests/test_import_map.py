"""The import map of docs/architecture.md is true: the table there is the law, this file only reads it."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "classifiers", "config", "storage")
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Room:
    """A row of the table; a name that ends in `.*` stands for each module directly below."""

    name: str
    may_import: frozenset[str]
    libraries: frozenset[str]

    def of(self, module: str) -> str | None:
        """The room that *module* is in according to this row: its name, with `*` filled in."""
        parts, own = self.name.split("."), module.split(".")
        if len(own) < len(parts) or any(a not in ("*", b) for a, b in zip(parts, own, strict=False)):
            return None
        return ".".join(own[: len(parts)])


def table() -> list[Room]:
    """The rows of the document, the most particular names first."""
    lines = (ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| room |")) + 2
    rooms = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        names, imports, libraries = (_words(cell) for cell in line.strip("| ").split(" | "))
        rooms += [Room(name, frozenset(imports), frozenset(libraries)) for name in names]
    return sorted(rooms, key=lambda r: (-r.name.count("."), "*" in r.name))


def _words(cell: str) -> list[str]:
    return [EVERYTHING] if cell.strip() == EVERYTHING else re.findall(r"`([^`]+)`", cell)


def modules() -> dict[str, Path]:
    """Every module of the program, by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
ROOMS = table()


def imports_of(module: str, path: Path) -> Iterator[str]:
    """What *module* imports: modules of the program in full, others by their first name."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (_known(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*up, *((node.module or "").split(".") if node.module else [])])
            yield from (_known(f"{base}.{alias.name}") for alias in node.names)


def _known(name: str) -> str:
    """The module that *name* is or is in."""
    if name.partition(".")[0] not in PACKAGES:
        return name.partition(".")[0]
    while name not in MODULES and "." in name:
        name = name.rpartition(".")[0]
    return name


def room_of(module: str) -> tuple[Room, str] | None:
    """The row for *module*, and the room it is in."""
    return next(((row, room) for row in ROOMS if (room := row.of(module))), None)


def _within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def _allowed(target: str, row: Room, room: str) -> bool:
    if target.partition(".")[0] not in PACKAGES:
        return target in sys.stdlib_module_names or bool(row.libraries & {target, EVERYTHING})
    if target == "bot" or _within(target, room) or EVERYTHING in row.may_import:
        return True
    return any(_within(target, allowed) for allowed in row.may_import)


#: Folders that only hold rooms: they have no code of their own.
FOLDERS = frozenset({"bot", "bot.adapters"})


@pytest.mark.parametrize("module", sorted(MODULES.keys() - FOLDERS))
def test_a_room_imports_only_what_the_table_allows(module: str) -> None:
    """Every module stands in a room of the table and imports only what its row names."""
    found = room_of(module)
    assert found is not None, f"{module} stands in no room of docs/architecture.md"
    row, room = found
    wrong = sorted({t for t in imports_of(module, MODULES[module]) if not _allowed(t, row, room)})
    assert not wrong, f"{module} (room {room}) may not import {', '.join(wrong)}"


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_a_folder_of_rooms_imports_nothing(folder: str) -> None:
    """Importing any room costs nothing on the way to it."""
    assert list(imports_of(folder, MODULES[folder])) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_row_of_the_table_has_a_room(room: Room) -> None:
    """The table names no room that is not there, neither as a row nor as something to import."""
    assert any(room.of(m) for m in MODULES)
    assert all(name in MODULES for name in room.may_import - {EVERYTHING})


def test_a_forbidden_import_is_found() -> None:
    """The check is awake: the domain may not know the storage, an intake no library, an adapter no other adapter."""
    for module, target in (
        ("bot.domain.tickets", "storage.database"),
        ("bot.intake.window", "numpy"),
        ("bot.adapters.web.room", "bot.adapters.onebot.codec"),
        ("bot.handlers.intake", "bot.app"),
    ):
        found = room_of(module)
        assert found is not None
        assert not _allowed(target, *found)
