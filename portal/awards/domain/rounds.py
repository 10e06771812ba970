"""How a round goes from open to published: one table of moves; two different people decide; publicity comes first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from portal.awards.domain.ranking import Standing
from portal.errors import N_, Conflict, Invalid, NotFound, Refused
from portal.evaluations.domain import Totals
from portal.period import Month
from portal.workflow import Actor, Move, Role

STAR = "star"
REASON_LENGTH = 200
_DECIDERS = frozenset({Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER})


class State(StrEnum):
    """Where a round is. DRAFT is never stored: the month's scores still move."""

    DRAFT = "draft"
    SHORTLISTED = "shortlisted"
    PROPOSED = "proposed"
    DECIDED = "decided"
    PUBLICISED = "publicised"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class RoundNotFound(NotFound):
    """No round was opened for that month."""

    says = N_("这个月的评选还没有开始。")


class AlreadyOpen(Conflict):
    """Someone opened the month's round first."""

    says = N_("这个月的评选已经开始了，请看最新情况。")


class NotOver(Refused):
    """The month, or the days in which late records may still be confirmed, are not over."""

    says = N_("还不能进行这一步：时间还没有到。")


class SamePerson(Refused):
    """The one who proposed a list cannot approve it (two people decide)."""

    says = N_("提议名单的人不能自己批准，请另一位工作人员来批准。")


@dataclass(frozen=True, kw_only=True)
class Round:
    """One award of one month in one community. `digest` seals the frozen scores; `names` are masked and opted in.

    `priors` are those the scores were drawn towards, `totals` what later months take their own from.
    """

    community: str
    month: Month
    kind: str
    state: State
    version: int
    rules: str
    score_rules: str
    digest: str
    quota: int
    active: int
    resting: tuple[str, ...] = ()
    last_score: Decimal | None = None
    priors: Mapping[str, str] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    winners: tuple[str, ...] = ()
    reason: str = ""
    proposed_by: str = ""
    decided_by: str = ""
    publicity_ends_at: datetime | None = None
    published_at: datetime | None = None
    names: tuple[str, ...] = ()
    others: int = 0
    history: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Honour:
    """What a winner keeps. `number` names the certificate."""

    volunteer: str
    month: Month
    kind: str
    community: str
    community_name: str
    number: str
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A round and the moment a move is asked for, which the guards look at."""

    round: Round
    now: datetime


def _not_the_proposer(asked: Asked, actor: Actor) -> None:
    if asked.round.proposed_by == actor.id:
        raise SamePerson


def _publicity_over(asked: Asked, _actor: Actor) -> None:
    ends_at = asked.round.publicity_ends_at
    if ends_at is None or asked.now < ends_at:
        raise NotOver(N_("公示期还没有结束，结束后才能发布。"))


def _states(*states: State) -> frozenset[str]:
    return frozenset(state.value for state in states)


_PENDING = (State.SHORTLISTED, State.PROPOSED, State.DECIDED, State.PUBLICISED)
MOVES = (
    Move(
        name="open",
        sources=_states(State.DRAFT),
        target=State.SHORTLISTED,
        roles=frozenset({Role.COMMUNITY_ADMIN}),
        event="award.opened",
        label=N_("冻结得分，开始评选"),
    ),
    Move(
        name="propose",
        sources=_states(State.SHORTLISTED),
        target=State.PROPOSED,
        roles=_DECIDERS,
        event="award.proposed",
        label=N_("提议名单"),
        needs=("winners",),
    ),
    Move(
        name="decide",
        sources=_states(State.PROPOSED),
        target=State.DECIDED,
        roles=_DECIDERS,
        event="award.decided",
        label=N_("批准名单"),
        guard=_not_the_proposer,
    ),
    Move(
        name="publicise",
        sources=_states(State.DECIDED),
        target=State.PUBLICISED,
        roles=_DECIDERS,
        event="award.publicised",
        label=N_("开始公示"),
    ),
    Move(
        name="publish",
        sources=_states(State.PUBLICISED),
        target=State.PUBLISHED,
        roles=_DECIDERS | {Role.SYSTEM},
        event="award.published",
        label=N_("发布结果"),
        guard=_publicity_over,
    ),
    Move(
        name="recall",
        sources=_states(State.PROPOSED, State.DECIDED, State.PUBLICISED),
        target=State.SHORTLISTED,
        roles=_DECIDERS,
        event="award.recalled",
        label=N_("退回重议"),
        needs=("reason",),
    ),
    Move(
        name="cancel",
        sources=_states(*_PENDING),
        target=State.CANCELLED,
        roles=frozenset({Role.COMMUNITY_ADMIN}),
        event="award.cancelled",
        label=N_("取消本月评选"),
        needs=("reason",),
    ),
)
"""Every move of a round. Publicity runs anew after a recall, since the list may be another one."""


def check_proposal(*, shortlist: Sequence[Standing], quota: int, winners: Collection[str], reason: str) -> None:
    """Accept a list of winners, or raise Invalid. Leaving the first places aside needs a reason."""
    listed = [each.candidate.volunteer for each in shortlist]
    fields: dict[str, str] = {}
    if not winners:
        fields["winners"] = N_("请至少选择一位。")
    elif not set(winners) <= set(listed):
        fields["winners"] = N_("有人不在候选名单里，请重新选择。")
    elif len(winners) > quota:
        fields["winners"] = N_("选得太多了，超过了本月名额。")
    elif set(winners) != set(listed[:quota]) and not reason.strip():
        fields["reason"] = N_("没有按得分先后选择，请写明原因。")
    if len(reason) > REASON_LENGTH:
        fields["reason"] = N_("原因太长了，请不超过200字。")
    if fields:
        raise Invalid(fields=fields)


def public_names(*, masked: Iterable[str], active: int, public_from: int) -> tuple[str, ...]:
    """Return masked, opted-in names in alphabetical (pinyin) order; none where the community is so small."""
    if active < public_from:
        return ()
    return tuple(sorted(masked, key=lambda name: name.encode("gb18030")))  # GB 2312 is ordered by pinyin


def honour_title(*, month: Month) -> tuple[str, dict[str, int]]:
    """Return the honour's wording and what fills it: a thank-you of the community, never a state commendation."""
    return N_("%(year)d年%(month)d月社区志愿服务激励·志愿之星"), {"year": month.year, "month": month.month}
