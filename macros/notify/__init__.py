"""Messages to people: a rule that turned red, a refresh that keeps failing. Off by default.

    channels.py   [notify.NAME] of opsheet.toml, secrets from the environment
    reds.py       the red rows of a plan
    message.py    what is said, in both languages
    payloads.py   Feishu card, Slack blocks, e-mail
    send.py       delivery: retry, time limit, no secret in any error
    news.py       whether there is news since the last message
"""

from macros.notify.news import tell

__all__ = ["tell"]
