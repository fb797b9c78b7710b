"""Messages as they arrive: at local webhooks and a local mail server. No secret ever shows."""

from __future__ import annotations

import base64
import datetime as dt
import email
import hashlib
import hmac
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from email.policy import default as modern
from pathlib import Path
from typing import Any

import pytest

from macros import settings
from macros.notify import payloads, send
from macros.notify.channels import Channel, read
from macros.notify.message import Message
from macros.notify.send import NotSent
from workbook.errors import SettingsError

TOKEN = "T0KEN-very-secret-1234"
MESSAGE = Message("zh", "morning：新增 1 项异常",
                  (("■ US · ACoS 超目标 · <at user_id=\"all\"></at> A&B *x*", "周影响 USD 1,242"),),
                  "当前共 3 项异常。 · Opsheet", link="https://docs.google.com/spreadsheets/d/x/edit")


class Hook:
    """A webhook on this machine: keeps what it gets, and answers as it is told, in order."""

    def __init__(self) -> None:
        hook, self.got, self.answers = self, list[Any](), list[tuple[int, bytes]]()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.got.append((self.path, self.headers["Content-Type"], json.loads(body)))
                status, answer = hook.answers.pop(0)
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:
                hook.got.append(("GET", "", None))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook/{TOKEN}"


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.server.shutdown()
    made.server.server_close()


def deliver(channel: Channel, message: Message = MESSAGE) -> list[float]:
    """Delivers without waiting; returns the waits."""
    waits: list[float] = []
    send.send(channel, message, waits.append)
    return waits


# --- Feishu -----------------------------------------------------------------------------


def test_a_feishu_card(hook: Hook) -> None:
    hook.answers = [(200, b'{"code":0,"msg":"success"}')]
    deliver(Channel("team", "feishu", url=hook.url))
    ((path, kind, body),) = hook.got
    assert path.endswith(TOKEN) and kind == "application/json; charset=utf-8"
    assert body["msg_type"] == "interactive" and "sign" not in body
    card = body["card"]
    assert card["header"] == {"template": "red", "title": {
        "tag": "plain_text", "content": "morning：新增 1 项异常"}}
    text = card["elements"][0]["text"]
    assert text["tag"] == "lark_md" and text["content"].startswith("**■ US · ACoS 超目标 · ")
    assert text["content"].endswith("周影响 USD 1,242")
    assert "<at" not in text["content"] and "*x*" not in text["content"]  # no one is called
    assert card["elements"][-1]["actions"][0]["url"] == MESSAGE.link
    assert "Opsheet" in json.dumps(card)  # the keyword that a bot may ask for


def test_feishu_signs_as_its_documentation_says(hook: Hook) -> None:
    hook.answers = [(200, b'{"StatusCode":0}')]
    deliver(Channel("team", "feishu", url=hook.url, secret="s3cret"))
    body = hook.got[0][2]
    key = f"{body['timestamp']}\ns3cret".encode()
    wanted = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
    assert body["sign"] == wanted and isinstance(body["timestamp"], str)
    assert abs(int(body["timestamp"]) - dt.datetime.now().timestamp()) < 60


@pytest.mark.parametrize(("answer", "says", "tries"), [
    (b'{"code":19021,"msg":"sign match fail"}', "secret_env", 1),
    (b'{"code":19024,"msg":"Key Words Not Found"}', "keyword", 1),
    (b'{"code":9499,"msg":"Bad Request"}', "9499", 1),
    (b'{"code":11232,"msg":"frequency limited"}', "11232", send.TRIES),
    (b"<html>", "cannot be read", send.TRIES), (b"[]", "cannot be read", send.TRIES),
])
def test_feishu_refuses_with_200(hook: Hook, answer: bytes, says: str, tries: int) -> None:
    hook.answers = [(200, answer)] * tries
    with pytest.raises(NotSent, match=says):
        deliver(Channel("team", "feishu", url=hook.url))
    assert len(hook.got) == tries


# --- Slack ------------------------------------------------------------------------------


def test_slack_blocks(hook: Hook) -> None:
    hook.answers = [(200, b"ok")]
    deliver(Channel("team", "slack", url=hook.url))
    body = hook.got[0][2]
    kinds = [block["type"] for block in body["blocks"]]
    assert kinds == ["header", "section", "context", "actions"]
    text = body["blocks"][1]["text"]["text"]
    assert "&lt;at" in text and "A&amp;B" in text and "USD 1,242" in text
    assert body["text"] == MESSAGE.title


def test_a_long_message_stays_within_what_slack_takes() -> None:
    long = Message("en", "x" * 200, (("a" * 5000, "b" * 5000),) * 8, "c")
    blocks = payloads.slack(long)["blocks"]
    assert len(blocks[0]["text"]["text"]) <= 150 and len(blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks[1:9])


# --- retry and secrets ------------------------------------------------------------------


def test_a_server_that_is_busy_is_asked_again(hook: Hook) -> None:
    hook.answers = [(503, b""), (429, b""), (200, b"ok")]
    waits = deliver(Channel("team", "slack", url=hook.url))
    assert len(hook.got) == 3 and len(waits) == 2 and sum(waits) < send.DEADLINE


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (403, 1), (302, 1), (500, send.TRIES)])
def test_a_refusal_shows_no_address(hook: Hook, status: int, tries: int) -> None:
    hook.answers = [(status, b"no_service " + TOKEN.encode())] * tries
    with pytest.raises(NotSent) as error:
        deliver(Channel("team", "slack", url=hook.url))
    assert TOKEN not in str(error.value) and str(status) in str(error.value)
    assert error.value.__cause__ is None and len(hook.got) == tries  # a redirect is not followed


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:1/hook/" + TOKEN, "http://127.0.0.1:99999/hook/" + TOKEN,
    "nonsense " + TOKEN, "https://" + TOKEN + ".invalid:x/", "http://127.0.0.1:1/\n" + TOKEN])
def test_whatever_goes_wrong_shows_no_address(address: str) -> None:
    with pytest.raises(NotSent) as error:
        deliver(Channel("team", "slack", url=address))
    assert TOKEN not in str(error.value) and TOKEN not in repr(error.value.__context__ or "")


def test_a_channel_shows_no_secret() -> None:
    channel = Channel("t", "mail", url=TOKEN, secret=TOKEN, password=TOKEN)
    assert TOKEN not in repr(channel) and TOKEN not in str(channel)


def test_the_proxy_of_the_environment_is_used(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.answers = [(200, b"ok")]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{hook.server.server_port}")
    monkeypatch.delenv("no_proxy", raising=False)
    deliver(Channel("team", "slack", url="http://hooks.example.invalid/x"))
    assert hook.got[0][0] == "http://hooks.example.invalid/x"


# --- mail -------------------------------------------------------------------------------


class Mailbox:
    """A mail server with STARTTLS, a certificate of its own, and one user."""

    def __init__(self, folder: Path) -> None:
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult, LoginPassword

        self.got: list[Any] = []
        self.certificate = folder / "cert.pem"
        _certificate(self.certificate)
        secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        secure.load_cert_chain(self.certificate)

        def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
            right = isinstance(data, LoginPassword) and data.password == TOKEN.encode()
            return AuthResult(success=right, handled=False)

        self.controller = Controller(
            self, hostname="localhost", port=_free_port(), tls_context=secure,
            require_starttls=True, authenticator=login, auth_required=True)
        self.controller.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append((envelope.mail_from, envelope.rcpt_tos,
                         email.message_from_bytes(envelope.content, policy=modern)))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def _certificate(path: Path) -> None:
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(key, hashes.SHA256()))
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    pytest.importorskip("aiosmtpd")
    made = Mailbox(tmp_path)
    yield made
    made.controller.stop()


def mail(box: Mailbox, **more: Any) -> Channel:
    said = {"host": "localhost", "port": box.controller.port, "user": "me", "password": TOKEN,
            "sender": "me@example.com", "to": ("team@example.com", "boss@example.com")}
    return Channel("boss", "mail", **(said | more))


def test_a_mail_arrives_over_tls(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))
    deliver(mail(mailbox))
    ((sender, to, got),) = mailbox.got
    assert (sender, to) == ("me@example.com", ["team@example.com", "boss@example.com"])
    assert got["Subject"] == MESSAGE.title and got["To"] == "team@example.com, boss@example.com"
    text = got.get_content()
    assert "周影响 USD 1,242" in text and MESSAGE.link in text and "A&B *x*" in text


def test_a_wrong_password_is_said_and_not_shown(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))
    with pytest.raises(NotSent, match="refuses user and password") as error:
        deliver(mail(mailbox, password="wr0ng-secret"))
    assert "wr0ng-secret" not in str(error.value) and not mailbox.got


def test_a_server_without_a_valid_certificate_gets_no_password(mailbox: Mailbox) -> None:
    with pytest.raises(NotSent, match="No secure connection"):
        deliver(mail(mailbox))
    assert not mailbox.got


def test_a_mail_server_that_is_away(mailbox: Mailbox) -> None:
    with pytest.raises(NotSent, match="cannot be reached"):
        deliver(mail(mailbox, port=_free_port()))


# --- [notify.NAME] ----------------------------------------------------------------------


def channel(folder: Path, text: str, **env: str) -> Channel:
    (folder / "opsheet.toml").write_text(f"[notify.team]\n{text}\n", "utf-8")
    return read(settings.load(folder, {}), "team", env)


def test_channels_take_their_secrets_from_the_environment(tmp_path: Path) -> None:
    found = channel(tmp_path, 'kind = "feishu"\nurl_env = "U"\nsecret_env = "S"\nfailures = 2',
                    U=f" https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN} ", S="s3")
    assert found.url.endswith(TOKEN) and found.secret == "s3" and found.failures == 2
    post = channel(tmp_path, 'kind = "mail"\nhost = "smtp.example.com"\nfrom = "a@b.c"\n'
                             'to = "d@e.f"\nuser = "a"\npassword_env = "P"\ntls = "ssl"', P="pw")
    assert (post.port, post.to, post.password) == (465, ("d@e.f",), "pw")


@pytest.mark.parametrize(("text", "key"), [
    ('kind = "dingtalk"', "key kind"), ('kind = "slack"', "key url_env"),
    ('kind = "slack"\nurl_env = "https://x"', "key url_env"),
    ('kind = "slack"\nurl_env = "UNSET"', "key url_env"),
    ('kind = "slack"\nurl_env = "PLAIN"', "key url_env"),
    ('kind = "slack"\nurl_env = "U"\nfailures = 0', "key failures"),
    ('kind = "slack"\nurl = "https://x"', "notify team"),
    ('kind = "feishu"\nurl_env = "U"\nsecret_env = "UNSET"', "key secret_env"),
    ('kind = "mail"\nhost = "h"\nfrom = "a"\nto = "d@e.f"', "key from"),
    ('kind = "mail"\nhost = "h"\nfrom = "a@b"\nto = []', "key to"),
    ('kind = "mail"\nhost = "h"\nfrom = "a@b"\nto = "c@d"\ntls = "none"', "key tls"),
    ('kind = "mail"\nhost = "h"\nfrom = "a@b"\nto = "c@d"\nport = "x"', "key port"),
    ('kind = "mail"\nhost = "h"\nfrom = "a@b"\nto = "c@d"\nuser = "u"', "key password_env"),
    ('kind = "mail"\nhost = "h"\nfrom = "a@b\\nBcc: x"\nto = "c@d"', "key from"),
])
def test_what_does_not_fit_names_channel_and_key_and_no_secret(
    tmp_path: Path, text: str, key: str
) -> None:
    with pytest.raises(SettingsError) as error:
        channel(tmp_path, text, U=f"https://x/{TOKEN}", PLAIN=f"http://example.com/{TOKEN}")
    assert key in error.value.where and "notify team" in error.value.where
    assert TOKEN not in str(error.value) and error.value.do


# --- from the command line --------------------------------------------------------------


def test_a_refresh_tells_and_no_output_or_log_has_the_address(
    hook: Hook, example: Any, opsheet: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    shutil.copy(example.context.settings.store_path, tmp_path / "own.duckdb")
    (tmp_path / "opsheet.toml").write_text(
        '[notify.team]\nkind = "slack"\nurl_env = "OPSHEET_SLACK_URL"\n'
        '[destinations.morning]\ntemplate = "daily_check"\nto = "a.xlsx"\nnotify = ["team"]\n'
        'when = "every day 07:30"\n', "utf-8")
    said = [opsheet("schedule", "run", "--once")]
    assert said[0].exit_code == 2 and "OPSHEET_SLACK_URL is not set" in said[0].stderr
    secrets = tmp_path / "secrets.env"
    secrets.write_text(f"OPSHEET_SLACK_URL={hook.url}\n")
    secrets.chmod(0o600)
    monkeypatch.setenv("OPSHEET_SLACK_URL", "")  # put back afterwards
    hook.answers = [(404, b"no_service"), (200, b"ok")]
    said.append(opsheet("refresh", "morning", "--env", secrets))
    assert "note  team was not told: Slack answers 404" in said[-1].stdout
    said.append(opsheet("status"))
    assert "not delivered  morning to team: Slack answers 404" in said[-1].stdout
    said.append(opsheet("refresh", "morning", "--env", secrets, "--json"))
    (told,) = json.loads(said[-1].stdout)["runs"][0]["told"]
    assert told.startswith("team was told: morning: ")
    said.append(opsheet("refresh", "morning", "--env", secrets))
    said += [opsheet("status", "--json"), opsheet("schedule", "list", "--json")]
    assert [one.exit_code for one in said] == [2, 0, 0, 0, 0, 0, 0]
    assert len(hook.got) == 2  # the third run had nothing new to tell
    assert not any(TOKEN in one.output for one in said)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != secrets]
    assert not any(TOKEN.encode() in path.read_bytes() for path in kept)
