"""Files of pictures. What comes from a platform is decoded and written anew, so that only the picture is left of it."""

import asyncio
import io
import re
import secrets
import struct
from pathlib import Path

from PIL import Image, ImageOps

from bot.domain.errors import DeliveryError

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_MAX_BYTES = 10 * 1024 * 1024
#: A photo of a large phone has 50 million; what is beyond would take too much memory.
_MAX_PIXELS = 64_000_000
_MAX_SIDE = 2048
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

    def __init__(self, path: Path) -> None:
        """Keep the files below *path*, which need not exist yet."""
        self._path = path

    async def keep(self, data: bytes) -> str:
        """Re-encode and keep a picture; its file name. Raises `DeliveryError`, permanent if *data* is none."""
        clean = await asyncio.to_thread(_reencoded, data)
        name = secrets.token_hex(16)
        file = f"{name[:2]}/{name}.jpg"
        try:
            await asyncio.to_thread(_write, self._path / file, clean)
        except OSError as error:
            raise DeliveryError(f"照片存不下来：{error.strerror}") from error
        return file

    async def load(self, file: str) -> bytes:
        """The bytes of the picture kept as *file*. Raises `DeliveryError` (permanent) if it is gone."""
        path = self.path_of(file)
        try:
            if path is None:
                raise FileNotFoundError(file)
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise DeliveryError("照片已经不在了", permanent=True) from error

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
