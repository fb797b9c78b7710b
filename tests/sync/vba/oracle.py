"""oletools, an independent reader of VBA projects."""

from __future__ import annotations

import warnings

import olefile  # type: ignore[import-untyped,unused-ignore]

with warnings.catch_warnings():  # it calls an older pyparsing
    warnings.simplefilter("ignore")
    from oletools import olevba  # type: ignore[import-untyped,unused-ignore]

__all__ = ["olevba", "sources"]


def sources(binary: bytes) -> dict[str, str]:
    """Source by file name (`Sheet1.cls`); refuses what the specification forbids."""
    with olefile.OleFileIO(binary, raise_defects=olefile.DEFECT_UNSURE) as ole:
        project = olevba.VBA_Project(ole, "", "PROJECT", "VBA/dir", relaxed=False)
        project.parse_project_stream()
        return {name: code for _, name, code in project.parse_modules()}
