"""A soffice that listens, and UNO in this process, without leaving the system's packages behind.

`uno` is built for the system's Python; it loads into a virtual environment of the same version
(3.11 with Debian 12). `available()` says whether it does; tests skip where it does not.
"""

from __future__ import annotations

import atexit
import builtins
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.soffice.office import PROFILE

SYSTEM_PACKAGES = "/usr/lib/python3/dist-packages"


@functools.cache
def uno() -> Any:
    """The module; its import hook and its folder are taken away again."""
    hook = builtins.__import__
    sys.path.append(SYSTEM_PACKAGES)
    try:
        import uno as module  # type: ignore[import-not-found, unused-ignore]
    finally:
        sys.path.remove(SYSTEM_PACKAGES)
        builtins.__import__ = hook
    return module


@functools.cache
def available() -> bool:
    """Is there a LibreOffice, and does its UNO load into this Python?"""
    if not shutil.which("soffice"):
        return False
    # In a child first: a library of another Python may end the process.
    code = f"import sys; sys.path.append({SYSTEM_PACKAGES!r}); import uno"
    return not subprocess.run([sys.executable, "-c", code], capture_output=True).returncode


def struct(name: str, **fields: Any) -> Any:
    """A UNO structure: `struct("table.CellAddress", Row=1)`."""
    made = uno().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def enum(name: str, value: str) -> Any:
    return uno().Enum(f"com.sun.star.{name}", value)


def options(**values: Any) -> tuple[Any, ...]:
    """Property values, as loading and saving take them."""
    return tuple(struct("beans.PropertyValue", Name=n, Value=v) for n, v in values.items())


def url(path: str | Path) -> str:
    return str(uno().systemPathToFileUrl(str(path)))


class Soffice:
    """One process with a profile of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="opsheet-soffice"))
        self._pipe = f"opsheet-engine-{os.getpid()}"
        user = self._folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        began = time.perf_counter()
        self._process = self._started()
        self.context = self._connected()
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.seconds_to_start = time.perf_counter() - began
        self.pid = self._process.pid

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def _started(self) -> subprocess.Popen[bytes]:
        # soffice.bin itself where it can be found: then the process we end is the office.
        program = Path(os.path.realpath(shutil.which("soffice") or "soffice"))
        binary = program.with_name("soffice.bin")
        profile = (self._folder / "profile").as_uri()
        return subprocess.Popen(
            [str(binary if binary.exists() else program), f"-env:UserInstallation={profile}",
             "--headless", "--norestore", "--nologo", "--nodefault",
             f"--accept=pipe,name={self._pipe};urp;"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def _connected(self) -> Any:
        local = uno().getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        refused = uno().getClass("com.sun.star.connection.NoConnectException")
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if self._process.poll() == 81:  # a fresh profile: it wants to be started again
                self._process = self._started()
            try:
                return resolver.resolve(
                    f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext")
            except refused:
                time.sleep(0.05)
        self.stop()
        raise TimeoutError("soffice did not answer within 90 seconds")

    def stop(self) -> None:
        """Ends the process and removes the profile."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


@functools.cache
def soffice() -> Soffice:
    """The one of this process, started when first asked for and ended with the process."""
    running = Soffice()
    atexit.register(running.stop)
    return running
