"""A store before a job that is killed, and what must hold after it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import zstandard

from macros import jobs
from tests.sync.store.reports import Ad, Sale, Store, by_date, campaigns
from tests.sync.store.test_overlaps import DAY, MONDAY, WEEK
from workbook.model import Cell

ROOT = Path(__file__).resolve().parents[2]
PERIODS = (WEEK, *(type(WEEK)(day, day) for day in WEEK.all_days()))
OLD = by_date(dict.fromkeys(WEEK.all_days(), Sale(Decimal("19.99"), 2, 2, 40, 60)))
NEW = by_date(dict.fromkeys(WEEK.all_days(), Sale(Decimal("25.01"), 3, 3, 50, 70)))
ADS = campaigns({(MONDAY + n * DAY, "C"): Ad(9, Decimal("2.50"), Decimal(30), 1) for n in range(7)})

Answers = dict[tuple[Any, ...], Cell]


@dataclass(frozen=True)
class Scene:
    """What is in the store, which files are imported, and the answers after each of them."""

    name: str
    folder: Path  # with the store as it is before, and the files
    files: tuple[Path, ...]
    stages: tuple[Answers, ...]  # before the job, after its first file, ...

    def copy(self, target: Path) -> Store:
        shutil.copytree(self.folder, target)
        return Store(target)

    def command(self, store: Store) -> list[str]:
        return [sys.executable, "-m", "tests.faults.runner", "tests.faults.jobs:import_reports",
                str(store.folder / "s.duckdb"), *(str(store.folder / f.name) for f in self.files)]


def make(folder: Path, name: str) -> Scene:
    """`empty`: the first import creates the store; `replace`: a re-export; `two`: and another."""
    before = folder / "before"
    before.mkdir()
    store = Store(before)
    files = []
    for number, text in enumerate({"empty": [OLD], "replace": [NEW], "two": [NEW, ADS]}[name]):
        files.append(before / f"report{number}.csv")
        files[-1].write_text(text, encoding="utf-8")
        os.utime(files[-1], (1_800_000_000 + number * 600,) * 2)
    if name != "empty":
        store.put(OLD)
    stages = [{} if name == "empty" else store.answers(*PERIODS)]
    whole = Store(folder / "whole")
    shutil.copytree(before, whole.folder)
    for file in files:
        done = run(Scene(name, before, (file,), ()).command(whole))
        assert done.returncode == 0, done.stderr
        stages.append(whole.answers(*PERIODS))
    assert len({len(repr(stage)) for stage in stages}) == len(stages), "stages can be told apart"
    return Scene(name, before, tuple(files), tuple(stages))


def run(
    command: list[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})},
                          capture_output=True, text=True, timeout=120)


def stage_of(scene: Scene, store: Store) -> int:
    """Which of the scene's stages the store is in; fails if it is in none."""
    if not store.context.database.exists():
        assert not scene.stages[0]
        return 0
    check_originals(store)
    found = store.answers(*PERIODS) if has_imports(store) else {}
    assert found in scene.stages, "the store is in none of the states before or after a file"
    return scene.stages.index(found)


def has_imports(store: Store) -> bool:
    with store.context.database.session(write=True) as con:
        return bool(con.execute("SELECT count(*) FROM s.imports").fetchone() != (0,))


def check_originals(store: Store) -> None:
    """Every import has its original, whole; its coverage; as many rows as it says."""
    database = store.context.database
    with database.session(write=True) as con:
        logged = con.execute('SELECT id, hash, original, "rows", kind FROM s.imports').fetchall()
        for number, digest, original, rows, kind in logged:
            content = zstandard.decompress((database.originals / original).read_bytes())
            assert hashlib.sha256(content).hexdigest() == digest
            table = "business_by_date" if kind.startswith("business") else kind
            assert con.execute(
                f"SELECT count(*) FROM s.{table} WHERE import_id = ?", [number]
            ).fetchone() == (rows,)
            assert con.execute(
                "SELECT count(*) FROM s.coverage WHERE import_id = ?", [number]
            ).fetchone() == (1,)


def check(scene: Scene, store: Store) -> int:
    """The store is as before or after a file, and importing again ends where it should."""
    stage = stage_of(scene, store)
    paths = [store.folder / file.name for file in scene.files]
    words = [o.status for o in jobs.import_paths(store.context, paths, marketplace="US")]
    assert words[:stage] == ["unchanged"] * stage, "what was committed is not imported again"
    assert not {"unchanged", "refused"} & set(words[stage:])
    assert stage_of(scene, store) == len(scene.stages) - 1
    return stage
