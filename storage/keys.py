"""The file of keys: kept away from the database, made at first need, read by nobody else.

One key a line, the newest last. Old ones stay, for what was sealed with them (a backup) is opened by nothing else.
"""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from pathlib import Path

from bot.domain.errors import ConfigError

_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key_id(key: bytes) -> str:
    """What *key* is called in everything that it sealed; tells nothing of it."""
    return hashlib.sha256(b"loushi key " + key).hexdigest()[:8]


class KeyFile:
    """The keys in the file *path*."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self.path = path

    def read(self) -> dict[str, bytes]:
        """The keys by id, the newest last; no file, no key. Raises `ConfigError`: damaged, or open to others."""
        try:
            with self.path.open("rb") as file:
                mode, text = os.fstat(file.fileno()).st_mode, file.read(1 << 16)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ConfigError(f"钥匙文件 {self.path} 读不了：{error.strerror}") from error
        if mode & _OTHERS:
            raise ConfigError(f"钥匙文件 {self.path} 别人也读得到，没有启动；请执行 chmod 600 {self.path}")
        return {key_id(key): key for key in map(self._decoded, text.split())}

    def newest(self) -> tuple[str, bytes]:
        """The newest key; the first one is made here. Raises `ConfigError`."""
        return list((self.read() or self.add()).items())[-1]

    def add(self) -> dict[str, bytes]:
        """Make a new key and put it behind the others. Raises `ConfigError`."""
        line = base64.b64encode(secrets.token_bytes(_BYTES)) + b"\n"
        known = self.read()
        try:
            self._folder()
            old = b"".join(base64.b64encode(key) + b"\n" for key in known.values())
            self._write(old + line, replace=bool(known))
        except FileExistsError:  # somebody else made the first one at the same moment
            pass
        except OSError as error:
            raise ConfigError(f"钥匙文件 {self.path} 写不了：{error.strerror}") from error
        return self.read()

    def _folder(self) -> None:
        if not self.path.parent.exists():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _write(self, data: bytes, *, replace: bool) -> None:
        """Write all keys; the file appears whole or not at all, and only over a file that was read."""
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                part.replace(self.path)
            else:
                self.path.hardlink_to(part)
        finally:
            part.unlink(missing_ok=True)

    def _decoded(self, line: bytes) -> bytes:
        try:
            key = base64.b64decode(line, validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _BYTES:
            raise ConfigError(f"钥匙文件 {self.path} 坏了：每一行应当是一把 {_BYTES} 字节的钥匙，请从备份里拿回来")
        return key
