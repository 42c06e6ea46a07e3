"""`python3 installer ARGS...`: the one command a fresh machine needs. Any Python can read this, to say so clearly."""

# ruff: noqa: UP030, UP032, UP036 - old Pythons read this, and shall tell their user what is wrong

import sys

if sys.version_info < (3, 10):
    sys.exit(
        "Burnish needs Python 3.10 or newer, and this is Python {0}.{1} ({2}).\n"
        "Install a newer one (https://www.python.org/downloads/), then run it by its name, for example:\n"
        "  python3.12 installer".format(sys.version_info[0], sys.version_info[1], sys.executable)
    )

from burnish_installer.main import main

sys.exit(main(sys.argv[1:]))
