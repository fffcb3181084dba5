"""A bot of its own for a measurement: a folder, settings, a model, people with roles, and the real process."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gateway import TOKEN
from bot.domain.members import Grant, Role
from bot.domain.messages import Identity
from classifiers.corpus import DATA, fingerprint
from classifiers.store import made_of
from storage.database import Database
from storage.unit_of_work import UnitsOfWork

ROOT = Path(__file__).parents[1]
LEADER, PROPERTY = 200_001, 200_002

SETTINGS = """
data_dir = "{folder}"
[server]
port = {port}
[onebot]
token = "{token}"
[outbox]
gap = 0.0
jitter_min = 0.0
jitter_max = 0.0
quiet_from = "00:00:00"
quiet_until = "00:00:00"
daily_budget = 100000
[loop]
acknowledge_after = 0.0
[digest]
leaders = ""
workers = ""
weekly = ""
[notice]
enabled = false
[privacy]
sealed = {sealed}
"""
GROUP = """
[groups.known."onebot/group/{number}"]
estate = "{estate}"
building = "{building}"
"""


@dataclass(slots=True)
class Installation:
    """A bot in *folder* that listens at *port* and takes part in *groups*, each of an estate of its own."""

    folder: Path
    port: int
    groups: list[int]
    #: What people wrote cannot be compared where it is sealed.
    sealed: bool = True
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "loushi.db"

    @property
    def log(self) -> Path:
        """What the process says."""
        return self.folder / "log.txt"

    async def prepare(self, model: Path) -> None:
        """Write the settings, link the *model*, open the database and give a leader and the property their roles."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "model").symlink_to(model.absolute())
        values = {"folder": self.folder.absolute(), "port": self.port, "token": TOKEN}
        settings = SETTINGS.format(**values, sealed=str(self.sealed).lower())
        known = [GROUP.format(number=g, estate=estate(g), building="3号楼") for g in self.groups]
        (self.folder / "settings.toml").write_text(settings + "".join(known), "utf-8")
        database = await Database.open(f"sqlite:///{self.database.absolute()}")
        async with UnitsOfWork(database)() as work:
            for user, name, role in ((LEADER, "李楼长", Role.LEADER), (PROPERTY, "物业小周", Role.PROPERTY)):
                await work.members.grant(Identity(platform="onebot", user_id=str(user)), name, Grant(role=role))
            await work.commit()
        await database.close()

    def start(self) -> None:
        """Start the process."""
        command = [sys.executable, "-m", "bot", "run", "--config", str(self.folder / "settings.toml")]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOUSHI_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the process to end."""
        self._end(signal.SIGTERM)

    def _end(self, with_signal: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait(30)
            self.process = None


def estate(group: int) -> str:
    """The estate of *group*."""
    return f"{group}苑"


def ready_model() -> Path:
    """The folder of a model of the corpus as it is; trained if there is none yet."""
    from classifiers.training import train

    folder = ROOT / "build" / "benchmarks" / "model"
    if made_of(folder) != fingerprint(DATA):
        train(folder)
    return folder
