"""When a destination is due: words or cron in a time zone, or "when the day is in"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from workbook.errors import SettingsError
from workbook.marketplaces import BY_CODE, marketplace_code

HOW = ('Write "every weekday 07:30 Asia/Shanghai", "every Monday 08:00 America/Los_Angeles", '
       'cron ("30 7 * * 1-5 Asia/Shanghai") or "when the day is in".')
_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_CHINESE_DAYS = {"日": 0, "天": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_TIME = r"(?P<hour>\d{1,2})[:：](?P<minute>\d{2})"
_ENGLISH = re.compile(
    rf"every\s+(?P<days>[a-z]+(?:(?:\s*,\s*|\s+and\s+)[a-z]+)*)\s+(?:at\s+)?{_TIME}"
    r"(?:\s+(?P<zone>\S+))?", re.IGNORECASE)
_CHINESE = re.compile(
    rf"每(?P<days>天|日|个?工作日|(?:周|星期)[日天一二三四五六](?:[、，,和](?:周|星期)?"
    rf"[日天一二三四五六])*)\s*{_TIME}(?:\s*(?P<zone>\S+))?")
_DAY_IN = re.compile(r"when\s+(?:the\s+day|(?P<market>.+?))\s+is\s+in"
                     r"|(?P<chinese>.*?)\s*数据到齐时?", re.IGNORECASE)
_CRON_FIELD = re.compile(r"[\d*/,#LlWw?-]*[A-Za-z]{0,3}[\dA-Za-z*/,#-]*")
_SPOKEN_ZONES = {"北京时间": "Asia/Shanghai"}
_MARGIN = dt.timedelta(hours=3)  # a clock is never put back by more


@dataclass(frozen=True, slots=True)
class When:
    """`words` as written; cron in a zone, or with an empty cron: when the day is in.

    `market`: whose day; "" stands for the destination's own marketplaces.
    """

    words: str
    cron: str = ""
    zone: str = ""
    market: str = ""

    @property
    def at_times(self) -> bool:
        return bool(self.cron)

    def __str__(self) -> str:
        return f"{self.words} ({self.zone})" if self.zone not in self.words else self.words

    def times(self, after: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
        """The moments in (after, until], in order; all in UTC without a zone.

        A time that the clock skips in spring is the first minute after the gap; one that comes
        twice in autumn is the first of the two. Both as in Debian's cron, and as there a minute
        or an hour of `*` goes by the minutes that pass.
        """
        from cronsim import CronSim

        if not self.cron:
            return
        start = _aware(after - _MARGIN).astimezone(ZoneInfo(self.zone))
        for at in CronSim(self.cron, start):
            moment = at.astimezone(dt.UTC).replace(tzinfo=None)
            if moment > until:
                return
            if moment > after:
                yield moment


def parse(text: str, zone: str, where: str) -> When:
    """Reads what stands behind `when =`.

    Args:
        zone: of times that name none; "": that of this computer.

    Raises:
        SettingsError: the words, the zone or the cron line are none.
    """
    words = " ".join(text.split())
    if match := _DAY_IN.fullmatch(words):
        return When(words, market=_market(match["market"] or match["chinese"], words, where))
    if match := _ENGLISH.fullmatch(words):
        days = _english_days(match["days"], words, where)
    elif match := _CHINESE.fullmatch(words):
        days = _chinese_days(match["days"])
    else:
        return _of_cron(words, zone, where)
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        raise SettingsError(f"'{words}' names no time of the day.", where, "Write 00:00 to 23:59.")
    zone = _zone(match["zone"] or zone, where)
    return When(words, f"{minute} {hour} * * {days}", zone)


def _english_days(text: str, words: str, where: str) -> str:
    found = []
    for name in re.split(r"\s*,\s*|\s+and\s+", text.lower()):
        number = next((n for n, day in enumerate(_DAYS) if len(name) > 2
                       and f"{day.lower()}{_REST[n]}".startswith(name)), None)
        if name == "day":
            return "*"
        if name in ("weekday", "workday"):
            found += list(range(1, 6))
        elif name == "weekend":
            found += [6, 0]
        elif number is None:
            raise SettingsError(f"'{words}' names no day of the week.", where, HOW)
        else:
            found.append(number)
    return ",".join(str(n) for n in sorted(set(found)))


_REST = ("day", "day", "sday", "nesday", "rsday", "day", "urday")


def _chinese_days(text: str) -> str:
    if text in ("天", "日"):
        return "*"
    if text.endswith("工作日"):
        return "1-5"
    return ",".join(str(n) for n in sorted({_CHINESE_DAYS[c] for c in text if c in _CHINESE_DAYS}))


def _of_cron(words: str, zone: str, where: str) -> When:
    parts = words.split()
    if len(parts) not in (5, 6) or not all(map(_CRON_FIELD.fullmatch, parts[:5])):
        raise SettingsError(f"'{words}' says no time.", where, HOW)
    cron = " ".join(parts[:5])
    from cronsim import CronSim, CronSimError

    try:
        next(CronSim(cron, dt.datetime(2026, 1, 1)))
    except CronSimError as error:
        raise SettingsError(f"'{cron}' is no cron line: {error}.", where, HOW) from None
    except StopIteration:
        raise SettingsError(f"'{cron}' never comes.", where, HOW) from None
    return When(words, cron, _zone(parts[5] if len(parts) == 6 else zone, where))


def _market(text: str | None, words: str, where: str) -> str:
    name = (text or "").strip()
    if not name:
        return ""
    code = marketplace_code(name)
    if code not in BY_CODE:
        raise SettingsError(f"'{words}' names no marketplace.", where,
                            'Write "when the day is in" or "when US is in".')
    assert code is not None
    return code


def _zone(text: str, where: str) -> str:
    name = _SPOKEN_ZONES.get(text, text) or this_zone()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"'{text}' is no time zone.", where,
                            "Write it as Asia/Shanghai, Europe/Berlin or UTC.") from None
    return name


def this_zone() -> str:
    """The name of this computer's time zone; UTC where it has none."""
    import tzlocal

    try:
        name = tzlocal.get_localzone_name()
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return name


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC)
