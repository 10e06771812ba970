"""What can be done with service records: write down, confirm by a second person, settle, void, look up."""

from dataclasses import replace
from datetime import datetime

from portal import db, events, ids, period, workflow
from portal.activities import domain, repository, rules
from portal.areas import service as areas
from portal.errors import Conflict, NotFound
from portal.volunteers import domain as people
from portal.volunteers import service as volunteers
from portal.workflow import SYSTEM, Actor

_TRIES = 4


def rules_of(*, community: str, now: datetime) -> domain.Rules:
    """Return the numbers in force for a community today."""
    return domain.rules_for(versions=rules.versions(), area=community, on=period.local_day(now))


def submit_record(*, draft: domain.Draft, actor: Actor, now: datetime) -> domain.Record:
    """Write a service down; it counts once a second person has confirmed it.

    Raises NotFound, NotServing, MoveRefused, OwnRecord, Overlaps, DayFull, Conflict, and what check_draft raises.
    """
    if not actor.has(*domain.SUBMITTERS):
        raise workflow.MoveRefused
    if actor.id == draft.volunteer:
        raise domain.OwnRecord
    numbers = rules_of(community=draft.community, now=now)
    domain.check_draft(draft=draft, now=now, rules=numbers)
    volunteer = volunteers.get_volunteer(actor=actor, community=draft.community, volunteer_id=draft.volunteer)
    if not volunteer.serving:
        raise people.NotServing
    record = _record(draft, volunteer, actor, numbers, now=now)
    entry = events.entry(seq=1, type="record.submitted", actor=actor, at=now)
    for _ in range(_TRIES):
        day = repository.get_day(volunteer=record.volunteer, on=record.served_on)
        domain.check_day(span=record.span, others=day.spans.values(), rules=numbers)
        try:
            return repository.add_record(record=record, entry=entry, day=day)
        except db.ConditionFailed:  # another record of the same person's day came first: look again
            continue
    raise Conflict


def confirm_record(*, actor: Actor, record_id: str, version: int, now: datetime) -> domain.Record:
    """Confirm a record as the second person; from now on it is publicised.

    Raises NotFound, MoveRefused, WrongState, SamePerson, Conflict (someone changed it since `version`).
    """
    record = _load(actor, record_id, version)
    move = workflow.check(domain.MOVES, name="confirm", state=record.state, actor=actor, deed=record)
    days = rules_of(community=record.community, now=now).publicity_days
    ends = areas.due_at(area=record.community, start=now, limit=f"{days}wd")
    entry = events.entry(
        seq=record.version + 1,
        type=move.event,
        actor=actor,
        at=now,
        data={"publicity_ends_at": ends.isoformat(timespec="seconds")},
    )
    return repository.save_move(record=replace(record, state=move.target, publicity_ends_at=ends), entry=entry)


def void_record(*, actor: Actor, record_id: str, version: int, reason: str, now: datetime) -> domain.Record:
    """Make a record count nothing, with a reason; its time of the day is free again.

    Raises NotFound, MoveRefused, WrongState, OwnRecord, ReasonNeeded, Conflict.
    """
    record = _load(actor, record_id, version)
    move = workflow.check(domain.MOVES, name="void", state=record.state, actor=actor, deed=record)
    domain.check_reason(reason=reason)
    entry = events.entry(seq=record.version + 1, type=move.event, actor=actor, at=now, data={"reason": reason.strip()})
    voided = replace(record, state=move.target)
    day = repository.get_day(volunteer=record.volunteer, on=record.served_on)
    return repository.save_void(record=voided, entry=entry, day=day)


def settle_records(*, now: datetime) -> int:
    """Record for good what has been publicised long enough, and return how many. Doing it again changes nothing."""
    settled = 0
    for record in repository.each_due(now=now):
        move = workflow.check(domain.MOVES, name="settle", state=record.state, actor=SYSTEM, deed=record)
        entry = events.entry(seq=record.version + 1, type=move.event, actor=SYSTEM, at=now)
        try:
            repository.save_move(record=replace(record, state=move.target), entry=entry)
        except db.ConditionFailed:  # voided or settled since the index row was read
            continue
        settled += 1
    return settled


def get_record(*, actor: Actor, record_id: str) -> domain.Record:
    """Return a record to staff of its place, or to its volunteer. Raises NotFound to anyone else."""
    record = repository.get_record(record_id)
    if not _sees(actor, record):
        raise NotFound
    return record


def list_records(
    *, actor: Actor, community: str, month: period.Month, cursor: db.Cursor | None = None
) -> db.Page[domain.Record]:
    """Return a page of a community's month that lies in the actor's scope, latest first. Raises NotFound outside."""
    _check_place(actor, community)
    return _seen(actor, repository.list_month(community=community, month=month, cursor=cursor))


def list_waiting(*, actor: Actor, community: str, cursor: db.Cursor | None = None) -> db.Page[domain.Record]:
    """Return a page of what waits for a second person, longest first. Raises NotFound outside the actor's scope."""
    _check_place(actor, community)
    return _seen(actor, repository.list_waiting(community=community, cursor=cursor))


def list_own(*, volunteer: str, cursor: db.Cursor | None = None) -> db.Page[domain.Record]:
    """Return a page of one volunteer's records, latest first."""
    return repository.list_of_volunteer(volunteer=volunteer, cursor=cursor)


def _record(
    draft: domain.Draft, volunteer: people.Volunteer, actor: Actor, numbers: domain.Rules, *, now: datetime
) -> domain.Record:
    return domain.Record(
        id=ids.new_id(),
        community=draft.community,
        area=volunteer.area,
        volunteer=volunteer.id,
        volunteer_name=volunteer.name,
        activity=draft.activity,
        served_on=draft.served_on,
        started_at=draft.started_at,
        minutes=domain.count_minutes(minutes=draft.minutes, attended=draft.attended, rules=numbers),
        stated_minutes=draft.minutes,
        attended=draft.attended,
        coefficient=draft.coefficient,
        stars=draft.stars,
        training_minutes=draft.training_minutes,
        state=domain.State.SUBMITTED,
        version=1,
        submitted_by=actor.id,
        submitted_at=now,
        rule_version=numbers.version,
    )


def _load(actor: Actor, record_id: str, version: int) -> domain.Record:
    record = get_record(actor=actor, record_id=record_id)
    if record.version != version:
        raise Conflict
    return record


def _sees(actor: Actor, record: domain.Record) -> bool:
    if actor.kind == "staff":
        return actor.has(*domain.LOOKERS) and actor.covers(record.area)
    return actor.id == record.volunteer


def _seen(actor: Actor, page: db.Page[domain.Record]) -> db.Page[domain.Record]:
    return db.Page([record for record in page.items if _sees(actor, record)], page.cursor)


def _check_place(actor: Actor, community: str) -> None:
    near = actor.covers(community) or (bool(actor.scope) and actor.scope.startswith(community))
    if actor.kind != "staff" or not actor.has(*domain.LOOKERS) or not near:
        raise NotFound
