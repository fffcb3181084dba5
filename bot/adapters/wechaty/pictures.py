"""Pictures that go out, made small enough: WeChat gateways take nothing larger than 4 MiB, wrapping included."""

import asyncio
import io
import struct

from PIL import Image, ImageOps

from bot.domain.errors import DeliveryError

#: Bytes: base64 makes 3.87 MiB of them.
LARGEST = 2_900_000
_MAX_PIXELS = 64_000_000
#: Longest side in pixels and JPEG quality, the best first.
_STEPS = ((4096, 88), (3072, 85), (2048, 85), (2048, 75), (1600, 70), (1024, 60))
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)


async def made_small(data: bytes) -> tuple[str, bytes]:
    """A file name and the bytes of the picture *data*, as a JPEG of `LARGEST` bytes at most, without its metadata.

    Raises `DeliveryError` (permanent) if it is none.
    """
    try:
        return "photo.jpg", await asyncio.to_thread(_small, data)
    except _BROKEN as error:
        raise DeliveryError("picture: not a picture", permanent=True) from error


def _small(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > _MAX_PIXELS:
            raise DeliveryError("picture: too large", permanent=True)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    for side, quality in _STEPS:
        upright.thumbnail((side, side))
        output = io.BytesIO()
        upright.save(output, "JPEG", quality=quality, optimize=True)
        if output.tell() <= LARGEST:
            return output.getvalue()
    raise DeliveryError("picture: too large", permanent=True)
