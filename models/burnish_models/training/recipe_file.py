"""Recipes as files: found, read, changed from the command line, checked; what is wrong is said in sentences."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from burnish.wire.sentences import BurnishError
from burnish_models.training.schema import Recipe

SHIPPED = Path(__file__).with_name("recipes")
OWN_WEIGHTS = Path(__file__).parent.parent / "weights"
_PATHS = ("source", "input_source", "start_from", "teacher", "weights")


def shipped_recipes() -> dict[str, Path]:
    """The recipes that come with Burnish, by name: the techniques' and those of our own weights."""
    files = [*SHIPPED.glob("*.yaml"), *OWN_WEIGHTS.glob("*.yaml")]
    return {file.stem: file for file in sorted(files, key=lambda file: file.stem)}


def find_recipe(name_or_path: str) -> Path:
    """The file of a shipped recipe, or the user's own. Raises BurnishError("recipe-unknown")."""
    shipped = shipped_recipes()
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    raise BurnishError("recipe-unknown", name=name_or_path, known=", ".join(shipped))


def load_recipe(path: Path, changes: Sequence[str] = (), *, smoke: bool = False) -> Recipe:
    """A checked recipe.

    Args:
        path: a YAML file. Paths in it that begin with ./ or ../ are relative to its folder.
        changes: "optimiser.learning_rate=1e-3", "stages.0.steps=10", ...; they win over everything else.
        smoke: lay the recipe's values for --smoke over the others.

    Raises:
        BurnishError: "recipe-unreadable" where it is no YAML mapping, "recipe-wrong" with a sentence for each wrong
            field, "recipe-without-smoke".
    """
    return checked(read_recipe(path, changes, smoke=smoke), str(path))


def read_recipe(path: Path, changes: Sequence[str] = (), *, smoke: bool = False) -> dict[str, Any]:
    """What `load_recipe` checks: plain values. Raises BurnishError."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise BurnishError("recipe-unreadable", path=str(path), reason=reason) from error
    if not isinstance(values, dict):
        raise BurnishError("recipe-unreadable", path=str(path), reason="it is no list of names and values")
    if smoke:
        if not values.get("smoke"):
            raise BurnishError("recipe-without-smoke", path=str(path))
        values = laid_over(values, values["smoke"])
    for change in changes:
        _set(values, change)
    return _anchored(values, path.absolute().parent)


def checked(values: dict[str, Any], path: str) -> Recipe:
    """The recipe of plain values. Raises BurnishError("recipe-wrong"); path: what the sentence calls it."""
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise BurnishError("recipe-wrong", path=path, reasons=" ".join(sentences(error)), detail=str(error)) from error


def laid_over(values: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """`values` where `others` say nothing else. Mappings are merged, everything else is replaced.

    A mapping that names another `type` or `name` is another thing, and replaces the whole.
    """
    merged = dict(values)
    for key, other in others.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(other, dict) and not _is_another(old, other):
            merged[key] = laid_over(old, other)
        else:
            merged[key] = other
    return merged


def _is_another(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return any(key in new and new[key] != old.get(key) for key in ("type", "name"))


def _set(values: dict[str, Any], change: str) -> None:
    """Carry out one "a.b=c"; numbers are places in lists. Raises BurnishError("bad-request")."""
    name, equals, text = change.partition("=")
    keys = name.strip().split(".")
    if not equals or not all(keys):
        raise BurnishError("bad-request", field="--set", value=change, rule="Write it as NAME=VALUE: batch=4, say.")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BurnishError("bad-request", field=name, value=text, rule="Write the value as in a recipe.") from error
    # YAML takes 1e-3 for a word, because it lacks a point; nobody means that.
    value = _number(value) if isinstance(value, str) else value
    place: Any = values
    try:
        for key in keys[:-1]:
            place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
        place[int(keys[-1]) if isinstance(place, list) else keys[-1]] = value
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        rule = f"There is no such place in the recipe: {name}."
        raise BurnishError("bad-request", field="--set", value=change, rule=rule) from error


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _anchored(value: Any, folder: Path, key: str = "") -> Any:
    """The values, with ./paths in the fields that hold paths made whole; they mean what they meant to the writer."""
    if isinstance(value, dict):
        return {name: _anchored(inner, folder, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_anchored(inner, folder) for inner in value]
    if key in _PATHS and isinstance(value, str) and value.startswith(("./", "../")):
        return str((folder / value).resolve())
    return value


# What is wrong, in sentences


def sentences(error: ValidationError) -> list[str]:
    """One sentence for each wrong field; an unknown one is told what the nearest known one is."""
    schema = Recipe.model_json_schema()
    return list(dict.fromkeys(_sentence(schema, problem["loc"], problem) for problem in error.errors()))


def _sentence(schema: dict[str, Any], place: tuple[int | str, ...], problem: Any) -> str:
    nodes, spoken = [schema], list[str]()
    inside = nodes
    for part in place:
        inside = nodes
        nodes, is_key = _step(schema, nodes, part)
        if is_key:
            spoken.append(str(part))
    name = ".".join(spoken) or "recipe"
    if problem["type"] == "extra_forbidden":
        known = sorted({key for node in inside for key in _properties(schema, node)})
        near = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.4)
        told = f"the nearest is {near[0]}." if near else f"there are: {', '.join(known)}."
        return f"{name} is no field of a recipe; {told}"
    if problem["type"] == "missing":
        return f"{name} is missing."
    if problem["type"] == "union_tag_not_found":
        return f"{name} needs a type."
    if problem["type"] == "union_tag_invalid":
        context = problem["ctx"]
        return f"{name}: there is no type {context['tag']}; there are: {context['expected_tags']}."
    reason = problem["msg"].removeprefix("Value error, ").removesuffix(".")
    return f"{name}: {reason[:1].lower() + reason[1:]}."


def _step(schema: dict[str, Any], nodes: list[dict[str, Any]], part: int | str) -> tuple[list[dict[str, Any]], bool]:
    """What lies at a part of a place, and whether the part is a key in the file, not a union's tag."""
    if isinstance(part, int):
        return [inner for node in nodes for inner in _items(schema, node)], True
    for node in nodes:
        for variant in _variants(schema, node):
            tags = variant.get("discriminator", {}).get("mapping", {})
            if part in tags:
                return [_resolved(schema, {"$ref": tags[part]})], False
    found = [_properties(schema, node)[part] for node in nodes if part in _properties(schema, node)]
    written_by_pydantic = not found and ("[" in part or part in ("str", "list", "none"))
    return (nodes, False) if written_by_pydantic or part.startswith("literal") else (found, True)


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _variants(schema: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The node itself, and what its unions allow."""
    node = _resolved(schema, node)
    yield node
    for choice in (*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())):
        yield from _variants(schema, choice)


def _properties(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    return {name: inner for variant in _variants(schema, node) for name, inner in variant.get("properties", {}).items()}


def _items(schema: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    return [variant["items"] for variant in _variants(schema, node) if isinstance(variant.get("items"), dict)]
