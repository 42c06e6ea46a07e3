"""What is said of networks that normalise what they are given by its own mean and deviation.

Both figures were measured with the CycleGAN in the package vintagify 0.1.2 (G_A2B_epoch33.pth).

Tiles: burnish enhance --tile 256 against --tile none, on the 448 x 448 pixels from (64, 0) on of astronaut.png in
tests/data. The mean colour of a tile is up to 32 levels of 255 off, a pixel 9.5 on average and 71 at most; on
chelsea.png there it is 7, 4.5 and 41.

Half precision: dividing by a deviation enlarges rounding. On 96 x 96 pixels of tests/data/astronaut.png, darkened to a
fifth, float16 is up to 4.0 levels of 255 from float32, twice the figure that Facts.half stands for.
"""

from __future__ import annotations

from burnish.wire.request import N_

SEAM = N_("Each tile is normalised by itself: its tone can be 32 of 255 off, unless one tile holds the whole picture.")
