"""Facts of made-up networks, for tests of tiling and pixels."""

from burnish.wire.messages import Tiling
from burnish_models.catalogue.model import Facts


def facts_of(scale=4, reach=18, overlap=None, feather=0, border=None, multiple=1, activation=1000.0, work=6e5) -> Facts:
    overlap = reach if overlap is None else overlap
    return Facts(
        scale=scale,
        receptive_field=reach,
        overlap=overlap,
        feather=feather,
        border=reach if border is None else border,
        multiple=multiple,
        tiling=Tiling.EXACT if overlap >= reach else Tiling.BLENDED,
        seam="",
        half=True,
        multiply_adds=work,
        activation_bytes=activation,
    )


COMPACT = facts_of(reach=18)
UPCONV7 = facts_of(scale=2, reach=7)
X4PLUS = facts_of(reach=351, overlap=64, feather=8, border=18, work=1.67e7)
