"""The schedule as a service of the system: a systemd user unit, a launchd agent, a Windows task."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from macros.schedule.environment import read
from macros.settings import Settings
from sync.store import durable
from workbook.errors import SettingsError

NAME = "opsheet-schedule"
LABEL = "org.opsheet.schedule"
PATIENCE = 960  # seconds to finish a refresh: a spreadsheet is given up on after 900


@dataclass(frozen=True, slots=True)
class Service:
    """What is to be run: the words of the command, in which folder, its log file, and for whom.

    `user`: Windows' DOMAIN\\name; without it the task starts whoever logs on.
    """

    words: tuple[str, ...]
    folder: str
    log: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A service file: where it belongs, what stands in it, the one command that enables it."""

    path: Path
    content: str
    enable: str
    encoding: str = "utf-8"


def this_system() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def of_this_process(settings: Settings, environment: Path | None) -> Service:
    """The schedule as it would run from here.

    Raises:
        SettingsError: it needs variables that the service would not have, or the file of them
            cannot be read.
    """
    import platformdirs

    lacking = _lacking(settings, environment)
    if lacking:
        store = f'store_path = "{settings.store_path}"' if "OPSHEET_STORE" in lacking else ""
        raise SettingsError(
            f"A service would not have {', '.join(lacking)}.", str(settings.file),
            "Write NAME=VALUE lines into a file that only you can read and give --env FILE"
            + (f", or write {store} into opsheet.toml and unset the variable." if store else "."))
    words = [*_opsheet(), "schedule", "run"]
    if environment:
        words += ["--env", str(environment.expanduser().absolute())]
    folder = settings.file.parent if settings.file else Path.cwd()
    log = Path(platformdirs.user_log_dir("opsheet", appauthor=False)) / "schedule.log"
    user = (f"{os.environ.get('USERDOMAIN', '.')}\\{os.environ['USERNAME']}"
            if os.name == "nt" and os.environ.get("USERNAME") else "")
    return Service(tuple(words), str(folder.absolute()), str(log), user)


def _lacking(settings: Settings, environment: Path | None) -> list[str]:
    """The variables that count here, or that channels name, and that are not in the file."""
    given = read(environment) if environment else {}
    here = {name for name in os.environ
            if name.startswith("OPSHEET_") or name == "GOOGLE_APPLICATION_CREDENTIALS"}
    named = {str(value) for said in settings.notify.values() for key, value in said.items()
             if key.endswith("_env")}
    return sorted((here | named) - set(given))


def _opsheet() -> list[str]:
    """The installed command; else this Python, which must not take `macros` from the folder."""
    script = Path(sys.executable).with_name("opsheet.exe" if os.name == "nt" else "opsheet")
    return [str(script)] if script.exists() else [sys.executable, "-P", "-m", "macros.cli"]


def make(service: Service, system: str) -> Made:
    """The service file of `linux`, `macos` or `windows`."""
    return {"linux": _systemd, "macos": _launchd, "windows": _windows}[system](service)


def write(made: Made) -> None:
    """Writes it, whole or not at all."""
    durable.make_folder(made.path.parent)
    durable.write_atomically(made.path, made.content.encode(made.encoding))


# --- systemd ----------------------------------------------------------------------------


def _systemd(service: Service) -> Made:
    command = " ".join(map(_unit_word, service.words))
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Made(folder / "systemd" / "user" / f"{NAME}.service", f"""\
[Unit]
Description=Opsheet: fills sheets at their times
StartLimitIntervalSec=0

[Service]
ExecStart={command}
WorkingDirectory={service.folder.replace("%", "%%")}
Restart=on-failure
RestartSec=60
TimeoutStopSec={PATIENCE}
KillMode=mixed

[Install]
WantedBy=default.target
""", f"systemctl --user daemon-reload && systemctl --user enable --now {NAME} "
     "&& loginctl enable-linger")


def _unit_word(text: str) -> str:
    """A word of ExecStart, quoted; % and $ have a meaning of their own there."""
    for mark, meant in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        text = text.replace(mark, meant)
    return f'"{text}"'


# --- launchd ----------------------------------------------------------------------------


def _launchd(service: Service) -> Made:
    content = plistlib.dumps({
        "Label": LABEL,
        "ProgramArguments": list(service.words),
        "WorkingDirectory": service.folder,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 60,
        "ExitTimeOut": PATIENCE,
        "ProcessType": "Background",
        "StandardOutPath": service.log,
        "StandardErrorPath": service.log,
    }, sort_keys=False).decode()
    path = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    return Made(path, content, f"launchctl bootstrap gui/$(id -u) '{path}'")


# --- Windows ----------------------------------------------------------------------------


def _windows(service: Service) -> Made:
    """A task that starts at logon, again after a failure, and is never ended for being long."""
    program, *words = service.words
    who = f"\n      <UserId>{escape(service.user)}</UserId>" if service.user else ""
    path = Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "opsheet" / f"{NAME}.xml"
    return Made(path, f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Opsheet: fills sheets at their times</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>{who}
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(subprocess.list2cmdline(words))}</Arguments>
      <WorkingDirectory>{escape(service.folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
""", f'schtasks /Create /TN "Opsheet schedule" /XML "{path}"', "utf-16")
