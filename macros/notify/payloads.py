"""A message as a Feishu card, as Slack blocks, as an e-mail."""

from __future__ import annotations

import base64
import hashlib
import hmac
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from macros.notify.channels import Channel
from macros.notify.message import Message
from workbook.model import Label

_OPEN = Label("Open the sheet", "打开表格")
_LONGEST = 2800  # characters of one Slack section; it refuses more than 3,000
_FEISHU_MARKS = str.maketrans({c: f"&#{ord(c)};" for c in "*_~`[]()<>&"})
_SLACK_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "`": "'"})


def feishu(message: Message, channel: Channel, now: float) -> dict[str, Any]:
    """An interactive card; signed where the channel has a secret.

    Args:
        now: seconds since 1970; Feishu refuses a signature that is over an hour old.
    """
    elements: list[dict[str, Any]] = [
        _feishu_text(f"**{head.translate(_FEISHU_MARKS)}**\n{detail.translate(_FEISHU_MARKS)}")
        for head, detail in message.items]
    if message.below:
        elements += [{"tag": "hr"}, _feishu_text(message.below.translate(_FEISHU_MARKS))]
    if message.link:
        elements.append({"tag": "action", "actions": [{
            "tag": "button", "type": "primary", "url": message.link,
            "text": {"tag": "plain_text", "content": _OPEN[message.lang]}}]})
    card = {
        "config": {"wide_screen_mode": True},
        "header": {"template": "red" if message.alarm else "green",
                   "title": {"tag": "plain_text", "content": message.title}},
        "elements": elements or [_feishu_text(message.title.translate(_FEISHU_MARKS))],
    }
    signed = {}
    if channel.secret:
        stamp = str(int(now))
        signed = {"timestamp": stamp, "sign": signature(stamp, channel.secret)}
    return {**signed, "msg_type": "interactive", "card": card}


def signature(stamp: str, secret: str) -> str:
    """Feishu's: HMAC-SHA256 of nothing, under the key `timestamp`, line feed, `secret`."""
    key = f"{stamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def _feishu_text(content: str) -> dict[str, Any]:
    return {"tag": "div", "text": {"tag": "lark_md", "content": content.strip()}}


def slack(message: Message) -> dict[str, Any]:
    """Blocks, and the title for the notification itself."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": message.title[:150]}}]
    for head, detail in message.items:
        text = f"*{head.translate(_SLACK_MARKS)}*\n{detail.translate(_SLACK_MARKS)}".strip()
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text[:_LONGEST]}})
    if message.below:
        below = message.below.translate(_SLACK_MARKS)
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": below}]})
    if message.link:
        blocks.append({"type": "actions", "elements": [{
            "type": "button", "url": message.link,
            "text": {"type": "plain_text", "text": _OPEN[message.lang]}}]})
    return {"text": message.title.translate(_SLACK_MARKS), "blocks": blocks}


def mail(message: Message, channel: Channel) -> EmailMessage:
    """Plain text, in UTF-8."""
    made = EmailMessage()
    made["Subject"] = " ".join(message.title.split())
    made["From"], made["To"] = channel.sender, ", ".join(channel.to)
    made["Date"], made["Message-ID"] = formatdate(), make_msgid(domain="opsheet.invalid")
    made.set_content(message.text())
    return made
