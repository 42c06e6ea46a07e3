"""`python -m burnish.cli`: the command line where no `burnish` script is installed."""

import sys

from burnish.cli import main

sys.exit(main())
