"""Pictures that somebody showed in the simulated group: kept in memory, a bounded number, and known by their bytes."""

from collections import OrderedDict
from secrets import token_hex

from bot.domain.errors import DeliveryError

MAX_BYTES = 5 * 1024 * 1024
KEPT = 24


def image_type(data: bytes) -> str:
    """The media type that the first bytes of *data* give away; empty if it is no picture that people send."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


class Pictures:
    """The latest pictures, by a name that nobody can guess."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, data: bytes) -> str:
        """Keep *data*; its name. Raises `DeliveryError` (permanent) if it is too large or no picture."""
        if len(data) > MAX_BYTES:
            raise DeliveryError("图片太大了，请不要超过5 MB", permanent=True)
        if not image_type(data):
            raise DeliveryError("这不是图片，请发 JPEG、PNG、GIF 或 WebP", permanent=True)
        name = token_hex(8)
        self._kept[name] = data
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> bytes:
        """The picture called *name*. Raises `DeliveryError` (permanent) if it is gone."""
        if name not in self._kept:
            raise DeliveryError("这张图片已经不在了", permanent=True)
        return self._kept[name]

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()
