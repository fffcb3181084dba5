"""Files of pictures. What comes from a platform is decoded and written anew, so that only the picture is left of it.

With a seal, what lies in the folder is no picture for who has not the key.
"""

import asyncio
import io
import re
import secrets
import struct
from pathlib import Path

from PIL import Image, ImageOps

from bot.domain.errors import BotError, DeliveryError
from storage.sealing import Seal, sealed_with

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_MAX_BYTES = 10 * 1024 * 1024
#: A photo of a large phone has 50 million; what is beyond would take too much memory.
_MAX_PIXELS = 64_000_000
_MAX_SIDE = 2048
#: In a folder all of whose pictures are sealed.
_ALL_SEALED = "sealed"
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.jpg")
#: What Pillow raises for files that are broken, by accident or design.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    Image.DecompressionBombError,
)


class PictureFolder:
    """`ports.PictureStore` in a folder."""

    def __init__(self, path: Path, seal: Seal | None = None) -> None:
        """Keep the files below *path*, which need not exist yet, sealed with *seal*."""
        self._path = path
        self._seal = seal

    async def keep(self, data: bytes) -> str:
        """Re-encode and keep a picture; its file name. Raises `DeliveryError`, permanent if *data* is none."""
        clean = await asyncio.to_thread(_reencoded, data)
        name = secrets.token_hex(16)
        file = f"{name[:2]}/{name}.jpg"
        try:
            await asyncio.to_thread(_write, self._path / file, self._sealed(file, clean))
        except OSError as error:
            raise DeliveryError(f"照片存不下来：{error.strerror}") from error
        return file

    async def load(self, file: str) -> bytes:
        """The bytes of the picture kept as *file*. Raises `DeliveryError` (permanent): gone, or not to be opened."""
        return await asyncio.to_thread(self.read, file)

    def read(self, file: str) -> bytes:
        """`load`, where waiting for the disk keeps nobody up."""
        path = self.path_of(file)
        try:
            if path is None:
                raise FileNotFoundError(file)
            data = path.read_bytes()
        except OSError as error:
            raise DeliveryError("照片已经不在了", permanent=True) from error
        try:
            return self._opened(file, data)
        except BotError as error:
            raise DeliveryError(str(error), permanent=True) from error

    async def seal_all(self) -> int:
        """Seal what was kept before there was a seal; how many pictures. Once done, it is not looked for again."""
        return await asyncio.to_thread(self._seal_all) if self._seal is not None else 0

    def _seal_all(self) -> int:
        done, count = self._path / _ALL_SEALED, 0
        if done.exists() or not self._path.is_dir():
            return 0
        for path in self._path.glob("??/*.jpg"):
            data, file = path.read_bytes(), f"{path.parent.name}/{path.name}"
            if sealed_with(data) is None:
                _write(path, self._sealed(file, data))
                count += 1
        done.touch(mode=0o600)
        return count

    def _sealed(self, file: str, data: bytes) -> bytes:
        return data if self._seal is None else self._seal.sealed_file(file, data)

    def _opened(self, file: str, data: bytes) -> bytes:
        if self._seal is not None:
            return self._seal.opened_file(file, data)
        if sealed_with(data) is not None:
            raise BotError("照片是封存的，要有钥匙才打得开")
        return data

    async def remove(self, file: str) -> None:
        """Delete one; none there is fine."""
        path = self.path_of(file)
        if path is not None:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def path_of(self, file: str) -> Path | None:
        """Where *file* is; None if no picture can be called so."""
        return self._path / file if is_name(file) else None


def is_name(file: str) -> bool:
    """Can a picture be called so?"""
    return _NAME.fullmatch(file) is not None


def _reencoded(data: bytes) -> bytes:
    """The picture in *data* as a JPEG without anything else in it."""
    if len(data) > _MAX_BYTES:
        raise DeliveryError("照片太大，没有保存", permanent=True)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise DeliveryError("照片太大，没有保存", permanent=True)
            return _encoded(image)
    except _BROKEN as error:
        raise DeliveryError("不是能识别的照片，没有保存", permanent=True) from error


def _encoded(image: Image.Image) -> bytes:
    """*image*, its first frame, upright, on white, no larger than needed, as JPEG bytes."""
    image.draft("RGB", (_MAX_SIDE, _MAX_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((_MAX_SIDE, _MAX_SIDE))
    fresh = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        fresh.paste(layer, mask=layer)
    else:
        fresh.paste(upright.convert("RGB"))
    output = io.BytesIO()
    fresh.save(output, "JPEG", quality=85, optimize=True)
    return output.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Write *data*; the file appears whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
