"""Field masks: `fields` of an answer and of an update.

"The root is implied ... A single "*" can be used as short-hand for listing every field."
https://developers.google.com/workspace/sheets/api/guides/field-masks
"""

from __future__ import annotations

from functools import cache
from typing import Any

from .discovery import document
from .errors import invalid

Tree = dict[str, Any]  # {} is a whole field


@cache
def parse(mask: str) -> Tree:
    """`a,b(c,d.e)` as a tree of names; 400 for what is no mask."""
    tokens = mask.replace(" ", "")
    at = 0

    def names(depth: int) -> Tree:
        nonlocal at
        tree: Tree = {}
        while True:
            start = at
            while at < len(tokens) and tokens[at] not in ",()":
                at += 1
            path = tokens[start:at].replace("/", ".").split(".")
            if not all(path):
                raise invalid(f"Invalid field mask: {mask}")
            below: Tree = {}
            if at < len(tokens) and tokens[at] == "(":
                at += 1
                below = names(depth + 1)
            _put(tree, path, below)
            if at < len(tokens) and tokens[at] == ")":
                if not depth:
                    raise invalid(f"Invalid field mask: {mask}")
                at += 1
                return tree
            if at == len(tokens):
                if depth:
                    raise invalid(f"Invalid field mask: {mask}")
                return tree
            if tokens[at] != ",":
                raise invalid(f"Invalid field mask: {mask}")
            at += 1

    return names(0)


def _put(tree: Tree, path: list[str], below: Tree) -> None:
    first, rest = path[0], path[1:]
    if first in tree and not tree[first]:
        return  # the whole field is there already
    if not rest:
        tree[first] = {**tree.get(first, {}), **below} if below else {}
        return
    _put(tree.setdefault(first, {}), rest, below)


def of(schema: str, mask: str | None, api: str = "sheets.v4") -> Tree:
    """A mask whose every name the schema has. `*` is every field."""
    if not mask:
        raise invalid("At least one field must be listed in 'fields'. "
                      "(Use '*' to indicate all fields.)")
    tree = parse(mask)
    if tree == {"*": {}}:
        return {name: {} for name in document(api)["schemas"][schema]["properties"]}
    _check(schema, tree, "", api)
    return tree


def _check(schema: str, tree: Tree, path: str, api: str) -> None:
    known = document(api)["schemas"][schema].get("properties", {})
    for name, below in tree.items():
        full = f"{path}.{name}" if path else name
        if name == "*":
            continue
        if name not in known:
            raise invalid(f"Error expanding 'fields' parameter. Cannot find matching fields for "
                          f"path '{full}'.")
        inner = known[name]
        while inner.get("type") == "array":
            inner = inner["items"]
        if below and "$ref" in inner:
            _check(inner["$ref"], below, full, api)
        elif below and inner.get("type") != "object":
            raise invalid(f"Error expanding 'fields' parameter. Cannot find matching fields for "
                          f"path '{full}.{next(iter(below))}'.")


def pick(tree: Tree, value: Any) -> Any:
    """Only the parts of an answer that a mask names."""
    if isinstance(value, list):
        return [pick(tree, one) for one in value]
    if not tree or "*" in tree or not isinstance(value, dict):
        return value
    return {name: pick(tree[name], one) for name, one in value.items() if name in tree}


def update(old: dict[str, Any], new: dict[str, Any], tree: Tree) -> dict[str, Any]:
    """A copy of `old` with the masked fields taken from `new`, and cleared where it has none."""
    made = dict(old)
    for name, below in tree.items():
        if below and "*" not in below:
            inner = update(old.get(name, {}), new.get(name, {}), below)
            if inner:
                made[name] = inner
            else:
                made.pop(name, None)
        elif name in new:
            made[name] = new[name]
        else:
            made.pop(name, None)
    return made
