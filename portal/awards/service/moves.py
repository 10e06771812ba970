"""The moves of a round: opened over frozen scores, proposed by one, approved by another, publicised, published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal import events, privacy, workflow
from portal.areas import service as areas
from portal.awards import domain, repository, rules
from portal.awards.service import view
from portal.errors import N_, Conflict, Invalid, Refused
from portal.evaluations import service as evaluations
from portal.period import Month
from portal.volunteers import service as volunteers
from portal.workflow import SYSTEM, Actor, Move


class ListChanged(Conflict):
    """A record was voided since, and somebody on the list has left the shortlist."""

    says = N_("有服务记录作废，名单里有人不再符合条件，请退回重议。")


class ChangedMeanwhile(Conflict):
    """The round moved on since the page was opened."""

    says = N_("刚才有人先处理了这次评选，请看最新情况再继续。")


def open_round(*, actor: Actor, community: str, month: Month, now: datetime) -> domain.Round:
    """Freeze a month's scores and begin its round. Raises NotOver before records are closed, AlreadyOpen."""
    view.check_scope(actor=actor, community=community)
    move = workflow.check(domain.MOVES, name="open", state=domain.State.DRAFT, actor=actor)
    if now < evaluations.frozen_at(community=community, month=month):
        raise domain.NotOver(N_("这个月的服务记录还可以补确认，截止以后才能开始评选。"))
    active = volunteers.all_active(community=community)
    standings, drafted = view.preview(community=community, month=month, active=active)
    opened = replace(drafted, state=domain.State.SHORTLISTED, version=1)
    entry = events.entry(seq=1, type=move.event, actor=actor, at=now, data={"digest": opened.digest})
    rows = [domain.to_data(standing=each) for each in standings]
    repository.add_round(opened=opened, rows=rows, entry=entry)
    return replace(opened, history=(entry,))


def propose_round(
    *, actor: Actor, community: str, month: Month, version: int, winners: list[str], reason: str, now: datetime
) -> domain.Round:
    """Propose who is honoured. Raises Invalid with a sentence by field, Conflict when the page was stale."""
    found, move = _check("propose", actor=actor, community=community, month=month, version=version, now=now)
    domain.check_proposal(shortlist=_shortlist(found), quota=found.quota, winners=winners, reason=reason)
    chosen = tuple(sorted(set(winners)))
    moved = replace(found, winners=chosen, reason=reason.strip(), proposed_by=actor.id, decided_by="")
    return _save(found, moved, move, actor=actor, now=now, data={"winners": list(chosen), "reason": moved.reason})


def decide_round(*, actor: Actor, community: str, month: Month, version: int, now: datetime) -> domain.Round:
    """Approve what another person proposed. Raises SamePerson, ListChanged, Conflict."""
    found, move = _check("decide", actor=actor, community=community, month=month, version=version, now=now)
    _check_fit(found)
    return _save(
        found, replace(found, decided_by=actor.id), move, actor=actor, now=now, data={"winners": list(found.winners)}
    )


def publicise_round(*, actor: Actor, community: str, month: Month, version: int, now: datetime) -> domain.Round:
    """Show the list on the board until the last of the publicity's working days is over."""
    found, move = _check("publicise", actor=actor, community=community, month=month, version=version, now=now)
    _check_fit(found)
    days = rules.rules_named(version=found.rules).publicity_days
    ends_at = areas.due_at(area=community, start=now, limit=f"{days}wd")
    moved = _with_names(replace(found, publicity_ends_at=ends_at))
    return _save(found, moved, move, actor=actor, now=now, data={"ends_at": ends_at.isoformat()})


def publish_round(*, actor: Actor, community: str, month: Month, version: int, now: datetime) -> domain.Round:
    """Make the list final and give the honours. A second time changes nothing. Raises NotOver, ListChanged."""
    found = _get(actor, community, month)
    if found.state is domain.State.PUBLISHED:
        return found
    found, move = _check("publish", actor=actor, community=community, month=month, version=version, now=now)
    _check_fit(found)
    moved = _with_names(replace(found, published_at=now))
    data = {"winners": list(found.winners), "month": str(month), "kind": found.kind}
    try:
        return _save(found, moved, move, actor=actor, now=now, data=data, honours=_honours(moved, now))
    except Conflict:  # the ticker and a colleague may publish at the same moment: one of them did
        done = _get(actor, community, month)
        if done.state is domain.State.PUBLISHED:
            return done
        raise


def recall_round(
    *, actor: Actor, community: str, month: Month, version: int, reason: str, now: datetime
) -> domain.Round:
    """Take a list back for another look; its publicity starts anew. Raises Invalid without a reason."""
    found, move = _check("recall", actor=actor, community=community, month=month, version=version, now=now)
    moved = replace(found, winners=(), names=(), others=0, publicity_ends_at=None, proposed_by="", decided_by="")
    return _save(found, moved, move, actor=actor, now=now, data={"reason": _reason(reason)})


def cancel_round(
    *, actor: Actor, community: str, month: Month, version: int, reason: str, now: datetime
) -> domain.Round:
    """Give no award for this month. Raises Invalid without a reason."""
    found, move = _check("cancel", actor=actor, community=community, month=month, version=version, now=now)
    moved = replace(found, winners=(), names=(), others=0, publicity_ends_at=None)
    return _save(found, moved, move, actor=actor, now=now, data={"reason": _reason(reason)})


def settle_rounds(*, now: datetime) -> int:
    """Publish every round whose publicity is over; return how many. A list that changed waits for people."""
    published = 0
    for community, month in repository.list_due(now=now):
        found = repository.find_round(community=community, month=month)
        if found is None or found.state is not domain.State.PUBLICISED:  # published since the index was read
            continue
        try:
            publish_round(actor=SYSTEM, community=community, month=month, version=found.version, now=now)
        except (Conflict, Refused):
            continue
        published += 1
    return published


def forget_name(*, community: str, volunteer: str, now: datetime) -> None:
    """Take a volunteer's masked name off the board, and count them among the others. Honour and points stay."""
    for found in repository.list_shown(community=community, now=now):
        if volunteer in found.winners:
            renamed = _with_names(found, silent=volunteer)
            if renamed.names != found.names:
                repository.save_names(renamed=renamed)


def _get(actor: Actor, community: str, month: Month) -> domain.Round:
    if actor is not SYSTEM:
        view.check_scope(actor=actor, community=community)
    found = repository.find_round(community=community, month=month)
    if found is None:
        raise domain.RoundNotFound
    return found


def _check(
    name: str, *, actor: Actor, community: str, month: Month, version: int, now: datetime
) -> tuple[domain.Round, Move]:
    found = _get(actor, community, month)
    if found.version != version:
        raise ChangedMeanwhile
    asked = domain.Asked(round=found, now=now)
    return found, workflow.check(domain.MOVES, name=name, state=found.state, actor=actor, deed=asked)


def _save(
    found: domain.Round,
    moved: domain.Round,
    move: Move,
    *,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any],
    honours: tuple[domain.Honour, ...] = (),
) -> domain.Round:
    entry = events.entry(seq=found.version + 1, type=move.event, actor=actor, at=now, data=data)
    moved = replace(moved, state=domain.State(move.target), version=entry["seq"])
    return repository.save_move(moved=moved, expected=found.version, entry=entry, honours=honours)


def _shortlist(found: domain.Round) -> tuple[domain.Standing, ...]:
    in_force = rules.rules_named(version=found.rules)
    return domain.shortlist_of(standings=view.frozen(of=found), quota=found.quota, rules=in_force)


def _check_fit(found: domain.Round) -> None:
    if not view.fit(winners=found.winners, shortlist=_shortlist(found)):
        raise ListChanged


def _with_names(moved: domain.Round, *, silent: str = "") -> domain.Round:
    """Ask again who agreed to be named: a choice may have changed since the list was made.

    `silent` just took the agreement back, which the index that is asked may not know yet.
    """
    people = {each.id: each for each in volunteers.all_active(community=moved.community) if each.id != silent}
    agreed = [people[each] for each in moved.winners if each in people and people[each].publish_name]
    names = domain.public_names(
        masked=[privacy.mask_name(each.name) for each in agreed],
        active=moved.active,
        public_from=rules.rules_named(version=moved.rules).public_from,
    )
    return replace(moved, names=names, others=len(moved.winners) - len(names))


def _honours(moved: domain.Round, now: datetime) -> tuple[domain.Honour, ...]:
    name = areas.get_area(code=moved.community).name
    day = f"{moved.month.year}{moved.month.month:02d}"
    return tuple(
        domain.Honour(
            volunteer=volunteer,
            month=moved.month,
            kind=moved.kind,
            community=moved.community,
            community_name=name,
            number=f"YZ-{moved.community}-{day}-{place:02d}",
            published_at=now,
        )
        for place, volunteer in enumerate(moved.winners, start=1)
    )


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(fields={"reason": N_("请写明原因。")})
    if len(text) > domain.REASON_LENGTH:
        raise Invalid(fields={"reason": N_("原因太长了，请不超过200字。")})
    return text
