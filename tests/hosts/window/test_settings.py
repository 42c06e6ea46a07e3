"""What the window remembers survives the program."""

from pathlib import Path

from burnish.hosts.standalone.settings import RECENT_LENGTH, Settings
from burnish.panel.state import Choices


def test_everything_comes_back(tmp_path):
    settings = Settings(tmp_path / "window.ini")
    settings.theme, settings.language, settings.folder = "dark", "zh_CN", "/pictures"
    settings.remembered.choices = Choices(task="denoise", model="waifu2x-photo-x2-denoise2")
    settings.save()
    again = Settings(tmp_path / "window.ini")
    assert (again.theme, again.language, again.folder) == ("dark", "zh_CN", "/pictures")
    assert again.remembered.choices == Choices(task="denoise", model="waifu2x-photo-x2-denoise2")


def test_the_first_start_follows_the_system(tmp_path):
    settings = Settings(tmp_path / "window.ini")
    assert (settings.theme, settings.language, settings.recent) == ("system", "", ())
    assert settings.remembered.choices == Choices()


def test_a_settings_file_that_somebody_broke_is_no_problem(tmp_path):
    (tmp_path / "window.ini").write_bytes(b"\xff\xfe[General\ntheme=purple\n\0\0=;")
    settings = Settings(tmp_path / "window.ini")
    assert settings.theme == "system"
    assert settings.recent == ()


def test_recent_files_are_the_newest_first_and_once_each(tmp_path):
    settings = Settings(tmp_path / "window.ini")
    files = [tmp_path / f"photo, {number}.png" for number in range(RECENT_LENGTH + 3)]
    for path in [*files, files[5]]:
        settings.remember_file(path)
    settings.save()
    recent = Settings(tmp_path / "window.ini").recent
    assert len(recent) == RECENT_LENGTH
    assert recent[0] == files[5]
    assert len(set(recent)) == len(recent)
    settings.forget_files()
    assert settings.recent == ()
    assert Path(settings.folder) == tmp_path
