"""Delivers a message: a few tries within half a minute, and no secret in any error.

Addresses and passwords stay inside: what comes out is `NotSent` with a text of ours.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from macros.notify import payloads
from macros.notify.channels import Channel
from macros.notify.message import Message

TRIES, DEADLINE, TIMEOUT = 4, 30, 10  # seconds: of all tries, of one
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_FEISHU_BUSY = 11232  # too many messages at this moment


class NotSent(Exception):
    """The message did not go out; `again`: another try may help; `partly`: some have got it."""

    def __init__(self, text: str, *, again: bool = False, partly: bool = False) -> None:
        super().__init__(text)
        self.again, self.partly = again, partly


def send(
    channel: Channel, message: Message, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Delivers it.

    Raises:
        NotSent: it could not be delivered.
    """
    import tenacity

    tries = tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda e: isinstance(e, NotSent) and e.again),
        wait=tenacity.wait_exponential_jitter(initial=1, max=8), reraise=True, sleep=sleep,
        stop=tenacity.stop_after_attempt(TRIES) | tenacity.stop_before_delay(DEADLINE))
    partly = False
    try:
        tries(_once, channel, message)
        return
    except NotSent as error:
        said, partly = str(error), error.partly
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    # Outside of the handlers: what a library says may hold an address, and is not chained.
    raise NotSent(channel.redacted(said), partly=partly)


def _once(channel: Channel, message: Message) -> None:
    match channel.kind:
        case "feishu":
            answer = _post(channel, payloads.feishu(message, channel, time.time()))
            _judge_feishu(answer)
        case "slack":
            answer = _post(channel, payloads.slack(message))
            if answer.strip() != b"ok":
                raise NotSent("Slack answers something else than ok.")
        case _:
            _mail(channel, message)


def _judge_feishu(answer: bytes) -> None:
    try:
        said = json.loads(answer)
        code = said.get("code", said.get("StatusCode"))
    except (ValueError, AttributeError):
        raise NotSent("Feishu's answer cannot be read.", again=True) from None
    if code == 19021:
        raise NotSent("Feishu refuses the signature (19021): secret_env must name the bot's "
                      "secret, and this computer's clock must be right.")
    if code == 19024:
        raise NotSent("Feishu refuses the message (19024): none of the bot's keywords is in it. "
                      'Add the keyword "Opsheet", or use the signature instead.')
    if code != 0:
        raise NotSent(f"Feishu refuses the message ({code}): {said.get('msg', '')}",
                      again=code == _FEISHU_BUSY)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected message would arrive as an empty request, and look delivered."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _post(channel: Channel, payload: dict[str, Any]) -> bytes:
    """HTTPS_PROXY and NO_PROXY are honoured."""
    request = urllib.request.Request(
        channel.url, json.dumps(payload, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8"})
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return bytes(answer.read(65536))
    except urllib.error.HTTPError as error:
        code = error.code
        error.close()
        raise NotSent(f"{channel.kind.title()} answers {code}: is the webhook's address still "
                      "valid?", again=code in _AGAIN) from None
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise NotSent(f"{channel.kind.title()} cannot be reached: {reason}", again=True) from None


def _mail(channel: Channel, message: Message) -> None:
    secure = ssl.create_default_context()
    try:
        if channel.tls == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                channel.host, channel.port, timeout=TIMEOUT, context=secure)
        else:
            server = smtplib.SMTP(channel.host, channel.port, timeout=TIMEOUT)
        with server:
            if channel.tls != "ssl":
                server.starttls(context=secure)
            if channel.user:
                server.login(channel.user, channel.password)
            refused = server.send_message(payloads.mail(message, channel))
    except smtplib.SMTPAuthenticationError:
        raise NotSent(f"{channel.host} refuses user and password.") from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"{channel.host} answers {error.smtp_code}.",
                      again=400 <= error.smtp_code < 500) from None
    except smtplib.SMTPRecipientsRefused:
        raise NotSent(f"{channel.host} refuses every recipient.") from None
    except ssl.SSLError as error:
        raise NotSent(f"No secure connection to {channel.host}: {error.reason}.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"{channel.host} cannot be reached: {type(error).__name__}.",
                      again=True) from None
    if refused:
        raise NotSent(f"{channel.host} refuses some recipients: {', '.join(refused)}.",
                      partly=True)
