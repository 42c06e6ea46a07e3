"""What the panel remembers for a host survives the program, and a broken file does no harm."""

import pytest

from burnish.hosts.contract import Place
from burnish.hosts.memory import MemoryHost
from burnish.panel.controller import Controller
from burnish.panel.remembered import Remembered
from burnish.panel.state import AUTO, Choices, RegionChoice
from burnish.wire.geometry import Rect
from panel_catalogue import catalogue, noise


class NoClient:
    """These tests never reach a worker."""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "krita.ini"


def session(file) -> Controller:
    host = MemoryHost(noise(60, 40))
    host.look_at(Rect(0, 0, 30, 30))
    controller = Controller(host, NoClient(), remembered=Remembered("krita", file))
    controller.state.know_catalogue(catalogue())
    return controller


def test_every_choice_comes_back_in_the_next_session(qapp, file):
    state = session(file).state
    state.choose_task("denoise")
    state.choose_model("gentle")
    state.choose_place(Place.REPLACE)
    state.choose_scale(2.0)
    state.choose_place(Place.NEW_IMAGE)
    state.choose_region(RegionChoice.VISIBLE)
    state.choose_cancel(keep=False)
    again = session(file).state
    assert again.choices == Choices("denoise", "gentle", 2.0, Place.REPLACE, Place.NEW_IMAGE)
    assert again.region is RegionChoice.VISIBLE
    assert not again.keep_on_cancel
    again.choose_scale(None)
    assert session(file).state.choices.scale is None


def test_a_selection_is_no_habit(qapp, file):
    controller = session(file)
    controller.host.select(Rect(0, 0, 10, 10))
    controller.state.choose_region(RegionChoice.SELECTION)
    assert session(file).state.region is RegionChoice.LAYER


def test_without_a_selection_the_usual_region_comes_back(qapp, file):
    controller = session(file)
    controller.state.choose_region(RegionChoice.VISIBLE)
    controller.host.select(Rect(0, 0, 10, 10))
    assert controller.state.region is RegionChoice.SELECTION
    controller.host.select(None)
    assert controller.state.region is RegionChoice.VISIBLE


def test_a_host_that_says_nothing_of_its_view_gets_the_whole_layer(qapp, file):
    session(file).state.choose_region(RegionChoice.VISIBLE)
    controller = session(file)
    controller.host.look_at(None)
    assert controller.state.can_start()
    assert controller.state.order().request.region is None
    assert controller.state.work_region() == Rect(0, 0, 60, 40)


def test_each_host_has_a_file_of_its_own(qapp, tmp_path):
    from burnish.qt import QtCore

    ini, user = QtCore.QSettings.Format.IniFormat, QtCore.QSettings.Scope.UserScope
    QtCore.QSettings.setPath(ini, user, str(tmp_path))
    one, other = Remembered("krita"), Remembered("gimp")
    one.choices = Choices(task="light")
    one.save()
    assert other.choices == Choices()
    assert Remembered("krita").choices.task == "light"
    assert {path.name for path in (tmp_path / "Burnish").iterdir()} == {"krita.ini"}


@pytest.mark.parametrize(
    "line", ["scale=huge", "scale=nan", "scale=-3", "scale=900", "place=on-the-moon", "region=selection", "cancel=?"]
)
def test_a_line_that_makes_no_sense_counts_for_nothing(qapp, file, line):
    file.write_text(f"[General]\n{line}\nmodel=gentle\n")
    remembered = Remembered("krita", file)
    assert remembered.choices == Choices(model="gentle")
    assert remembered.usual_region is RegionChoice.LAYER
    assert remembered.keep_on_cancel
    assert not remembered.preview_open


def test_a_file_of_an_earlier_version_is_still_read(qapp, file):
    file.write_text("[General]\nmodel=gentle\ntask=denoise\ntheme=dark\n")
    assert Remembered("window", file).choices == Choices("denoise", "gentle")


def test_a_first_session_starts_with_the_usual_choices(qapp, file):
    remembered = Remembered("krita", file)
    assert remembered.choices == Choices(model=AUTO)
    assert remembered.keep_on_cancel
