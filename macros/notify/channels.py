"""Channels: [notify.NAME] of opsheet.toml. Secrets come from the environment, never shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from macros.settings import Settings
from workbook.errors import SettingsError
from workbook.nearest import nearest

_KEYS = {
    "feishu": {"kind", "url_env", "secret_env", "failures"},
    "slack": {"kind", "url_env", "failures"},
    "mail": {"kind", "host", "port", "tls", "user", "password_env", "from", "to", "failures"},
}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go. `failures`: how many refreshes in a row must fail before it is told."""

    name: str
    kind: str
    failures: int = 3
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    host: str = ""
    port: int = 587
    tls: str = "starttls"  # or "ssl"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    to: tuple[str, ...] = ()

    def redacted(self, text: str) -> str:
        """The text without any secret of the channel."""
        for secret in (self.url, self.secret, self.password, urlsplit(self.url).path.strip("/")):
            if secret:
                text = text.replace(secret, "…")
        return text


def read(
    settings: Settings, name: str, environment: Mapping[str, str] | None = None
) -> Channel:
    """One channel, ready to send.

    Raises:
        SettingsError: something does not fit, or a variable that is named is not set; names file,
            channel and key, and no secret.
    """
    env = os.environ if environment is None else environment
    said, place = settings.notify.get(name, {}), f"{settings.file}, notify {name}"
    kind = str(said.get("kind", ""))
    if kind not in _KEYS:
        raise SettingsError(f"'{kind}' is no kind of message.", f"{place}, key kind",
                            "Choose one of feishu, slack, mail.")
    unknown = sorted(set(said) - _KEYS[kind])
    if unknown:
        hint = ("A secret does not belong into this file: put it into an environment variable "
                f"and write {unknown[0]}_env." if unknown[0] in ("url", "secret", "password")
                else f"{nearest(unknown[0], _KEYS[kind])}Known: {', '.join(sorted(_KEYS[kind]))}.")
        raise SettingsError(f"Unknown key '{unknown[0]}'.", place, hint)
    failures = said.get("failures", 3)
    if not isinstance(failures, int) or isinstance(failures, bool) or failures < 1:
        raise SettingsError("'failures' does not fit.", f"{place}, key failures",
                            "Write how many refreshes in a row must fail: 3.")
    if kind == "mail":
        return _mail(name, said, place, env, failures)
    url = _from_environment(said, "url_env", place, env)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise SettingsError(f"{said['url_env']} holds no https address.", f"{place}, key url_env",
                            "Copy the whole webhook address into it.")
    secret = _from_environment(said, "secret_env", place, env) if "secret_env" in said else ""
    return Channel(name, kind, failures, url, secret)


def _mail(
    name: str, said: dict[str, Any], place: str, env: Mapping[str, str], failures: int
) -> Channel:
    to = said.get("to", [])
    to = [to] if isinstance(to, str) else to
    tls = said.get("tls", "starttls")
    port = said.get("port", 465 if tls == "ssl" else 587)
    for key, fits in (
        ("host", isinstance(said.get("host"), str) and said["host"]),
        ("from", _is_address(said.get("from"))),
        ("to", isinstance(to, list) and to and all(map(_is_address, to))),
        ("tls", tls in ("starttls", "ssl")),
        ("port", isinstance(port, int) and 0 < port < 65536),
        ("user", isinstance(said.get("user", ""), str)),
    ):
        if not fits:
            raise SettingsError(
                f"'{key}' is missing or does not fit.", f"{place}, key {key}",
                'Write host = "smtp.example.com", from = "me@example.com", '
                'to = ["team@example.com"], tls = "starttls" or "ssl".')
    user = said.get("user", "")
    password = _from_environment(said, "password_env", place, env) if user else ""
    return Channel(name, "mail", failures, host=said["host"], port=port, tls=tls, user=user,
                   password=password, sender=said["from"], to=tuple(to))


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", value))


def _from_environment(
    said: dict[str, Any], key: str, place: str, env: Mapping[str, str]
) -> str:
    variable = said.get(key)
    if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):
        raise SettingsError(f"'{key}' names no environment variable.", f"{place}, key {key}",
                            f'Write {key} = "OPSHEET_{key.removesuffix("_env").upper()}" and put '
                            "the secret into that variable.")
    value = env.get(variable, "").strip()
    if not value:
        raise SettingsError(f"The environment variable {variable} is not set.",
                            f"{place}, key {key}",
                            f"Set it, or write {variable}=… into a file and give --env FILE.")
    return value
