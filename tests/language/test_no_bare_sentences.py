"""A sentence that a person will see is never written without _, N_ or plural around it: found by reading the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from language.catalogues import ROOT, SOURCES

MARKS = {"_", "N_", "plural"}
# What shows its arguments to a person: Qt's setters and widgets, the terminal, typer, the installer's lines.
SHOWING = {
    "setText", "setToolTip", "setStatusTip", "setWhatsThis", "setWindowTitle", "setTitle", "setPlaceholderText",
    "setAccessibleName", "setAccessibleDescription", "setLabelText", "setInformativeText", "setDetailedText",
    "setPrefix", "setSuffix", "setItemText", "setTabText", "setHeaderLabels", "setSpecialValueText", "setSubTitle",
    "addItem", "addItems", "insertItem", "addTab", "addAction", "addMenu", "addSection", "addRow", "showMessage",
    "drawText", "QLabel", "QPushButton", "QToolButton", "QAction", "QCheckBox", "QRadioButton", "QGroupBox", "QMenu",
    "QDockWidget", "QProgressDialog",
    "getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory", "getText",
    "echo", "secho", "BadParameter", "Option", "Argument", "Typer",
    "say", "remark", "step",
}  # fmt: skip
SHOWING_METHODS_OF = {"console": {"print", "log", "rule", "status"}, "stderr": {"write"}, "stdout": {"write"},
                      "messagebox": {"warning", "information", "critical", "question", "about"}}  # fmt: skip
SHOWN_KEYWORDS = {"help", "short_help", "epilog", "title", "text", "label", "description", "prompt"}
# Names and units that are the same in every language.
SAME_EVERYWHERE = {
    "Burnish", "px", "MB", "GB", "MP", "MP/s", "s", "ms", "torch", "JPEG", "PNG", "WebP", "TIFF", "sRGB", "OpenVINO",
    "GPL-3.0-or-later", "English", "burnish",
}  # fmt: skip


# what engineers run beside the program speaks English; only what fails there is a sentence of the catalogue
IN_ENGLISH = tuple(ROOT / "models" / "burnish_models" / name for name in ("data", "metrics", "training"))


def files() -> Iterator[Path]:
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            if not any(folder in path.parents for folder in IN_ENGLISH):
                yield path


def bare_sentences(code: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string that `code` shows to a person without marking it."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        keywords = [keyword.value for keyword in node.keywords if keyword.arg in SHOWN_KEYWORDS]
        for shown in (
            [*node.args, *keywords] if _shows(node.func) else [k.value for k in node.keywords if k.arg == "help"]
        ):
            for constant in _unmarked(shown):
                text = re.sub(r"\[/?[a-z0-9 #./_=-]*\]", "", str(constant.value))  # rich's own markup
                text = re.sub(r"\*\.\w+", "", text)  # file patterns
                words = re.findall(r"[A-Za-z][A-Za-z./-]*", text)
                if not text.startswith("-") and any(len(word) > 1 and word not in SAME_EVERYWHERE for word in words):
                    yield constant.lineno, text.strip()


def _shows(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in SHOWING
    if isinstance(function, ast.Attribute):
        owner = function.value
        owner_name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        methods = next((names for key, names in SHOWING_METHODS_OF.items() if owner_name.lower().endswith(key)), set())
        return function.attr in SHOWING or function.attr in methods
    return False


def _unmarked(node: ast.expr) -> Iterator[ast.Constant]:
    """The strings that make up what is shown, leaving out those inside a mark and those handed to other functions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.JoinedStr):
        for value in node.values:
            yield from _unmarked(value.value if isinstance(value, ast.FormattedValue) else value)
    elif isinstance(node, ast.BinOp):
        yield from _unmarked(node.left)
        yield from _unmarked(node.right)
    elif isinstance(node, ast.IfExp):
        yield from _unmarked(node.body)
        yield from _unmarked(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _unmarked(value)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for element in node.elts:
            yield from _unmarked(element)
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name == "format" and isinstance(node.func, ast.Attribute):
            yield from _unmarked(node.func.value)


def unreadable_marks(code: str) -> Iterator[int]:
    """Lines where a mark is given an f-string, which no catalogue can hold."""
    for node in ast.walk(ast.parse(code)):
        marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
        if marked and any(isinstance(argument, (ast.JoinedStr, ast.BinOp)) for argument in node.args[:2]):
            yield node.lineno


def test_every_sentence_is_marked():
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text!r}"
        for file in files()
        for line, text in bare_sentences(file.read_text(encoding="utf-8"))
    ]
    assert not found, "wrap it in _(), N_() or plural(); see docs/translating.md"


def test_every_mark_holds_a_plain_string():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files()
        for line in unreadable_marks(file.read_text(encoding="utf-8"))
    ]
    assert not found, 'use _("… {name} …").format(name=…)'


@pytest.mark.parametrize(
    "code",
    [
        'label.setText("Enhance")',
        'QLabel("Enhance", parent)',
        'self.button.setToolTip(f"Enhance {name}")',
        'label.setText("Cancel" if running else _("Close"))',
        'label.setText(_("Size") + ": " + "unknown")',
        'label.setText("{n} tiles".format(n=1))',
        'typer.Option("--scale", help="How large.")',
        'command(name="x", help="How large.")',
        'console.print(f"[bold]Ready[/bold] {name}")',
        'self._console.print("done")',
        'sys.stderr.write("Stopped.\\n")',
        'box.addItems(["Best", "Fast"])',
        'lines.say("Ready")',
        'QMessageBox.warning(self, _("Burnish"), "It failed")',
    ],
)
def test_the_reader_sees_what_is_not_marked(code):
    assert list(bare_sentences(code))


@pytest.mark.parametrize(
    "code",
    [
        'label.setText(_("Enhance"))',
        'label.setText(_("{n} tiles").format(n=size("large")))',
        'label.setText(f"×{scale} · {size} px")',
        'label.setText(plural("{n} tile", "{n} tiles", n).format(n=n))',
        'label.setText(self.names["large"])',
        'log.write("not for people")',
        'setObjectName("button")',
        'console.print("[bold]" + _("Ready") + "[/bold]")',
        'label.setText("")',
        'QLabel("Burnish")',
    ],
)
def test_the_reader_leaves_the_rest_alone(code):
    assert not list(bare_sentences(code))


def test_the_reader_sees_f_strings_in_marks():
    assert list(unreadable_marks('_(f"{n} tiles")')) == [1]
    assert list(unreadable_marks('_("a" + b)')) == [1]
    assert not list(unreadable_marks('_("a" "b")'))
