"""The worker's side of Burnish: models, engines, tiles and pixels, and the process that runs them."""
