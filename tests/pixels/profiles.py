"""ICC profiles for tests, written byte by byte so that no library decides what is in them."""

import struct

from PIL import ImageCms

# XYZ (D50) of red, green and blue.
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
PROPHOTO = ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491))
D50 = (0.9642, 1.0, 0.82491)


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)


def gamma(value):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def table(values):
    return b"curv\0\0\0\0" + struct.pack(f">I{len(values)}H", len(values), *(round(value * 65535) for value in values))


def para(kind, *numbers):
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(fixed(number) for number in numbers)


SRGB_PARA = para(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
LINEAR_CURVE = b"curv\0\0\0\0" + struct.pack(">I", 0)


def profile(space, tags, kind=b"mntr", pcs=b"XYZ "):
    """A version 4 profile: header, tag table, tags."""
    name = "Burnish test".encode("utf-16-be")
    text = b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(name), 28) + name
    tags = {b"desc": text, b"cprt": text, b"wtpt": xyz(D50), **tags}
    directory, data = b"", b""
    offset = 132 + 12 * len(tags)
    for tag, content in tags.items():
        content += b"\0" * (-len(content) % 4)
        directory += struct.pack(">4sII", tag, offset + len(data), len(content))
        data += content
    header = struct.pack(">I4sI4s4s4s", 0, b"none", 0x04300000, kind, space, pcs)
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + b"".join(fixed(value) for value in D50)
    header = header.ljust(128, b"\0")
    body = header + struct.pack(">I", len(tags)) + directory + data
    return struct.pack(">I", len(body)) + body[4:]


def rgb_profile(primaries, *curves):
    red, green, blue = curves * 3 if len(curves) == 1 else curves
    columns = {tag: xyz(values) for tag, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
    return profile(b"RGB ", {**columns, b"rTRC": red, b"gTRC": green, b"bTRC": blue})


def grey_profile(curve):
    return profile(b"GRAY", {b"kTRC": curve})


def pillow_srgb():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


P3_PROFILE = rgb_profile(DISPLAY_P3, SRGB_PARA)
ADOBE_PROFILE = rgb_profile(ADOBE_RGB, gamma(2.19921875))
PROPHOTO_PROFILE = rgb_profile(PROPHOTO, gamma(1.8))
LINEAR_PROFILE = rgb_profile(SRGB, LINEAR_CURVE)
STEPS = [index / 1023 for index in range(1024)]
SRGB_TABLE = table([x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in STEPS])
SRGB_TABLE_PROFILE = rgb_profile(SRGB, SRGB_TABLE)
P3_TABLE_PROFILE = rgb_profile(DISPLAY_P3, SRGB_TABLE)

PROFILES = {
    "srgb": pillow_srgb(),
    "srgb-table": SRGB_TABLE_PROFILE,
    "p3": P3_PROFILE,
    "p3-table": P3_TABLE_PROFILE,
    "adobe": ADOBE_PROFILE,
    "prophoto": PROPHOTO_PROFILE,
    "linear": LINEAR_PROFILE,
}
