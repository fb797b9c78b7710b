"""Excel on this machine: what stands in the way of buttons and cell functions, and setting it up.

Everything is looked up through a `Machine`, so that each finding is tested on any system.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import locale
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from macros.doctor import Check, Health
from workbook.errors import SettingsError, SurfaceError

OFFICE_KEY = r"Software\Microsoft\Office\16.0\Excel\Security"
POLICY_KEY = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
_GUARD = r"Windows Defender Exploit Guard\ASR\Rules"
_DEFENDER = r"SOFTWARE\Policies\Microsoft\Windows Defender"
# Rules of Microsoft Defender that stop parts of a planner, and what they stop.
ASR_RULES = {
    "d4f940ab-401b-4efc-aadc-ad5f3c50688a": (
        "Block all Office applications from creating child processes", "the buttons"),
    "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": (
        "Block Win32 API calls from Office macros", "the buttons and the cell functions"),
}
_KEYS = {"win32": "INTERPRETER_WIN", "darwin": "INTERPRETER_MAC"}
WITHOUT_MACROS = "The same without macros: opsheet fill weekly_report --to excel"

Registry = Callable[[str, str, str], object]


@dataclass(frozen=True, slots=True)
class Machine:
    """What is looked at. `registry`: (root, key, value's name) -> its data, None if unreadable."""

    platform: str
    home: Path
    interpreter: Path
    version: Callable[[str], str | None]  # of an installed package
    registry: Registry
    xlwings: Path | None  # the folder of the package
    applications: Path = Path("/Applications")
    encoding: str = field(default_factory=locale.getencoding)  # in which VBA reads text files

    @property
    def has_excel(self) -> bool:
        """Is it a system on which there is an Excel with macros?"""
        return self.platform in _KEYS

    @property
    def config(self) -> Path:
        """The user's settings of xlwings; those in a planner stand over them."""
        if self.platform == "darwin":
            return self.home / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
        return self.home / ".xlwings" / "xlwings.conf"

    @property
    def scripts(self) -> Path:
        """Where Excel for macOS looks for scripts that it may run."""
        return self.home / "Library/Application Scripts/com.microsoft.Excel"


def this_machine() -> Machine:
    spec = importlib.util.find_spec("xlwings")
    return Machine(sys.platform, Path.home(), Path(sys.executable), _version, _registry,
                   Path(spec.origin).parent if spec and spec.origin else None)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _registry(root: str, key: str, name: str) -> object:
    winreg: Any = importlib.import_module("winreg")
    try:
        with winreg.OpenKey(getattr(winreg, root), key) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None


def module_version() -> str:
    """The version of the VBA module that every planner carries."""
    text = (resources.files("macros.vba") / "xlwings.bas").read_text("ascii")
    found = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', text)
    assert found, "macros/vba/xlwings.bas does not say its version"
    return found[1]


# --- checks -----------------------------------------------------------------------------


def checks(machine: Machine) -> Iterator[Check]:
    """What buttons and cell functions need; nothing is changed."""
    if not machine.has_excel:
        yield Check("Excel", Health.OK, f"there is none for {machine.platform}; planners with "
                    "buttons can be made here, and sheets are filled as files")
        return
    yield _excel(machine)
    yield _xlwings(machine)
    if machine.platform == "darwin":
        yield _script(machine)
    else:
        yield from _windows_parts(machine)
        yield _macros_allowed(machine)
        yield from _defender(machine)
    yield _interpreter(machine)


def _excel(machine: Machine) -> Check:
    if machine.platform == "darwin":
        place = machine.applications / "Microsoft Excel.app"
        found: object = place if place.exists() else None
    else:
        found = machine.registry("HKEY_CLASSES_ROOT", r"Excel.Application\CurVer", "")
    if found:
        return Check("Excel", Health.OK, str(found))
    return Check("Excel", Health.WARN, "not found; sheets are filled as files without it",
                 "Install Excel to use buttons; WPS and LibreOffice open the files.")


def _xlwings(machine: Machine) -> Check:
    needed, found = module_version(), machine.version("xlwings")
    remedy = f'Run: "{machine.interpreter}" -m pip install "xlwings=={needed}"'
    if found is None:
        return Check("xlwings", Health.WARN, "is not installed; buttons and cell functions need it",
                     remedy)
    if found != needed:
        return Check("xlwings", Health.WARN, f"{found} does not fit the planners' module, which "
                     f"is of {needed}", remedy)
    return Check("xlwings", Health.OK, f"{found}, as in the planners")


def _windows_parts(machine: Machine) -> Iterator[Check]:
    """What xlwings needs besides: pywin32, and the library that runs cell functions."""
    remedy = f'Run: "{machine.interpreter}" -m pip install --force-reinstall '
    if machine.version("pywin32") is None:
        yield Check("pywin32", Health.WARN, "is not installed; xlwings needs it",
                    remedy + "pywin32")
    name = f"xlwings64-{module_version()}.dll"
    places = (machine.interpreter.parent, machine.interpreter.parent.parent)
    if machine.version("xlwings") and not any((place / name).exists() for place in places):
        yield Check("cell functions", Health.WARN, f"{name} is not beside {machine.interpreter}",
                    f'{remedy}"xlwings=={module_version()}"')


def _script(machine: Machine) -> Check:
    """The script through which a button may start Python on macOS."""
    name = f"xlwings-{module_version()}.applescript"
    script, ours = machine.scripts / name, machine.xlwings and machine.xlwings / name
    if not script.exists():
        others = sorted(path.stem.removeprefix("xlwings-")
                        for path in machine.scripts.glob("xlwings-*.applescript"))
        what = (f"is of version {', '.join(others)}, the planners' module of {module_version()}"
                if others else "is not there: no button can start Python")
        return Check("macOS script", Health.WARN, what, "Run: opsheet excel install")
    if ours and ours.exists() and ours.read_bytes() != script.read_bytes():
        return Check("macOS script", Health.WARN, f"{script} was changed",
                     "Run: opsheet excel install")
    return Check("macOS script", Health.OK, str(script))


def _macros_allowed(machine: Machine) -> Check:
    """Trust Center. 1 all macros run, 2 Excel asks (so it is without a setting), 3 signed, 4 none.

    A company's policy stands over the person's own choice.
    """
    policy = machine.registry("HKEY_CURRENT_USER", POLICY_KEY, "VBAWarnings")
    own = machine.registry("HKEY_CURRENT_USER", OFFICE_KEY, "VBAWarnings")
    level = policy if policy is not None else own
    ways = "Add the planner's folder to Trust Center > Trusted Locations"
    if level in (3, 4):
        what = "only signed macros run" if level == 3 else "all macros are off, without a message"
        who = "your company's policy" if policy is not None else "Trust Center"
        do = (f"{ways}, or ask who looks after your PC to do it. {WITHOUT_MACROS}"
              if policy is not None else
              "In Excel: File > Options > Trust Center > Trust Center Settings > Macro Settings: "
              f"choose 'Disable VBA macros with notification'. Or: {ways}.")
        return Check("macros", Health.WARN, f"{what} ({who})", do)
    asks = "run at once" if level == 1 else "ask first: choose Enable Content"
    return Check("macros", Health.OK, f"{asks}. A planner from a mail, a chat or the internet is "
                 "blocked until you right-click it > Properties > Unblock")


def _defender(machine: Machine) -> Iterator[Check]:
    """Rules of Microsoft Defender, as far as this account may read them."""
    stopped = False
    for guid, (name, what) in ASR_RULES.items():
        state = _asr_state(machine, guid)
        if state in ("1", "6"):
            stopped = True
            verb = "stops" if state == "1" else "warns before it lets through"
            yield Check("Defender", Health.WARN, f"the rule '{name}' {verb} {what}",
                        f"Ask who looks after your PC to exclude {machine.interpreter} from it. "
                        f"{WITHOUT_MACROS}")
    if not stopped:
        yield Check("Defender", Health.OK, "no rule against macros is set as far as can be read; "
                    "if a button ends in 'Action blocked' by Windows Security: " + WITHOUT_MACROS)


def _asr_state(machine: Machine, guid: str) -> str | None:
    """0 off, 1 block, 2 audit, 6 warn; group policy, device management, then the PC itself."""
    for key in (rf"{_DEFENDER}\{_GUARD}", rf"SOFTWARE\Microsoft\Windows Defender\{_GUARD}"):
        for name in (guid, guid.upper()):
            if (state := machine.registry("HKEY_LOCAL_MACHINE", key, name)) is not None:
                return str(state)
    listed = machine.registry("HKEY_LOCAL_MACHINE", rf"{_DEFENDER}\Policy Manager", "ASRRules")
    found = re.search(rf"{guid}\}}?=(\d)", str(listed or ""), re.IGNORECASE)
    return found[1] if found else None


def _interpreter(machine: Machine) -> Check:
    found = _read_config(machine).get(_KEYS[machine.platform])
    if found == str(machine.interpreter):
        return Check("Python for Excel", Health.OK, found)
    what = f"is set to {found}, not to {machine.interpreter}" if found else "is not set"
    return Check("Python for Excel", Health.WARN, f"{what}; planners made elsewhere do not find it",
                 "Run: opsheet excel install")


# --- setting it up ----------------------------------------------------------------------


def settings_of_planners(machine: Machine) -> dict[str, str]:
    """What a planner's sheet `xlwings.conf` has to say to run on this machine."""
    from macros.vba import xlwings_settings

    return xlwings_settings(str(machine.interpreter), machine.platform)


def install(
    machine: Machine,
    run: Callable[[Sequence[str]], subprocess.CompletedProcess[str]] | None = None,
) -> list[str]:
    """Allows buttons to start Python (macOS) and says which Python; returns what was done.

    Raises:
        SurfaceError: no Excel for this system, xlwings missing or of another version, or its own
            set-up fails. SettingsError: the user's settings of xlwings cannot be written.
    """
    if not machine.has_excel:
        raise SurfaceError(
            "There is no Excel on this system.", machine.platform,
            "Run it on the PC or Mac that has Excel. `opsheet workbook new` works here too.")
    found = _xlwings(machine)
    if found.health is not Health.OK:
        raise SurfaceError(f"xlwings {found.message}.", str(machine.interpreter), found.do)
    done = []
    if machine.platform == "darwin":
        # The command of the very installation that is checked, and so of the same version.
        command = [str(machine.interpreter), "-m", "xlwings.cli", "runpython", "install"]
        result = (run or _run)(command)
        if result.returncode:
            raise SurfaceError("xlwings could not be allowed to start Python.",
                               (result.stderr.strip().splitlines() or [str(machine.scripts)])[-1],
                               "Check that you may write there, and try again.")
        done.append(f"Buttons may start Python: {machine.scripts}")
    _write_config(machine)
    return [*done, f"Excel finds Python: {machine.config}"]


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def _read_config(machine: Machine) -> dict[str, str]:
    """The lines `"NAME","value"` of the user's settings of xlwings."""
    try:
        text = machine.config.read_text(machine.encoding, "replace")
    except OSError:
        return {}
    return dict(re.findall(r'^"([^"]*)","([^"]*)"', text, re.MULTILINE))


def _write_config(machine: Machine) -> None:
    """Sets the interpreter; every other setting stays."""
    name = _KEYS[machine.platform]
    try:
        old = machine.config.read_text(machine.encoding) if machine.config.exists() else ""
        kept = [line for line in old.splitlines() if line.strip()
                and line.split(",")[0].strip('" ') != name]
        end = "\r\n" if machine.platform == "win32" else "\n"
        new = end.join([*kept, f'"{name}","{machine.interpreter}"', ""]).encode(machine.encoding)
        machine.config.parent.mkdir(parents=True, exist_ok=True)
        machine.config.write_bytes(new)
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"The settings of xlwings cannot be written: {error}.", str(machine.config),
            f'Write the line "{name}","{machine.interpreter}" into it yourself.') from None
