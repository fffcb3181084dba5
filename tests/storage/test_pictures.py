"""Laws of the picture folder: pictures go in, pictures come out, and nothing else."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.errors import DeliveryError
from storage import pictures
from storage.pictures import PictureFolder


@pytest.fixture
def folder(tmp_path: Path) -> PictureFolder:
    """An empty picture folder."""
    return PictureFolder(tmp_path / "pictures")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """*image* as a file of *kind*."""
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def kept(folder: PictureFolder, file: str) -> Image.Image:
    """The picture that was kept as *file*."""
    path = folder.path_of(file)
    assert path is not None
    return Image.open(path)


def colour(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """Red, green and blue at a point of *image*."""
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
async def test_kinds(folder: PictureFolder, kind: str) -> None:
    """Every common kind of picture is kept as a JPEG of the same size."""
    file = await folder.keep(encoded(Image.new("RGB", (40, 30), "red"), kind))
    image = kept(folder, file)
    assert (image.format, image.size) == ("JPEG", (40, 30))
    red, green, blue = colour(image, 20, 15)
    assert red > 240
    assert green < 20
    assert blue < 20


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
async def test_modes(folder: PictureFolder, mode: str) -> None:
    """Grey, indexed, transparent and deep pictures are kept too."""
    assert kept(folder, await folder.keep(encoded(Image.new(mode, (8, 8)), "PNG"))).mode == "RGB"


async def test_transparent_is_white(folder: PictureFolder) -> None:
    """What one could see through is white."""
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert min(colour(kept(folder, await folder.keep(encoded(clear, "PNG"))), 4, 4)) > 250


async def test_first_frame(folder: PictureFolder) -> None:
    """Of a moving picture the first frame is kept."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("white", "black")]
    file = await folder.keep(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert min(colour(kept(folder, file), 4, 4)) > 250


async def test_no_metadata(folder: PictureFolder) -> None:
    """The camera's notes, above all where the picture was taken, are gone; it stands upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "华为"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    data = encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif, comment="501室".encode(), icc_profile=b"profile")
    image = kept(folder, await folder.keep(data))
    assert image.size == (20, 40)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


async def test_size(folder: PictureFolder) -> None:
    """The longer side is at most 2048 pixels; the shape stays."""
    image = kept(folder, await folder.keep(encoded(Image.new("L", (4096, 1024)), "PNG")))
    assert image.size == (2048, 512)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        encoded(Image.new("RGB", (64, 64)), "JPEG")[:200],
        encoded(Image.new("RGB", (8, 8)), "TIFF"),
        encoded(Image.new("RGB", (8, 8)), "ICO"),
        b"\xff" * (10 * 1024 * 1024 + 1),
    ],
    ids=["empty", "svg", "html", "broken", "cut off", "tiff", "ico", "too many bytes"],
)
async def test_no_picture(folder: PictureFolder, data: bytes, tmp_path: Path) -> None:
    """What is no picture, or too large, is refused for good, and leaves no file."""
    with pytest.raises(DeliveryError) as raised:
        await folder.keep(data)
    assert raised.value.permanent
    assert not (tmp_path / "pictures").exists()


async def test_bomb(folder: PictureFolder) -> None:
    """A small file that would unpack to a huge picture is refused before it is unpacked."""
    bomb = encoded(Image.new("1", (9000, 9000)), "PNG")
    assert len(bomb) < 50_000
    with pytest.raises(DeliveryError) as raised:
        await folder.keep(bomb)
    assert raised.value.permanent


async def test_names(folder: PictureFolder) -> None:
    """The same picture twice is two files, whose names tell nothing."""
    data = encoded(Image.new("RGB", (8, 8)), "PNG")
    first, second = await folder.keep(data), await folder.keep(data)
    assert first != second
    assert pictures._NAME.fullmatch(first)


async def test_remove(folder: PictureFolder, tmp_path: Path) -> None:
    """A picture is removed once; none there is fine, and nothing else can be removed."""
    file = await folder.keep(encoded(Image.new("RGB", (8, 8)), "PNG"))
    other = tmp_path / "loushi.db"
    other.touch()
    for name in (file, file, "../loushi.db", str(other), ""):
        await folder.remove(name)
    assert other.exists()
    assert [path for path in (tmp_path / "pictures").rglob("*") if path.is_file()] == []


async def test_full_disk(tmp_path: Path) -> None:
    """A folder that cannot be written to is no fault of the picture: another try may help."""
    (tmp_path / "file").touch()
    with pytest.raises(DeliveryError) as raised:
        await PictureFolder(tmp_path / "file").keep(encoded(Image.new("RGB", (8, 8)), "PNG"))
    assert not raised.value.permanent
