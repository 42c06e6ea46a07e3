"""Brings the photographs into the cache folder: `python -m burnish_models.data.photos train validate`."""

from __future__ import annotations

import argparse
import sys

from burnish.wire.sentences import BurnishError
from burnish_models.data.photos.manifest import fetch_photos, photos


def main(arguments: list[str] | None = None) -> int:
    """Fetch, and print each file with its licence and its author. The exit status is 1 where a file is not had."""
    parser = argparse.ArgumentParser(prog="python -m burnish_models.data.photos", description=__doc__)
    parser.add_argument("part", nargs="+", choices=("train", "validate"), help="which photographs")
    for part in parser.parse_args(arguments).part:
        try:
            paths = fetch_photos(part)
        except BurnishError as error:
            sys.stderr.write(f"{error.failure.message} {error.failure.hint}\n{error.failure.detail}\n")
            return 1
        for path, photo in zip(paths, photos(part), strict=True):
            sys.stdout.write(f"{path}\t{photo.file.package}/{photo.file.path}\t{photo.licence}\t{photo.author}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
