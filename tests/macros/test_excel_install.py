"""`opsheet excel install` and what doctor says of Excel, for Windows and macOS, on any system."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from macros import doctor, excel_install
from macros.doctor import Check, Health
from macros.excel_install import (
    ASR_RULES,
    OFFICE_KEY,
    POLICY_KEY,
    Machine,
    checks,
    install,
    module_version,
    settings_of_planners,
)
from workbook.errors import SettingsError, SurfaceError

Run = Callable[..., Any]
Keys = dict[tuple[str, str, str], object]
CHILD, WIN32 = ASR_RULES
RULES = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
MANAGED = r"SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
OWN = r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
EXCEL = ("HKEY_CLASSES_ROOT", r"Excel.Application\CurVer", "")
VERSIONS = {"xlwings": module_version(), "pywin32": "311"}


def windows(home: Path, keys: Keys | None = None,
            versions: dict[str, str] | None = None) -> Machine:
    """A PC on which all is well but for what is said."""
    scripts = home / "opsheet" / "Scripts"
    scripts.mkdir(parents=True, exist_ok=True)
    (scripts.parent / f"xlwings64-{module_version()}.dll").touch()
    registry: Keys = {EXCEL: "Excel.Application.16", **(keys or {})}
    found = VERSIONS if versions is None else versions
    machine = Machine("win32", home, scripts / "python.exe", found.get,
                      lambda *at: registry.get(at), home / "xlwings", encoding="cp936")
    excel_install._write_config(machine)
    return machine


def mac(home: Path, versions: dict[str, str] | None = None) -> Machine:
    """A Mac on which nothing is set up yet."""
    (home / "Applications" / "Microsoft Excel.app").mkdir(parents=True, exist_ok=True)
    (home / "xlwings").mkdir(exist_ok=True)
    (home / "xlwings" / f"xlwings-{module_version()}.applescript").write_text("on VbaHandler")
    return Machine("darwin", home, home / "venv/bin/python", (versions or VERSIONS).get,
                   lambda *at: pytest.fail("a Mac has no registry"), home / "xlwings",
                   applications=home / "Applications")


def of(machine: Machine, name: str) -> Check:
    (found,) = [check for check in checks(machine) if check.name == name]
    return found


def xlwings_itself(machine: Machine) -> Callable[..., Any]:
    """Does what `xlwings runpython install` does, and nothing else."""
    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        assert command == [str(machine.interpreter), "-m", "xlwings.cli", "runpython", "install"]
        assert machine.xlwings
        (script,) = machine.xlwings.glob("*.applescript")
        machine.scripts.mkdir(parents=True, exist_ok=True)
        (machine.scripts / script.name).write_bytes(script.read_bytes())
        return subprocess.CompletedProcess(command, 0, "Successfully enabled RunPython!", "")
    return run


# --- Windows ------------------------------------------------------------------------------


def test_a_pc_on_which_all_is_well(tmp_path: Path) -> None:
    found = list(checks(windows(tmp_path)))
    assert [check.name for check in found] == [
        "Excel", "xlwings", "macros", "Defender", "Python for Excel"]
    assert all(check.health is Health.OK and not check.do for check in found)
    assert "Unblock" in of(windows(tmp_path), "macros").message


@pytest.mark.parametrize(("version", "message"), [
    (None, "is not installed; buttons and cell functions need it"),
    ("0.33.1", f"0.33.1 does not fit the planners' module, which is of {module_version()}"),
])
def test_xlwings_that_is_missing_or_of_another_version(
    tmp_path: Path, version: str | None, message: str
) -> None:
    versions = {"pywin32": "311", **({"xlwings": version} if version else {})}
    check = of(windows(tmp_path, versions=versions), "xlwings")
    assert (check.health, check.message) == (Health.WARN, message)
    assert check.do.endswith(f'-m pip install "xlwings=={module_version()}"')


def test_what_xlwings_needs_on_windows(tmp_path: Path) -> None:
    machine = windows(tmp_path, versions={"xlwings": module_version()})
    assert "pip install --force-reinstall pywin32" in of(machine, "pywin32").do
    for library in tmp_path.rglob("*.dll"):
        library.unlink()
    missing = of(machine, "cell functions")
    assert missing.message.startswith(f"xlwings64-{module_version()}.dll is not beside")
    assert "force-reinstall" in missing.do


def test_a_pc_without_excel(tmp_path: Path) -> None:
    check = of(windows(tmp_path, {EXCEL: None}), "Excel")
    assert check.health is Health.WARN and "sheets are filled as files" in check.message


@pytest.mark.parametrize(("own", "policy", "health", "message", "do"), [
    (None, None, Health.OK, "ask first: choose Enable Content", ""),
    (2, None, Health.OK, "ask first", ""),
    (1, None, Health.OK, "run at once", ""),
    (3, None, Health.WARN, "only signed macros run (Trust Center)", "Macro Settings"),
    (4, None, Health.WARN, "all macros are off, without a message (Trust Center)",
     "Trusted Locations"),
    (1, 4, Health.WARN, "all macros are off, without a message (your company's policy)",
     "opsheet fill weekly_report --to excel"),
    (4, 2, Health.OK, "ask first", ""),
])
def test_trust_center(
    tmp_path: Path, own: int | None, policy: int | None, health: Health, message: str, do: str
) -> None:
    """A company's policy stands over the person's choice."""
    user = "HKEY_CURRENT_USER"
    check = of(windows(tmp_path, {(user, OFFICE_KEY, "VBAWarnings"): own,
                                  (user, POLICY_KEY, "VBAWarnings"): policy}), "macros")
    assert check.health is health and check.message.startswith(message)
    assert do in check.do and bool(check.do) == (health is Health.WARN)


@pytest.mark.parametrize(("key", "name", "value", "word"), [
    (RULES, CHILD, "1", "stops the buttons"),
    (RULES, CHILD.upper(), "1", "stops the buttons"),
    (OWN, CHILD, 1, "stops the buttons"),
    (RULES, CHILD, "6", "warns before it lets through the buttons"),
    (MANAGED, "ASRRules", f"{WIN32}=0|{CHILD.upper()}=1", "stops the buttons"),
    (MANAGED, "ASRRules", f"{{{WIN32}}}=1", "stops the buttons and the cell functions"),
    (RULES, CHILD, "2", ""),  # it only writes down
    (RULES, CHILD, "0", ""),
])
def test_rules_of_defender(tmp_path: Path, key: str, name: str, value: object, word: str) -> None:
    check = of(windows(tmp_path, {("HKEY_LOCAL_MACHINE", key, name): value}), "Defender")
    assert check.health is (Health.WARN if word else Health.OK)
    if word:
        assert word in check.message and check.message.startswith("the rule 'Block ")
        assert "exclude" in check.do and "opsheet fill weekly_report --to excel" in check.do
    else:
        assert "Action blocked" in check.message


def test_group_policy_stands_over_the_pc_s_own_rule(tmp_path: Path) -> None:
    keys: Keys = {("HKEY_LOCAL_MACHINE", RULES, CHILD): "0", ("HKEY_LOCAL_MACHINE", OWN, CHILD): 1}
    assert of(windows(tmp_path, keys), "Defender").health is Health.OK


def test_install_says_which_python_and_keeps_other_settings(tmp_path: Path) -> None:
    """In the code page that VBA reads, which has Chinese names."""
    home = tmp_path / "李雷"
    machine = windows(home)
    machine.config.write_text('"SHOW CONSOLE","True"\n\n"INTERPRETER_WIN","D:\\old.exe"\n', "cp936")
    assert "D:\\old.exe, not to" in of(machine, "Python for Excel").message
    assert install(machine, run=lambda _: pytest.fail("nothing to run on Windows")) == [
        f"Excel finds Python: {machine.config}"]
    assert machine.config.read_text("cp936").splitlines() == [
        '"SHOW CONSOLE","True"', f'"INTERPRETER_WIN","{machine.interpreter}"']
    assert of(machine, "Python for Excel").health is Health.OK
    before = machine.config.read_bytes()
    install(machine)
    assert machine.config.read_bytes() == before


def test_a_path_that_vba_could_not_read(tmp_path: Path) -> None:
    machine = replace(windows(tmp_path), interpreter=Path("C:/Zoë/😀/python.exe"))
    before = machine.config.read_bytes()
    with pytest.raises(SettingsError) as error:
        install(machine)
    what, where, do = error.value.lines()
    assert what.startswith("The settings of xlwings cannot be written")
    assert where == str(machine.config) and do.startswith('Write the line "INTERPRETER_WIN"')
    assert machine.config.read_bytes() == before


def test_what_a_planner_has_to_say(tmp_path: Path) -> None:
    assert settings_of_planners(windows(tmp_path)) == {
        "INTERPRETER_WIN": str(tmp_path / "opsheet" / "Scripts" / "python.exe"),
        "ADD_WORKBOOK_TO_PYTHONPATH": "False", "UDF MODULES": "macros.functions"}
    assert "INTERPRETER_MAC" in settings_of_planners(mac(tmp_path))


# --- macOS --------------------------------------------------------------------------------


def test_a_mac_is_set_up(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    script = of(machine, "macOS script")
    assert script.health is Health.WARN and script.do == "Run: opsheet excel install"
    assert script.message == "is not there: no button can start Python"
    assert install(machine, xlwings_itself(machine)) == [
        f"Buttons may start Python: {machine.scripts}", f"Excel finds Python: {machine.config}"]
    assert [check.health for check in checks(machine)] == [Health.OK] * 4
    assert "com.microsoft.Excel/Data" in str(machine.config)


def test_a_script_of_another_version_or_one_that_was_changed(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    machine.scripts.mkdir(parents=True)
    for version in ("0.30.2", "0.33.0"):
        (machine.scripts / f"xlwings-{version}.applescript").touch()
    assert of(machine, "macOS script").message == (
        f"is of version 0.30.2, 0.33.0, the planners' module of {module_version()}")
    install(machine, xlwings_itself(machine))
    assert of(machine, "macOS script").health is Health.OK
    (machine.scripts / f"xlwings-{module_version()}.applescript").write_text("do shell script rm")
    assert of(machine, "macOS script").message.endswith("was changed")


def test_xlwings_that_fails_to_install_its_script(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    with pytest.raises(SurfaceError) as error:
        install(machine, lambda command: subprocess.CompletedProcess(
            command, 1, "", "Traceback\nPermissionError: no"))
    assert error.value.lines() == ["xlwings could not be allowed to start Python.",
                                   "PermissionError: no",
                                   "Check that you may write there, and try again."]
    assert not machine.config.exists()


def test_install_refuses_another_version_of_xlwings(tmp_path: Path) -> None:
    """Its script would be of another version than the planners ask for."""
    machine = mac(tmp_path, {"xlwings": "0.30.0"})
    with pytest.raises(SurfaceError, match=r"xlwings 0\.30\.0 does not fit") as error:
        install(machine, lambda _: pytest.fail("not run"))
    assert module_version() in error.value.do


# --- neither, and the commands ------------------------------------------------------------


def test_a_system_without_excel(tmp_path: Path) -> None:
    machine = replace(mac(tmp_path), platform="linux")
    (check,) = checks(machine)
    assert check.health is Health.OK and "planners with buttons can be made here" in check.message
    with pytest.raises(SurfaceError) as error:
        install(machine)
    assert error.value.lines()[:2] == ["There is no Excel on this system.", "linux"]


def test_the_command(opsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = mac(tmp_path)
    monkeypatch.setattr(excel_install, "this_machine", lambda: machine)
    monkeypatch.setattr(excel_install, "_run", xlwings_itself(machine))
    looked = opsheet("excel", "install", "--check")
    assert looked.exit_code == 1 and not machine.scripts.exists()
    assert "warn macOS script: is not there" in looked.stdout
    assert "     Run: opsheet excel install" in looked.stdout
    done = opsheet("excel", "install", "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert len(answer["done"]) == 2
    assert answer["settings"]["INTERPRETER_MAC"] == str(machine.interpreter)
    assert {check["health"] for check in answer["checks"]} == {"ok"}


def test_the_command_where_there_is_no_excel(
    opsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = replace(mac(tmp_path), platform="linux")
    monkeypatch.setattr(excel_install, "this_machine", lambda: machine)
    done = opsheet("excel", "install")
    assert done.exit_code == 1 and "There is no Excel on this system." in done.stderr
    assert opsheet("excel", "install", "--check").exit_code == 0


def test_doctor_tells_of_excel(
    opsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only buttons need is a warning: Opsheet works without."""
    rule = ("HKEY_LOCAL_MACHINE", RULES, CHILD)
    monkeypatch.setattr(excel_install, "this_machine", lambda: windows(
        tmp_path, {rule: "1"}, {"xlwings": "0.1"}))
    done = opsheet("doctor", "--json")
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert found["xlwings"]["health"] == found["Defender"]["health"] == "warn"
    assert {f"package {name}" for name in doctor.PACKAGES} <= set(found)
    assert done.exit_code == 0


def test_doctor_survives_a_registry_that_cannot_be_read(
    opsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: str) -> object:
        raise PermissionError("no")

    monkeypatch.setattr(excel_install, "this_machine",
                        lambda: replace(windows(tmp_path), registry=broken))
    done = opsheet("doctor")
    assert done.exit_code == 1 and "PermissionError: no" in done.stdout
