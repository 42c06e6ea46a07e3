"""What this machine's engines are, and how Burnish does without the one that is an extra."""

import json
import subprocess
import sys
import textwrap

from burnish.wire.codec import decode, encode
from burnish.wire.messages import Description
from burnish_models.engines.available import SUPPORTED, Engines
from engines.networks import child_environment


def test_every_engine_and_device_has_one_card_and_torch_runs_on_the_processor():
    cards = Engines().cards()
    expected = {(engine, device) for engine, devices in SUPPORTED.items() for device in devices}
    assert {(card.engine, card.device) for card in cards} == expected
    assert len(cards) == len(expected)
    assert all(card.detail for card in cards)
    assert ("torch", "cpu") in {(card.engine, card.device) for card in Engines().available()}


def test_cards_cross_the_door():
    description = Description("1", 1, "3", Engines().cards(), 1, 0, 0.0, "")
    assert decode(encode(description)) == description


def child(code, tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, timeout=120, env=child_environment(tmp_path), check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_importing_the_list_loads_nothing_heavy(tmp_path):
    code = """
        import json, sys
        import burnish_models.engines.available, burnish_models.engines.speeds, burnish_models.engines.places
        import burnish_models.engines.memory, burnish_models.engines.quiet_openvino
        print(json.dumps([name in sys.modules for name in ("torch", "openvino", "numpy")]))
    """
    assert child(code, tmp_path) == [False, False, False]


def test_without_openvino_torch_does_the_work_and_asking_for_openvino_is_answered(tmp_path):
    code = """
        import json, sys
        sys.modules["openvino"] = None  # as on a machine where it is not installed
        from engines.networks import doubling, facts, picture
        from burnish.wire.sentences import BurnishError
        from burnish_models.engines.available import Engines
        from burnish_models.engines.choose import Chooser
        from burnish_models.engines.speeds import SpeedBook

        engines = Engines()
        chooser = Chooser(engines, SpeedBook())
        choice = chooser.choose("auto", "cpu", doubling(), facts(), "weights")
        shape = choice.runner.run(picture(8, 8)).shape
        try:
            chooser.choose("openvino", "auto", doubling(), facts(), "weights")
        except BurnishError as error:
            failure = error.failure
        cards = {card.engine: card.available for card in engines.cards() if card.device == "cpu"}
        print(json.dumps([cards, choice.engine.name, choice.reason.code, shape, failure.code, failure.hint]))
    """
    cards, engine, reason, shape, failure, hint = child(code, tmp_path)
    assert cards == {"torch": True, "openvino": False}
    assert (engine, reason, shape) == ("torch", "engine-only", [1, 3, 16, 16])
    assert failure == "engine-missing"
    assert f'"{sys.executable}" -m pip install openvino' in hint
