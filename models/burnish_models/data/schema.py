"""The `data` part of a recipe: what is trained on, checked before anything starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, model_validator

from burnish_models.data.cropped import Augment, RandomPieces
from burnish_models.data.degradations.schema import DegradationConfig, last_fit
from burnish_models.data.jitter import ColourJitter
from burnish_models.data.paired import DegradedPairs, GivenPairs, matched
from burnish_models.data.pictures import Pictures
from burnish_models.data.sample import DataSet
from burnish_models.data.sources import DESCRIPTION, find_pictures
from burnish_models.data.unpaired import Side, UnpairedCrops, UnreferencedCrops


class _Crops(BaseModel):
    """What every kind of data set has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    crop: int = Field(
        default=128, ge=8, description="side of a crop of the target (of the input, without one) in pixels"
    )
    candidates: int = Field(
        default=1, ge=1, le=16, description="of so many random crops the one with the most detail is used"
    )
    augment: Augment = Field(default_factory=Augment, description="mirroring, turning, colour jitter")
    halve_above: float | None = Field(
        default=None,
        gt=0,
        description="pictures of more megapixels are halved first, which takes noise and JPEG's traces out of them",
    )
    cache_megabytes: float = Field(
        default=1536, gt=0, description="memory for decoded pictures; each process that loads data has its own"
    )

    def _pieces(self, source: str, seed: int, held_out: bool, side: int = 0) -> RandomPieces:
        pictures = Pictures(find_pictures(source, held_out=held_out), self.halve_above, self.cache_megabytes)
        return RandomPieces(pictures, seed, self.augment, self.candidates, side)


_MARGIN = Field(
    default=8,
    ge=0,
    description="pixels around the input that are degraded with it and then cut off, with what happens at edges",
)


class PairedData(_Crops):
    """Pairs of input and target: targets that are degraded, or two folders of files that belong together."""

    type: Literal["paired"] = "paired"
    source: str = Field(description=f"the targets: {DESCRIPTION}")
    input_source: str | None = Field(
        default=None,
        description="the inputs, if they are given: files with the targets' names; nothing is degraded then",
    )
    scale: int = Field(default=1, ge=1, le=8, description="how many times larger than its input a target is")
    degradations: tuple[DegradationConfig, ...] = Field(
        default=(), description="what makes an input out of a target, in this order"
    )
    margin: int = _MARGIN
    sharpen_target: bool = Field(default=False, description="put an unsharp mask on targets first, as Real-ESRGAN does")

    @model_validator(mode="after")
    def _check(self) -> PairedData:
        if self.crop % self.scale:
            raise ValueError(f"crop must be a multiple of the scale {self.scale}, not {self.crop}")
        if (self.input_source is None) == (not self.degradations):
            raise ValueError("a paired data set has either degradations or an input_source")
        if self.input_source is None:
            _check_sizes(self.degradations, self.scale)
        elif self.candidates > 1 or self.halve_above or self.sharpen_target or self.augment.jitter != ColourJitter():
            raise ValueError("given pairs are used as they are: no candidates, halve_above, sharpen_target or jitter")
        return self

    def build(self, seed: int, *, held_out: bool = False) -> DataSet:
        """The data set. held_out: it is for judging, so that validation photographs are not refused.

        Raises BurnishError: see `find_pictures` and `matched`.
        """
        pieces = self._pieces(self.source, seed, held_out)
        if self.input_source is None:
            return DegradedPairs(pieces, self.crop, self.scale, self.degradations, self.margin, self.sharpen_target)
        inputs = find_pictures(self.input_source, held_out=held_out)
        paths = matched(pieces.pictures.paths, inputs, self.input_source)
        return GivenPairs(pieces, Pictures(paths, megabytes=self.cache_megabytes), self.crop, self.scale)


class SideData(BaseModel):
    """One kind of pictures of an unpaired data set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(description=DESCRIPTION)
    degradations: tuple[DegradationConfig, ...] = Field(default=(), description="what happens to these pictures")

    @model_validator(mode="after")
    def _check(self) -> SideData:
        _check_sizes(self.degradations, 1)
        return self


class UnpairedData(_Crops):
    """Two kinds of pictures that have nothing to do with each other, as for CycleGAN."""

    type: Literal["unpaired"] = "unpaired"
    input: SideData = Field(description="the kind of pictures that the generator is given")
    target: SideData = Field(description="the kind of pictures that it should make of them")
    margin: int = _MARGIN

    def build(self, seed: int, *, held_out: bool = False) -> DataSet:
        """The data set; see `PairedData.build`."""
        inputs = self._pieces(self.input.source, seed, held_out)
        if self.input.source == self.target.source:
            targets = replace(inputs, side=1)  # the same pictures are decoded once
        else:
            targets = self._pieces(self.target.source, seed, held_out, side=1)
        return UnpairedCrops(
            Side(inputs, self.input.degradations, self.margin),
            Side(targets, self.target.degradations, self.margin),
            self.crop,
        )


class UnreferencedData(_Crops):
    """Inputs without any target, as for Zero-DCE."""

    type: Literal["unreferenced"] = "unreferenced"
    source: str = Field(description=f"the inputs: {DESCRIPTION}")
    degradations: tuple[DegradationConfig, ...] = Field(
        default=(), description="what happens to them first, in this order; low-light makes dark pictures of good ones"
    )
    margin: int = _MARGIN

    @model_validator(mode="after")
    def _check(self) -> UnreferencedData:
        _check_sizes(self.degradations, 1)
        return self

    def build(self, seed: int, *, held_out: bool = False) -> DataSet:
        """The data set; see `PairedData.build`."""
        return UnreferencedCrops(
            Side(self._pieces(self.source, seed, held_out), self.degradations, self.margin), self.crop
        )


DataConfig = Annotated[Union[PairedData, UnpairedData, UnreferencedData], Field(discriminator="type")]


def _check_sizes(degradations: tuple[DegradationConfig, ...], scale: int) -> None:
    fits = last_fit(degradations)
    if fits is False or (fits is None and scale > 1):
        raise ValueError(
            "after a random resize, and for a scale above 1, a stage that fits must follow: bicubic or fit"
        )
