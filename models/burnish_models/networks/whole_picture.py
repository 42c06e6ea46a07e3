"""What is said of networks that normalise what they are given by its own mean and deviation."""

from __future__ import annotations

from burnish.wire.request import N_

# Measured with the CycleGAN in the package vintagify 0.1.2, on the 448 x 448 pixels from (64, 0) on of
# tests/data/astronaut.png: burnish enhance --model G_A2B_epoch33.pth --tile 256 against --tile none. The mean colour of
# a tile is up to 32 levels of 255 off, a pixel 9.5 on average and 71 at most. On tests/data/chelsea.png: 7, 4.5 and 41.
SEAM = N_("Each tile is normalised by itself: its tone can be 32 of 255 off, unless one tile holds the whole picture.")
