"""What is said of networks that normalise each tile by its own mean and deviation."""

from __future__ import annotations

from burnish.wire.request import N_

SEAM = N_("Each tile is normalised by itself, so its tone can differ from its neighbours'.")
