"""Examples are not timed: machines are shared, and the first call of a library loads it."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
