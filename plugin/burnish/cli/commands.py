"""The commands and their options. Each command imports what it needs when it runs, so that help comes at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Optional

import typer

import burnish
from burnish.cli import FAILED, INTERRUPTED, USAGE
from burnish.language import LANGUAGES, _
from burnish.wire.request import description_of
from burnish.wire.sentences import BurnishError

app = typer.Typer(
    name="burnish",
    help=_("Enhance pictures on this machine, tile by tile: upscale, denoise, repair."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
worker_app = typer.Typer(
    help=_("See, stop or run the process that does the work."),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(worker_app, name="worker")

JUDGES = ("psnr", "psnr-y", "ssim", "ssim-y", "st-lpips", "st-lpips-vgg", "niqe", "brisque")
"""The judges of burnish_models.metrics, which this room may not import; a test compares the two lists."""

AsJson = Annotated[bool, typer.Option("--json", help=_("Write JSON for a program to read."))]


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    try:
        app(list(arguments), prog_name="burnish")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 0
    return 0


@app.callback()
def _everywhere(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help=_("Show the version and exit."), is_eager=True, callback=lambda on: _version(on)
        ),
    ] = False,
    language: Annotated[
        Optional[str],
        typer.Option(
            metavar="CODE",
            help=_("Language of every message: {known}.").format(known=", ".join(LANGUAGES)),
            show_default=False,
        ),
    ] = None,
) -> None:
    if language is not None and language not in LANGUAGES:
        raise typer.BadParameter(
            _("Choose one of: {known}.").format(known=", ".join(LANGUAGES)), param_hint="--language"
        )


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"burnish {burnish.__version__}")
        raise typer.Exit


@app.command(help=_("Enhance one or more pictures."))
def enhance(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="IN", help=_("Pictures: PNG, JPEG, WebP or TIFF."), show_default=False)
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="OUT", show_default=False,
            help=_("The file to write; a folder where there are several pictures or the name ends in /."),
        ),
    ],
    model: Annotated[str, typer.Option("--model", "-m", metavar="NAME|PATH", help=_(description_of("model")))] = "auto",
    scale: Annotated[Optional[str], typer.Option("--scale", "-s", metavar="S", help=_(description_of("scale")))] = None,
    strength: Annotated[str, typer.Option(metavar="0..1", help=_(description_of("strength")))] = "1",
    tile: Annotated[str, typer.Option(metavar="auto|none|PX", help=_(description_of("tile")))] = "auto",
    region: Annotated[Optional[str], typer.Option(metavar="X,Y,W,H", help=_(description_of("region")))] = None,
    mask: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE", show_default=False,
            help=_("A picture that is white where to enhance, black where not, grey in between."),
        ),
    ] = None,
    outside: Annotated[
        str, typer.Option(metavar="original|transparent", help=_("What the pixels that the mask leaves out become."))
    ] = "original",
    alpha: Annotated[str, typer.Option(metavar="resample|model", help=_(description_of("alpha")))] = "resample",
    engine: Annotated[str, typer.Option(metavar="auto|torch|openvino", help=_(description_of("engine")))] = "auto",
    device: Annotated[str, typer.Option(metavar="auto|cpu|cuda|mps|xpu", help=_(description_of("device")))] = "auto",
    quality: Annotated[
        str, typer.Option(metavar="1..100", help=_("Quality of JPEG and WebP; 100 makes WebP lossless."))
    ] = "92",
    overwrite: Annotated[bool, typer.Option("--overwrite", help=_("Replace files that are there already."))] = False,
    allow_huge: Annotated[
        bool, typer.Option("--allow-huge", help=_("Read pictures of more than 500 megapixels, too."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Write events as JSON, one object a line."))] = False,
) -> None:  # fmt: skip
    from burnish.cli.json_events import JsonReport
    from burnish.cli.live import LiveReport
    from burnish.cli.options import quality_from, request_from
    from burnish.cli.outputs import Outputs

    report = JsonReport() if as_json else LiveReport(several=len(inputs) > 1)
    try:
        request = request_from(
            model=model, scale=scale, strength=strength, tile=tile, region=region, alpha=alpha, outside=outside,
            masked=mask is not None, engine=engine, device=device,
        )  # fmt: skip
        saving_quality = quality_from(quality)
        selected = None
        if mask is not None:
            from burnish.cli.mask import read_mask

            selected = read_mask(mask, allow_huge=allow_huge)
        outputs = Outputs(output, inputs, overwrite=overwrite)
        outputs.prepare()
    except BurnishError as error:
        report.failed(error.failure, inputs[0] if len(inputs) == 1 else None)
        raise typer.Exit(USAGE if error.failure.code == "bad-request" else FAILED) from None

    from burnish.cli.enhance import Enhancement, Saving
    from burnish.client import WorkerClient

    saving = Saving(saving_quality, overwrite, allow_huge)
    try:
        succeeded = Enhancement(WorkerClient(), request, outputs, saving, report, selected).run(inputs)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    raise typer.Exit(0 if succeeded else FAILED)


@app.command(help=_("List the models: what each is for, and how fast it is here."))
def models(as_json: AsJson = False) -> None:
    from burnish.cli.models import show_models

    show_models(as_json=as_json)


@app.command(help=_("Judge pictures: how close to others they are, and how natural they look."))
def metrics(
    picture: Annotated[Path, typer.Argument(metavar="A", help=_("A picture to judge, or a folder of pictures."))],
    reference: Annotated[
        Optional[Path],
        typer.Argument(
            metavar="B", show_default=False,
            help=_("The picture it should be like, or a folder with pictures of the same names."),
        ),
    ] = None,
    judge: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="NAME", show_default=False,
            help=_("One of {known}; may be given several times.").format(known=", ".join(JUDGES)),
        ),
    ] = None,
    crop: Annotated[
        int, typer.Option(metavar="PX", min=0, help=_("Pixels of each edge that are left out, usually the scale."))
    ] = 0,
    lpips: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE", show_default=False,
            help=_("LPIPS as well, with this AlexNet or VGG16 with ImageNet weights (.pth or .safetensors)."),
        ),
    ] = None,
    device: Annotated[str, typer.Option(metavar="auto|cpu|cuda|mps|xpu", help=_("Where networks run."))] = "cpu",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    from burnish.cli.metrics import judge as run_judges

    status = run_judges(picture, reference, judges=judge or (), crop=crop, lpips=lpips, device=device, as_json=as_json)
    raise typer.Exit(status)


@app.command(help=_("Check what Burnish needs, and say how to mend it."))
def doctor(as_json: AsJson = False) -> None:
    from burnish.cli.doctor import show_health

    raise typer.Exit(0 if show_health(as_json=as_json) else FAILED)


@app.command(help=_("Open the window."))
def window(
    image: Annotated[Optional[Path], typer.Argument(metavar="[IMAGE]", help=_("A picture to open."))] = None,
) -> None:
    from burnish.cli.window import open_window

    raise typer.Exit(open_window(image))


@app.command(help=_("Train a generator as a recipe says: on a CPU, one GPU or several."))
def train(
    recipe: Annotated[
        Optional[str],
        typer.Argument(
            metavar="RECIPE", show_default=False,
            help=_("A recipe's YAML file, or the name of one that comes with Burnish: srgan, cyclegan, zero-dce, ..."),
        ),
    ] = None,
    changes: Annotated[
        Optional[list[str]],
        typer.Option("--set", metavar="A.B=C", show_default=False,
                     help=_("Change a value of the recipe; may be given several times.")),
    ] = None,
    out: Annotated[
        Optional[Path],
        typer.Option("--out", metavar="DIR", show_default=False,
                     help=_("A new folder for weights, samples and logs; trained/RECIPE if left out.")),
    ] = None,
    resume: Annotated[
        Optional[Path],
        typer.Option(metavar="DIR", help=_("Go on with the run in this folder."), show_default=False),
    ] = None,
    smoke: Annotated[
        bool, typer.Option("--smoke", help=_("Train the recipe's small form, in minutes on a CPU."))
    ] = False,
    schema: Annotated[bool, typer.Option("--schema", help=_("Print the JSON schema of recipes and exit."))] = False,
    device: Annotated[str, typer.Option(metavar="auto|cpu|cuda", help=_("Where to compute."))] = "auto",
    processes: Annotated[
        Optional[int],
        typer.Option(metavar="N", min=1, show_default=False,
                     help=_("How many processes share a batch; one for each GPU if left out.")),
    ] = None,
) -> None:  # fmt: skip
    from burnish.cli.train import train as run_training

    if device not in ("auto", "cpu", "cuda"):
        raise typer.BadParameter(_("Choose one of: {known}.").format(known="auto, cpu, cuda"), param_hint="--device")
    raise typer.Exit(
        run_training(
            recipe, changes=changes or (), out=out, resume=resume, smoke=smoke, schema=schema, device=device,
            processes=processes,
        )
    )  # fmt: skip


Hosts = Annotated[
    Optional[list[str]],
    typer.Argument(metavar="krita|gimp", help=_("Which programs; all that are found if left out."),
                   show_default=False),
]  # fmt: skip
KritaFolder = Annotated[
    Optional[Path],
    typer.Option(metavar="DIR", help=_("Krita's resource folder, where it is not found."), show_default=False),
]
GimpFolder = Annotated[
    Optional[Path],
    typer.Option(metavar="DIR", help=_("GIMP's profile folder, where it is not found."), show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Change nothing, and tell what would be done."))]


@app.command("install", help=_("Bring Burnish into Krita and GIMP."))
def install_into_hosts(
    hosts: Hosts = None,
    krita_folder: KritaFolder = None,
    gimp_folder: GimpFolder = None,
    force: Annotated[
        bool, typer.Option("--force", help=_("Overwrite files of Burnish that somebody changed."))
    ] = False,
    dry_run: DryRun = False,
) -> None:
    from burnish.cli.hosts import show_install

    folders = {"krita": krita_folder, "gimp": gimp_folder}
    done = show_install(_known_hosts(hosts), folders, force=force, dry_run=dry_run)
    raise typer.Exit(0 if done else FAILED)


@app.command("uninstall", help=_("Take Burnish out of Krita and GIMP, and leave them as they were."))
def uninstall_from_hosts(
    hosts: Hosts = None,
    krita_folder: KritaFolder = None,
    gimp_folder: GimpFolder = None,
    force: Annotated[bool, typer.Option("--force", help=_("Remove files of Burnish that somebody changed."))] = False,
    dry_run: DryRun = False,
) -> None:
    from burnish.cli.hosts import show_uninstall

    folders = {"krita": krita_folder, "gimp": gimp_folder}
    done = show_uninstall(_known_hosts(hosts), folders, force=force, dry_run=dry_run)
    raise typer.Exit(0 if done else FAILED)


@app.command("status", help=_("Show which Krita and GIMP there are, and whether Burnish is in them."))
def hosts_status(as_json: AsJson = False) -> None:
    from burnish.cli.hosts import show_status

    show_status(as_json=as_json)


def _known_hosts(hosts: Sequence[str] | None) -> list[str]:
    wanted = [host.lower() for host in hosts or ()]
    if set(wanted) - {"krita", "gimp"}:
        raise typer.BadParameter(_("Choose one of: {known}.").format(known="krita, gimp"), param_hint="krita|gimp")
    return wanted


@worker_app.command(help=_("Show whether a worker runs and what it has."))
def status(as_json: AsJson = False) -> None:
    from burnish.cli.worker import show_status

    show_status(as_json=as_json)


@worker_app.command(help=_("End the worker."))
def stop(
    force: Annotated[bool, typer.Option("--force", help=_("End it at once, even while jobs run."))] = False,
) -> None:
    from burnish.cli.worker import stop_worker

    stop_worker(force=force)


@worker_app.command("run", help=_("Run the worker in the foreground until it is idle or interrupted."))
def run_worker() -> None:
    from burnish.cli.worker import run_in_foreground

    raise typer.Exit(run_in_foreground())


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
