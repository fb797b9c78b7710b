"""Pictures of a sheet, and what collections of drawn things have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, protected
from tests.soffice.engine.look import POINT
from tests.soffice.engine.runtime import options, soffice, struct, url


class Drawn(Recorded):
    """A collection of things on a sheet that are found by name."""

    parent: Any = None  # over the base's property

    def __init__(self, sheet: Any) -> None:
        self.parent = sheet

    @property
    def label(self) -> str:
        return f"{self.parent.label}.{type(self).__name__.lower()}"

    @property
    def api(self) -> Any:
        return NoApi()

    def _names(self) -> list[str]:
        raise NotImplementedError

    def _made(self, name: str) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return iter([self._made(name) for name in self._names()])

    def __len__(self) -> int:
        return len(self._names())

    def __contains__(self, key: str) -> bool:
        return key in self._names()

    def __call__(self, key: int | str) -> Any:
        names = self._names()
        if isinstance(key, int) and 1 <= key <= len(names):
            return self._made(names[key - 1])
        if key not in names:
            raise KeyError(key)
        return self._made(str(key))


class Picture(Recorded, base_classes.Picture):
    """One picture, found by its name."""

    parent: Any = None  # over the base's property

    def __init__(self, parent: Any, key: str) -> None:
        self.parent, self._key = parent, key

    @property
    def label(self) -> str:
        return f"{self.parent.label}.pictures({self._key})"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _shape(self) -> Any:
        return next(shape for shape in self.parent.uno.DrawPage if shape.Name == self._key)

    def _refuse(self) -> None:
        if self.parent.uno.isProtected():
            raise protected()

    @property
    def name(self) -> str:
        return self._key

    @name.setter
    def name(self, value: str) -> None:
        self._refuse()
        self._shape.Name = value
        self._key = value

    def delete(self) -> None:
        self._refuse()
        self.parent.uno.DrawPage.remove(self._shape)


class Pictures(Drawn, base_classes.Pictures):
    """The pictures of a sheet."""

    def _names(self) -> list[str]:
        return [shape.Name for shape in self.parent.uno.DrawPage
                if shape.ShapeType.endswith("GraphicObjectShape")]

    def _made(self, name: str) -> Picture:
        return Picture(self.parent, name)

    def add(
        self, filename: str | Path, link_to_file: bool, save_with_document: bool, left: float,
        top: float, width: float, height: float, anchor: Any = None,
    ) -> Picture:
        if self.parent.uno.isProtected():
            raise protected()
        if anchor is not None:
            left, top = anchor.left, anchor.top
        shape = self.parent.document.uno.createInstance("com.sun.star.drawing.GraphicObjectShape")
        graphics = soffice().service("com.sun.star.graphic.GraphicProvider")
        shape.Graphic = graphics.queryGraphic(options(URL=url(filename)))
        self.parent.uno.DrawPage.add(shape)
        names = self._names()
        shape.Name = next(f"Picture {n}" for n in range(1, 999) if f"Picture {n}" not in names)
        shape.Position = struct("awt.Point", X=round(left * POINT), Y=round(top * POINT))
        size = shape.Graphic.Size100thMM if min(width, height) < 0 else struct(
            "awt.Size", Width=round(width * POINT), Height=round(height * POINT))
        shape.Size = size
        return Picture(self.parent, shape.Name)
