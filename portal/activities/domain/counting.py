"""What may be recorded, and what of it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal import period
from portal.activities.domain.records import Draft, Span
from portal.errors import N_, Invalid, Refused

_DAY_MINUTES = 24 * 60


class InFuture(Invalid):
    """A service is recorded after it has ended."""

    says = N_("服务还没有结束，请等结束以后再登记。")


class TooLate(Refused):
    """A service older than the rule's days needs the backfill procedure."""

    says = N_("服务已经过去超过 %(days)d 天，不能在这里补登。请带上签到表或照片，找社区办理补录。")


class TooLong(Invalid):
    """One record holds at most so many minutes."""

    says = N_("一次服务最多登记 %(most)d 分钟，更长的请分成几次登记。")


class PastMidnight(Invalid):
    """A record lies within one day, so that day and month are never in doubt."""

    says = N_("这次服务跨过了零点，请按两天分开登记。")


class Overlaps(Refused):
    """One person cannot serve at two places at once."""

    says = N_("这段时间已经登记过一次服务，时间不能重叠。请核对一下开始时间。")


class DayFull(Refused):
    """One person's day holds at most so many minutes of service."""

    says = N_("这一天已登记 %(done)d 分钟，一天最多 %(most)d 分钟，请核对一下。")


class NeedsPresence(Invalid):
    """Stars and training belong to a person who came."""

    says = N_("没有到场的服务不能评星，也没有培训时长。")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of the numbers (`rules.toml`): times in minutes, publicity in working days."""

    version: str
    effective_from: date
    area: str
    source: str
    least_minutes: int
    longest_minutes: int
    day_minutes: int
    backfill_days: int
    publicity_days: int
    training_minutes: int


def rules_for(*, versions: Iterable[Rules], area: str, on: date) -> Rules:
    """Return the version in force for an area on a day: the nearest area's, of those its latest."""
    found = [each for each in versions if area.startswith(each.area) and each.effective_from <= on]
    return max(found, key=lambda each: (len(each.area), each.effective_from))


def count_minutes(*, minutes: int, attended: bool, rules: Rules) -> int:
    """Return the minutes of service that count: none without coming, none when shorter than the rule's least."""
    return minutes if attended and minutes >= rules.least_minutes else 0


def check_draft(*, draft: Draft, now: datetime, rules: Rules) -> None:
    """Refuse a service that has not ended, lies too far back, is too long, or runs past midnight.

    Raises InFuture, TooLate, TooLong, PastMidnight, NeedsPresence.
    """
    days = (period.local_day(now) - draft.served_on).days
    if days > rules.backfill_days:
        raise TooLate(days=rules.backfill_days)
    if draft.minutes > rules.longest_minutes:
        sentence = TooLong.says % {"most": rules.longest_minutes}
        raise TooLong(fields={"minutes": sentence}, most=rules.longest_minutes)
    if draft.span.end > _DAY_MINUTES:
        raise PastMidnight(fields={"minutes": PastMidnight.says})
    if days < 0 or draft.started_at + timedelta(minutes=draft.minutes) > now:
        raise InFuture(fields={"served_on": InFuture.says})
    if not draft.attended and (draft.stars is not None or draft.training_minutes):
        raise NeedsPresence(fields={"attended": NeedsPresence.says})


def check_day(*, span: Span, others: Iterable[Span], rules: Rules) -> None:
    """Refuse a service that meets another one of the same person's day, or fills the day beyond its cap.

    Raises Overlaps, DayFull.
    """
    taken = list(others)
    if any(span.meets(each) for each in taken):
        raise Overlaps
    done = sum(each.minutes for each in taken if each.attended)
    if span.attended and done + span.minutes > rules.day_minutes:
        raise DayFull(done=done, most=rules.day_minutes)
