"""Makes the golden files of ImagingTests with Pillow. Run: python imaging.py ../../Tests/ImagingTests/Goldens

Writes pictures (`pictures/*`) of every kind that Kindred reads, and `decoded.bin`, `resized.bin`, `colors.bin`: records of
what Pillow makes of them. A record is a line of JSON and then, where "bytes" is given, that many raw bytes.
"""

import io
import json
import pathlib
import sys
import zlib

import numpy
from PIL import Image, ImageOps

SEED = 20260601


def texture(width, height, channels, seed):
    """A smooth picture with some noise and some edges: friendly to codecs, hard on arithmetic."""
    random = numpy.random.default_rng(SEED + seed)
    y, x = numpy.mgrid[0:height, 0:width]
    planes = []
    for _ in range(channels):
        a, b, c = random.uniform(0.05, 0.4, 3)
        wave = 127 + 90 * numpy.sin(a * x + b * y) + 40 * (numpy.sin(c * (x - y)) > 0.3)
        planes.append(wave + random.normal(0, 8, (height, width)))
    return numpy.clip(numpy.stack(planes, axis=-1), 0, 255).astype(numpy.uint8)


def image(mode, width, height, seed=0):
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    pixels = texture(width, height, channels, seed)
    if mode in ("LA", "RGBA"):  # some pixels wholly transparent, some wholly opaque
        pixels[: height // 3, :, -1] = 255
        pixels[-height // 4 :, : width // 2, -1] = 0
    return Image.fromarray(pixels[..., 0] if channels == 1 else pixels, mode)


def write_pictures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rgb, rgba = image("RGB", 37, 29), image("RGBA", 31, 23, 1)
    grey, grey_alpha = image("L", 33, 21, 2), image("LA", 19, 25, 3)
    palette = rgb.quantize(13)
    for bits in (1, 2, 4, 8):
        rgb.quantize(1 << bits).save(folder / f"palette{bits}.png")
    grey.convert("1").save(folder / "grey1.png")
    grey.save(folder / "grey8.png")
    grey.save(folder / "grey8_key.png", transparency=int(numpy.asarray(grey)[5, 5]))
    ramp = (texture(17, 13, 1, 4)[..., 0].astype(numpy.uint16) << 8) + texture(17, 13, 1, 5)[..., 0]
    Image.fromarray(ramp).save(folder / "grey16.png")
    grey_alpha.save(folder / "grey_alpha8.png")
    rgb.save(folder / "rgb8.png")
    rgb.save(folder / "rgb8_key.png", transparency=rgb.getpixel((4, 4)))
    rgba.save(folder / "rgba8.png")
    palette.save(folder / "palette_key.png", transparency=3)
    palette.save(folder / "palette_alpha.png", transparency=bytes(range(0, 256, 21)))
    write_png16(folder / "rgb16.png", 3)
    write_png16(folder / "rgba16.png", 4)
    for name, mode in (("interlaced_rgb", "RGB"), ("interlaced_rgba", "RGBA"), ("interlaced_grey", "L")):
        write_interlaced(folder / f"{name}.png", image(mode, 21, 18, 6))
    rgb.save(folder / "rgb420.jpg", quality=85)
    rgb.save(folder / "rgb422.jpg", quality=85, subsampling=1)
    rgb.save(folder / "rgb444.jpg", quality=95, subsampling=0)
    rgb.save(folder / "progressive.jpg", quality=80, progressive=True)
    rgb.save(folder / "restarts.jpg", quality=80, restart_marker_blocks=2)
    grey.save(folder / "grey.jpg", quality=85)
    image("CMYK", 24, 26, 7).save(folder / "cmyk.jpg", quality=92)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        rgb.save(folder / f"orientation{orientation}.jpg", quality=95, subsampling=0, exif=exif)
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb.save(folder / "orientation6.png", exif=exif)
    rgb.save(folder / "orientation6.webp", lossless=True, exif=exif)
    exif[0x0112] = 0
    rgb.save(folder / "orientation_invalid.jpg", quality=95, subsampling=0, exif=exif)
    rgb.save(folder / "lossless.webp", lossless=True)
    rgba.save(folder / "lossless_alpha.webp", lossless=True, exact=True)
    rgb.save(folder / "lossy.webp", quality=80)
    rgba.save(folder / "lossy_alpha.webp", quality=80)
    frames = [image("RGBA", 31, 23, seed) for seed in (8, 9)]
    frames[0].save(folder / "animated.webp", save_all=True, append_images=frames[1:], lossless=True)
    palette.save(folder / "palette.gif", interlace=0)
    palette.save(folder / "interlaced.gif", interlace=1)
    palette.save(folder / "transparent.gif", transparency=3)
    grey.save(folder / "grey.gif")
    palette.save(folder / "animated.gif", save_all=True, append_images=[image("RGB", 37, 29, 10).quantize(9)])
    write_offset_gif(folder / "offset.gif", palette, None)
    write_offset_gif(folder / "offset_transparent.gif", palette, 3)
    rgb.save(folder / "rgb24.bmp")
    rgba.save(folder / "rgba32.bmp")
    palette.save(folder / "palette.bmp")
    grey.convert("1").save(folder / "grey1.bmp")


def chunk(kind, content):
    body = kind + content
    return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def png(width, height, depth, color, data, interlaced=0):
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, color, 0, 0, interlaced])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    )


def write_png16(path, channels):
    width, height = 15, 11
    pixels = (texture(width, height, channels, 11).astype(numpy.uint16) << 8) + texture(width, height, channels, 12)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    path.write_bytes(png(width, height, 16, {3: 2, 4: 6}[channels], rows))


def write_interlaced(path, picture):
    """Adam7, which Pillow does not write."""
    pixels = numpy.atleast_3d(numpy.asarray(picture))
    data = b""
    for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for row in pixels[y::dy, x::dx]:
            data += b"\0" + row.tobytes() if row.size else b""
    color = {"L": 0, "RGB": 2, "RGBA": 6}[picture.mode]
    path.write_bytes(png(*picture.size, 8, color, data, 1))


def write_offset_gif(path, picture, transparency):
    """A frame that covers a part of its screen: the frame's bytes behind a larger screen and an offset."""
    buffer = io.BytesIO()
    options = {} if transparency is None else {"transparency": transparency}
    picture.save(buffer, "GIF", interlace=0, **options)
    data = bytearray(buffer.getvalue())
    data[6:10] = (50).to_bytes(2, "little") + (40).to_bytes(2, "little")
    start = data.index(b",\0\0\0\0" + picture.width.to_bytes(2, "little"))
    data[start + 1 : start + 5] = (7).to_bytes(2, "little") + (5).to_bytes(2, "little")
    path.write_bytes(data)


def upright(path):
    """What Kindred promises for a file, in the mode that it promises."""
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode.startswith("I"):
        scaled = numpy.asarray(picture).astype(numpy.float64) * 255 / 65535
        return Image.fromarray(numpy.floor(scaled + 0.5).astype(numpy.uint8))
    transparent = "transparency" in picture.info
    modes = {
        "1": "L", "L": "LA" if transparent else "L", "LA": "LA", "RGBA": "RGBA", "CMYK": "RGB",
        "P": "RGBA" if transparent else "RGB", "RGB": "RGBA" if transparent else "RGB",
    }  # fmt: skip
    if picture.mode == "L" and path.suffix in (".gif", ".bmp") or path.suffix == ".bmp":
        return picture.convert("RGBA" if transparent else "RGB")
    return picture.convert(modes[picture.mode])


def record(file, fields, pixels=None):
    raw = b"" if pixels is None else numpy.ascontiguousarray(pixels).tobytes()
    file.write(json.dumps(fields | {"bytes": len(raw)}).encode() + b"\n" + raw)


def checksum(pixels):
    return zlib.crc32(numpy.ascontiguousarray(pixels).tobytes())


def write_decoded(folder):
    with open(folder / "decoded.bin", "wb") as file:
        for path in sorted((folder / "pictures").iterdir()):
            picture = upright(path)
            fields = {"file": path.name, "width": picture.width, "height": picture.height, "mode": picture.mode}
            record(file, fields, numpy.asarray(picture))


def write_resized(folder):
    """Random sizes, modes and filters. The source is made again from its seed by the test, hence the plain generator."""
    random = numpy.random.default_rng(SEED)
    filters = {name: getattr(Image.Resampling, name.upper()) for name in ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")}
    with open(folder / "resized.bin", "wb") as file:
        for index in range(1000):
            mode = ("L", "LA", "RGB", "RGBA")[index % 4]
            width, height, new_width, new_height = (int(n) for n in numpy.exp(random.uniform(0, 4.6, 4)))
            if index % 10 == 8:
                new_width = width
            if index % 10 == 9:
                new_height = height
            name = list(filters)[index // 4 % 6]
            source = lehmer(width * height * len(mode), index, mode)
            picture = Image.frombytes(mode, (width, height), source)
            resized = numpy.asarray(picture.resize((new_width, new_height), filters[name]))
            fields = {
                "index": index, "mode": mode, "width": width, "height": height, "newWidth": new_width,
                "newHeight": new_height, "filter": name, "crc": checksum(resized),
            }  # fmt: skip
            record(file, fields, resized if index % 10 == 0 and resized.size < 2000 else None)


def lehmer(count, seed, mode):
    """Bytes that are as easily made in Swift; a third of the alphas are 0 and a third 255."""
    state, values = seed * 2 + 1, bytearray(count)
    for i in range(count):
        state = state * 48271 % 0x7FFFFFFF
        values[i] = state >> 7 & 255
        if mode.endswith("A") and i % len(mode) == len(mode) - 1:
            values[i] = (0, 255, values[i])[state % 3]
    return bytes(values)


def write_colors(folder):
    with open(folder / "colors.bin", "wb") as file:
        for index, mode in enumerate(("LA", "RGBA")):
            width, height = 24, 20
            picture = Image.frombytes(mode, (width, height), lehmer(width * height * len(mode), index, mode))
            white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
            flat = Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
            record(file, {"index": index, "mode": mode, "kind": "rgb", "width": width, "height": height}, numpy.asarray(flat))
        picture = Image.frombytes("RGB", (24, 20), lehmer(24 * 20 * 3, 5, "RGB"))
        record(file, {"index": 5, "mode": "RGB", "kind": "grey", "width": 24, "height": 20}, numpy.asarray(picture.convert("L")))


if __name__ == "__main__":
    goldens = pathlib.Path(sys.argv[1])
    write_pictures(goldens / "pictures")
    write_decoded(goldens)
    write_resized(goldens)
    write_colors(goldens)
