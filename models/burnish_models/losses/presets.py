"""The lists of losses that the papers made known, by name.

VGG19's last convolution, conv5_4, is what SRGAN, ESRGAN and Real-ESRGAN compare. The backbone that everyone can have
here is a VGG16, so the presets name the last convolutions of its blocks; with weights of a VGG19 name its layers.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from burnish_models.losses.schema import (
    AdversarialConfig,
    ColourConstancyConfig,
    CycleConfig,
    ExposureConfig,
    GradientPenaltyConfig,
    IdentityConfig,
    IlluminationSmoothnessConfig,
    L1Config,
    LossConfig,
    PerceptualConfig,
    SpatialConsistencyConfig,
)

PresetName = Literal["classic", "srgan", "esrgan", "realesrgan", "cyclegan", "zero-dce", "wgan-gp"]

CLASSIC: tuple[LossConfig, ...] = (
    L1Config(weight=0.1),
    PerceptualConfig(weight=0.5),
    AdversarialConfig(weight=0.01),
)
"""0.1 · L1 + 0.5 · perceptual + 0.01 · adversarial."""

SRGAN: tuple[LossConfig, ...] = (
    PerceptualConfig(weight=1 / 12.75**2, layers={"conv5_3": 1.0}, distance="mse", after_relu=True),
    AdversarialConfig(weight=1e-3),
)
"""Ledig et al. (2017), equation 3; features are scaled by 1 / 12.75 (section 3.2), so their squares by its square."""

ESRGAN: tuple[LossConfig, ...] = (
    L1Config(weight=1e-2),
    PerceptualConfig(layers={"conv5_3": 1.0}),
    AdversarialConfig(weight=5e-3, kind="relativistic"),
)
"""Wang et al. (2018), equation 3, with the weights of its section 4.1; the network is first trained with L1 alone."""

REALESRGAN: tuple[LossConfig, ...] = (L1Config(), PerceptualConfig(), AdversarialConfig(weight=0.1))
"""Wang et al. (2021), section 4.1: {1, 1, 0.1}, five layers of the VGG with {0.1, 0.1, 1, 1, 1}.

It compares with a sharpened target, which is the data's to make. Its discriminator is shown the plain one.
"""

CYCLEGAN: tuple[LossConfig, ...] = (
    AdversarialConfig(kind="lsgan"),
    CycleConfig(weight=10.0),
    IdentityConfig(weight=5.0),
)
"""Zhu et al. (2017), equation 3 with lambda 10 and, as in its section 5.2, identity with half of that."""

ZERO_DCE: tuple[LossConfig, ...] = (
    SpatialConsistencyConfig(form="code"),
    ExposureConfig(weight=10.0, form="code"),
    ColourConstancyConfig(weight=5.0, form="code"),
    IlluminationSmoothnessConfig(weight=200.0, form="code"),
)
"""Guo et al. (2020): forms and weights of the authors' training code, with which the published weights were made."""

WGAN_GP: tuple[LossConfig, ...] = (AdversarialConfig(kind="wasserstein"),)
"""Gulrajani et al. (2017); the critic's penalty is WGAN_GP_PENALTY, and it takes five steps to the generator's one."""

WGAN_GP_PENALTY = GradientPenaltyConfig(weight=10.0)

PRESETS: dict[str, tuple[LossConfig, ...]] = {
    "classic": CLASSIC,
    "srgan": SRGAN,
    "esrgan": ESRGAN,
    "realesrgan": REALESRGAN,
    "cyclegan": CYCLEGAN,
    "zero-dce": ZERO_DCE,
    "wgan-gp": WGAN_GP,
}


def _spelled_out(losses: PresetName | list[LossConfig]) -> list[LossConfig]:
    return list(PRESETS[losses]) if isinstance(losses, str) else losses


Losses = Annotated[PresetName | list[LossConfig], AfterValidator(_spelled_out)]
"""As a recipe writes it: a preset's name, or a list of losses. Validated, it is always the list."""
