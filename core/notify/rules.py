"""When which news is due: at once, after quiet hours, or in the day's digest."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from core.channel.facets.notices import MONTHLY, WEEKDAYS, EventRule, NoticeRules
from core.domain.errors import BadInput
from core.market.sessions import NEW_YORK
from core.notify.events import DIGEST, EVENTS, NOW, OFF, TEST, News

MARKET: Final = "market"
LOCAL: Final = "local"
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ZONES: Final = (MARKET, LOCAL)


def usual() -> NoticeRules:
    """As it ships: what matters at once, what is routine once a day."""
    return NoticeRules(
        events=tuple(
            EventRule(event=name, title=event.title, words=event.words, pace=event.pace)
            for name, event in EVENTS.items()
        )
    )


def complete(kept: NoticeRules) -> NoticeRules:
    """As a person chose it, with whatever has come to be since."""
    chosen = {rule.event: rule for rule in kept.events}
    rules = (
        replace(rule, pace=chosen[rule.event].pace, ways=chosen[rule.event].ways) if rule.event in chosen else rule
        for rule in usual().events
    )
    return replace(kept, events=tuple(rules))


def checked(rules: NoticeRules, ways: Sequence[str]) -> NoticeRules:
    """The same, or one sentence why it cannot be used."""
    for rule in rules.events:
        if rule.event not in EVENTS or rule.pace not in (NOW, DIGEST, OFF) or not set(rule.ways) <= set(ways):
            raise BadInput("What was chosen is of another version. Nothing was kept: open the page again.")
    if rules.zone not in _ZONES:
        raise BadInput("Times go by the market's clock or this machine's. Nothing was kept: choose one of them.")
    if rules.update_on not in (*WEEKDAYS, MONTHLY):
        raise BadInput(
            "The performance update comes on a day of the week, or each month. Nothing was kept: choose one."
        )
    if bool(rules.quiet_from) != bool(rules.quiet_to):
        raise BadInput("Quiet hours have a beginning and an end. Nothing was kept: type both, or neither.")
    for typed in filter(None, (rules.quiet_from, rules.quiet_to, rules.digest_at)):
        if not _TIME.fullmatch(typed):
            raise BadInput(f"{typed[:20]} is no time of day. Nothing was kept: type it as 07:30 or 22:00.")
    if rules.quiet_from and rules.quiet_from == rules.quiet_to:
        raise BadInput("Quiet hours that end when they begin are none. Nothing was kept: change one of the two.")
    if not rules.digest_at:
        raise BadInput("The digest needs a time. Nothing was kept: type it as 17:00.")
    return complete(rules)


def by_ways(news: News, rules: NoticeRules, on: Sequence[str]) -> tuple[str, ...]:
    """The ways that are to tell of it."""
    rule = next(rule for rule in rules.events if rule.event == news.event)
    if rule.pace == OFF:
        return ()
    return tuple(way for way in on if way != news.not_by and (not rule.ways or way in rule.ways))


def due_at(news: News, made_at: datetime, rules: NoticeRules, here: tzinfo) -> datetime:
    """From when on it may be sent. What is loud waits for nothing."""
    if news.loud or news.event == TEST:
        return made_at
    rule = next((rule for rule in rules.events if rule.event == news.event), None)
    at = next_at(rules.digest_at, made_at, zone_of(rules, here)) if rule and rule.pace == DIGEST else made_at
    return quiet_until(at, rules, here) or at


def quiet_until(now: datetime, rules: NoticeRules, here: tzinfo) -> datetime | None:
    """When the quiet hours that are now end; None = there are none now."""
    if not rules.quiet_from:
        return None
    zone = zone_of(rules, here)
    clock = now.astimezone(zone).time()
    begins, ends = time.fromisoformat(rules.quiet_from), time.fromisoformat(rules.quiet_to)
    quiet = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    return next_at(rules.quiet_to, now, zone) if quiet else None


def next_at(clock: str, after: datetime, zone: tzinfo) -> datetime:
    """The next time a clock there shows this. Compared as moments, so that the two odd nights of a year are none."""
    local = after.astimezone(zone)
    for days in range(3):
        day = local.date() + timedelta(days=days)
        at = datetime.combine(day, time.fromisoformat(clock), zone).astimezone(after.tzinfo)
        if at > after:
            return at
    raise AssertionError("one of three days has it")


def zone_of(rules: NoticeRules, here: tzinfo) -> tzinfo:
    return NEW_YORK if rules.zone == MARKET else here
