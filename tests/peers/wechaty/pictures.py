"""Pictures as phones take them."""

import io
import os

from PIL import Image


def jpeg(width: int, height: int) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "JPEG")
    return out.getvalue()


def large_jpeg(size: int) -> bytes:
    """A picture of at least *size* bytes: noise does not compress."""
    side = 1200
    while True:
        out = io.BytesIO()
        Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(out, "JPEG", quality=90)
        if out.tell() >= size:
            return out.getvalue()
        side += 400
