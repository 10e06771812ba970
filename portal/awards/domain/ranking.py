"""Who may be shortlisted: quota, floor, cool-down and the published tie-break. Ranks are never public."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.evaluations.domain import Scored


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of the award's numbers (`rules.toml`)."""

    version: str
    kind: str
    quota_percent: int
    quota_least: int
    quota_most: int
    shortlist_factor: int
    floor_minutes: int
    floor_records: int
    publicity_days: int
    cool_down_months: int
    public_from: int


class Reason(StrEnum):
    """Why somebody is not on the shortlist; said to staff of the scope and to the person alone."""

    FEW_HOURS = "few_hours"
    FEW_RECORDS = "few_records"
    INSUFFICIENT = "insufficient"
    RESTING = "resting"
    NOT_ACTIVE = "not_active"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A volunteer with the month's score."""

    scored: Scored
    joined_on: date
    active: bool = True

    @property
    def volunteer(self) -> str:
        """The volunteer's id."""
        return self.scored.volunteer


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A candidate's place among those who may be shortlisted (1 is first), or the reasons why there is none."""

    candidate: Candidate
    place: int | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far one person is from the shortlist: minutes, records and score still missing."""

    shortlisted: bool
    minutes: int
    records: int
    score: Decimal | None


def quota_of(*, active: int, rules: Rules) -> int:
    """Return how many may be honoured: so many per cent of the active volunteers, rounded up, within its bounds."""
    share = -(-active * rules.quota_percent // 100)
    return max(rules.quota_least, min(rules.quota_most, share))


def rank_candidates(*, candidates: Iterable[Candidate], resting: Collection[str], rules: Rules) -> tuple[Standing, ...]:
    """Order the candidates: those who may be shortlisted by place, then the others by their score.

    Ties fall to satisfaction, hours, attendance, the earlier join date, then the id (rule d5).
    """
    judged = [(each, _reasons(each, resting, rules)) for each in sorted(candidates, key=_order)]
    fit = [each for each, reasons in judged if not reasons]
    unfit = [(each, reasons) for each, reasons in judged if reasons]
    return (
        *(Standing(candidate=each, place=place) for place, each in enumerate(fit, start=1)),
        *(Standing(candidate=each, place=None, reasons=reasons) for each, reasons in unfit),
    )


def shortlist_of(*, standings: Iterable[Standing], quota: int, rules: Rules) -> tuple[Standing, ...]:
    """Return the first places, `shortlist_factor` times the quota."""
    most = quota * rules.shortlist_factor
    return tuple(each for each in standings if each.place is not None and each.place <= most)


def distance_of(*, scored: Scored, place: int | None, listed: int, last: Decimal | None, rules: Rules) -> Distance:
    """Return what one person was short of: `listed` places were on the shortlist, `last` was its lowest score."""
    shortlisted = place is not None and place <= listed
    behind = None if shortlisted or scored.score is None or last is None else max(Decimal(0), last - scored.score)
    return Distance(
        shortlisted=shortlisted,
        minutes=max(0, rules.floor_minutes - (scored.inputs.minutes or 0)),
        records=max(0, rules.floor_records - (scored.inputs.attended or 0)),
        score=behind,
    )


def _reasons(candidate: Candidate, resting: Collection[str], rules: Rules) -> tuple[Reason, ...]:
    inputs = candidate.scored.inputs
    judged = {
        Reason.NOT_ACTIVE: not candidate.active,
        Reason.INSUFFICIENT: candidate.scored.score is None,
        Reason.FEW_HOURS: (inputs.minutes or 0) < rules.floor_minutes,
        Reason.FEW_RECORDS: (inputs.attended or 0) < rules.floor_records,
        Reason.RESTING: candidate.volunteer in resting,
    }
    return tuple(reason for reason, applies in judged.items() if applies)


def _order(candidate: Candidate) -> tuple[Decimal, Fraction, int, Fraction, date, str]:
    scored, inputs = candidate.scored, candidate.scored.inputs
    return (
        -scored.score if scored.score is not None else Decimal(1),
        -_rate(inputs.stars, inputs.rated),
        -(inputs.minutes or 0),
        -_rate(inputs.attended, inputs.records),
        candidate.joined_on,
        candidate.volunteer,
    )


def _rate(good: int | None, seen: int | None) -> Fraction:
    return Fraction(good or 0, seen) if seen else Fraction(0)
