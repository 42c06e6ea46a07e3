"""ST-LPIPS and LPIPS against what their authors' packages print, and the distance itself against its formula."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from burnish.wire.sentences import BurnishError
from burnish_models.metrics.conventions import NotJudgedError
from burnish_models.metrics.feature_distance import FeatureDistance
from burnish_models.metrics.judges import judge_named, lpips_judge
from burnish_models.metrics.lpips import lpips
from burnish_models.metrics.stlpips import st_lpips
from burnish_models.networks.alexnet import AlexNet
from metrics.variants import pairs, picture, tensor

# Printed by stlpips-pytorch 0.0.2 for the pairs of variants.py, with
#   pip install --no-deps stlpips-pytorch==0.0.2
#   m = stlpips.LPIPS(net=NET, variant="shift_tolerant", verbose=False)
#   m(utils.im2tensor(a), utils.im2tensor(b)).item()
# beside torch 2.13.0. The package also imports torchvision, IPython and torchsummary without using them for this; empty
# modules of these names do.
ST_LPIPS = {
    "alexnet": {
        "astronaut.png": (0.5127366781234741, 0.006661778315901756, 0.13252979516983032, 0.26166075468063354),
        "chelsea.png": (0.5618981719017029, 0.008069702424108982, 0.23001587390899658, 0.30770257115364075),
    },
    "vgg16": {
        "astronaut.png": (0.6487182974815369, 0.01545300055295229, 0.3021658658981323, 0.1962476670742035),
        "chelsea.png": (0.737601101398468, 0.013127903454005718, 0.33428919315338135, 0.28710559010505676),
    },
}

# Printed by lpips 0.1.4 for the same pairs, with the backbones of `backbone` below in place of torchvision's:
#   lpips.LPIPS(net="alex" or "vgg", version="0.1")(lpips.im2tensor(a), lpips.im2tensor(b)).item()
LPIPS = {
    "AlexNet": {
        "astronaut.png": (0.021536659449338913, 0.010976438410580158, 0.021405808627605438, 0.18672411143779755),
        "chelsea.png": (0.0440748892724514, 0.018001966178417206, 0.02695552073419094, 0.16914808750152588),
    },
    "VGG16": {
        "astronaut.png": (0.030223257839679718, 0.016056431457400322, 0.028828516602516174, 0.18872526288032532),
        "chelsea.png": (0.05182008072733879, 0.022239448502659798, 0.035248175263404846, 0.15934880077838898),
    },
}
KINDS = ("noise", "shift", "coarse", "dark")
SOME = {"alexnet": KINDS, "AlexNet": KINDS, "vgg16": ("noise", "shift"), "VGG16": ("dark",)}
"""What is computed again in a test: VGG16 takes seconds for each pair."""


def unless_offline(error: BurnishError) -> None:
    if error.failure.code != "package-not-had":
        raise error
    pytest.skip(f"offline, and not in the cache: {error.failure.message}")


def backbone(network: str) -> dict[str, Tensor]:
    """Weights like torchvision's AlexNet or VGG16 in all but their values, which are random and always the same."""
    convolutions = {
        "AlexNet": [(64, 3, 11), (192, 64, 5), (384, 192, 3), (256, 384, 3), (256, 256, 3)],
        "VGG16": [
            (64, 3, 3), (64, 64, 3), (128, 64, 3), (128, 128, 3), (256, 128, 3), (256, 256, 3), (256, 256, 3),
            (512, 256, 3), (512, 512, 3), (512, 512, 3), (512, 512, 3), (512, 512, 3), (512, 512, 3),
        ],
    }[network]  # fmt: skip
    places = {"AlexNet": (0, 3, 6, 8, 10), "VGG16": (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)}[network]
    generator = torch.Generator().manual_seed(0)
    state: dict[str, Tensor] = {}
    for place, (filters, channels, side) in zip(places, convolutions, strict=True):
        scale = (2 / (channels * side * side)) ** 0.5
        state[f"features.{place}.weight"] = torch.randn(filters, channels, side, side, generator=generator) * scale
        state[f"features.{place}.bias"] = torch.randn(filters, generator=generator) * 0.1
    return state


@pytest.mark.parametrize("network", ST_LPIPS)
def test_st_lpips_is_what_its_package_prints(network: str) -> None:
    try:
        judge = st_lpips(network)
    except BurnishError as error:
        unless_offline(error)
    for name, all_printed in ST_LPIPS[network].items():
        found = [judge(*pairs(name)[kind]) for kind in SOME[network]]
        printed = [all_printed[KINDS.index(kind)] for kind in SOME[network]]
        # float32 throughout, there and here: sums in another order differ in the seventh digit
        np.testing.assert_allclose(found, printed, rtol=3e-6)


@pytest.mark.parametrize("network", LPIPS)
def test_lpips_is_what_its_package_prints(network: str, tmp_path: Path) -> None:
    path = tmp_path / "backbone.pth"
    torch.save(backbone(network), path)
    try:
        judge, found_network = lpips(path)
    except BurnishError as error:
        unless_offline(error)
    assert found_network == network
    for name, all_printed in LPIPS[network].items():
        found = [judge(*pairs(name)[kind]) for kind in SOME[network]]
        printed = [all_printed[KINDS.index(kind)] for kind in SOME[network]]
        np.testing.assert_allclose(found, printed, rtol=3e-5)


def small_judge() -> FeatureDistance:
    """AlexNet with few channels and positive random heads."""
    torch.manual_seed(2)
    widths = (4, 5, 6, 7, 8)
    state: dict[str, Tensor] = {}
    for place, (filters, channels, side) in zip(
        (0, 3, 6, 8, 10), zip(widths, (3, *widths), (11, 5, 3, 3, 3), strict=False), strict=True
    ):
        layer = nn.Conv2d(channels, filters, side)
        state |= {f"{place}.{key}": value.detach() for key, value in layer.state_dict().items()}
    heads = {f"lin{number}.model.1.weight": torch.rand(1, width, 1, 1) for number, width in enumerate(widths)}
    return FeatureDistance(AlexNet(state), heads)


def test_the_distance_is_its_formula() -> None:
    """Zhang et al., equation 1, pixel by pixel in float64."""
    judge = small_judge()
    a, b = (tensor(picture("chelsea.png")[y : y + 64, 50:114]) for y in (10, 100))
    expected = 0.0
    features = [judge.trunk(x[None]) for x in (a, b)]
    for number, name in enumerate(judge.trunk.names):
        weights = judge.heads[name].double().flatten().numpy()
        first, second = (np.maximum(found[name][0].double().numpy(), 0) for found in features)
        height, width = first.shape[1:]
        total = 0.0
        for y in range(height):
            for x in range(width):
                one, other = first[:, y, x], second[:, y, x]
                apart = one / (np.linalg.norm(one) + 1e-10) - other / (np.linalg.norm(other) + 1e-10)
                total += float(weights @ apart**2)
        expected += total / (height * width)
        assert len(weights) == (4, 5, 6, 7, 8)[number]
    assert judge.between(a[None], b[None]).item() == pytest.approx(expected, rel=1e-5)


def test_equal_pictures_are_not_apart_and_the_order_does_not_matter() -> None:
    judge = small_judge()
    a, b = pairs("astronaut.png")["noise"]
    assert judge(a, a) == 0.0
    assert judge(a, b) == pytest.approx(judge(b, a), rel=1e-6) and judge(a, b) > 0


def test_a_batch_is_judged_picture_by_picture_and_gradients_flow() -> None:
    judge = small_judge()
    results = torch.rand(3, 3, 40, 48, generator=torch.Generator().manual_seed(0)).requires_grad_()
    targets = torch.rand(3, 3, 40, 48, generator=torch.Generator().manual_seed(1))
    together = judge.between(results, targets)
    alone = torch.cat([judge.between(results[n : n + 1], targets[n : n + 1]) for n in range(3)])
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-8)
    together.sum().backward()
    assert results.grad is not None and (results.grad.flatten(1).abs().sum(1) > 0).all()


def test_gradients_are_numbers_where_a_network_sees_nothing() -> None:
    judge = small_judge()
    for convolution in judge.trunk.convolutions:
        assert isinstance(convolution, nn.Conv2d) and convolution.bias is not None
        convolution.bias.sub_(1000.0)  # no feature is left after the ReLU
    result = torch.rand(1, 3, 40, 40, generator=torch.Generator().manual_seed(0)).requires_grad_()
    judge.between(result, torch.rand(1, 3, 40, 40)).sum().backward()
    assert result.grad is not None and torch.equal(result.grad, torch.zeros_like(result))


def test_heads_of_another_network_are_refused() -> None:
    judge = small_judge()
    with pytest.raises(ValueError, match="do not belong"):
        FeatureDistance(judge.trunk, {})
    with pytest.raises(ValueError, match="do not belong"):
        FeatureDistance(judge.trunk, {f"lin{n}.model.1.weight": torch.rand(1, 9, 1, 1) for n in range(5)})


def test_too_small_a_picture_is_not_judged() -> None:
    small = picture("chelsea.png")[:30, :200]
    with pytest.raises(NotJudgedError, match="31×31"):
        small_judge()(small, small)


def test_a_picture_that_does_not_fit_into_memory_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        judge = judge_named("st-lpips")
    except BurnishError as error:
        unless_offline(error)
    a = tensor(picture("chelsea.png"))
    monkeypatch.setattr("burnish_models.metrics.judges.free_bytes", lambda device: 10_000_000)
    with pytest.raises(NotJudgedError, match=r"0\.3 GB for it, 0\.0 GB are free"):
        judge(a, a)


def test_other_weights_are_no_backbone(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"body.0.weight": torch.zeros(8, 3, 3, 3), "body.0.bias": torch.zeros(8)}, path)
    with pytest.raises(BurnishError) as caught:
        lpips_judge(path)
    assert caught.value.failure.code == "model-not-recognised"
    assert "AlexNet, VGG16" in caught.value.failure.hint
