"""Staff look after volunteers; volunteers see and correct their own data."""

from datetime import datetime

from portal import db, events, workflow
from portal.accounts import service as accounts
from portal.areas import service as areas
from portal.errors import Conflict, NotFound
from portal.notices import service as notices
from portal.volunteers import domain, repository
from portal.workflow import SYSTEM, Actor


def get_volunteer(*, actor: Actor, community: str, volunteer_id: str) -> domain.Volunteer:
    """Return a volunteer to staff of their place, or to themselves. Raises NotFound to anyone else."""
    if not domain.may_look(actor=actor, community=community, volunteer_id=volunteer_id):
        raise NotFound
    volunteer = repository.get_volunteer(community=community, volunteer_id=volunteer_id)
    if actor.id != volunteer.id and not actor.covers(volunteer.area) and actor != SYSTEM:
        raise NotFound
    return volunteer


def list_volunteers(
    *, actor: Actor, community: str, state: str, cursor: db.Cursor | None = None
) -> db.Page[domain.Volunteer]:
    """Return a page of a community's volunteers of one state that lie in the actor's scope. Raises NotFound outside."""
    if not domain.may_look(actor=actor, community=community):
        raise NotFound
    page = repository.list_volunteers(community=community, state=state, cursor=cursor)
    return db.Page([each for each in page.items if actor.covers(each.area)], page.cursor)


def all_active(*, community: str) -> list[domain.Volunteer]:
    """Return every volunteer in service of a community."""
    return repository.all_in_state(community=community, state=domain.State.ACTIVE)


def list_serving(*, actor: Actor, community: str) -> list[domain.Volunteer]:
    """Return the volunteers an actor may record a service for, by name. Raises NotFound outside their scope."""
    if not domain.may_look(actor=actor, community=community):
        raise NotFound
    found = [each for each in all_active(community=community) if actor.covers(each.area)]
    return sorted(found, key=lambda each: (each.name, each.id))


def verify_volunteer(
    *, actor: Actor, community: str, volunteer_id: str, now: datetime, version: int | None = None
) -> domain.Volunteer:
    """Accept an application. Who was accepted serves from now on: the consent given on joining is their pledge.

    Raises NotFound, MoveRefused, WrongState, NotYourself, Conflict.
    """
    volunteer = _load(actor, community, volunteer_id, version)
    verified = _entry(volunteer, "verify", actor, now)
    activate = workflow.check(domain.MOVES, name="activate", state=domain.State.VERIFIED, actor=SYSTEM, deed=volunteer)
    activated = events.entry(seq=verified["seq"] + 1, type=activate.event, actor=SYSTEM, at=now)
    return repository.save_moves(volunteer=volunteer, state=activate.target, entries=[verified, activated])


def reject_volunteer(
    *, actor: Actor, community: str, volunteer_id: str, reason: str, now: datetime, version: int | None = None
) -> domain.Volunteer:
    """Turn an application down with a reason. Raises what verify_volunteer raises."""
    return move_volunteer(
        actor=actor,
        community=community,
        volunteer_id=volunteer_id,
        name="reject",
        now=now,
        version=version,
        reason=reason,
    )


def move_volunteer(
    *,
    actor: Actor,
    community: str,
    volunteer_id: str,
    name: str,
    now: datetime,
    version: int | None = None,
    reason: str = "",
) -> domain.Volunteer:
    """Make one move of the table. Who leaves is signed out everywhere.

    Raises NotFound, MoveRefused, WrongState, ReasonNeeded, Conflict, and what the row's guard raises.
    """
    if name == "verify":
        return verify_volunteer(actor=actor, community=community, volunteer_id=volunteer_id, now=now, version=version)
    volunteer = _load(actor, community, volunteer_id, version)
    entry = _entry(volunteer, name, actor, now, reason=reason)
    target = next(move.target for move in domain.MOVES if move.name == name)
    saved = repository.save_moves(volunteer=volunteer, state=target, entries=[entry])
    if target in domain.GONE:
        sign_out_everywhere(volunteer_id=volunteer_id)
    return saved


def sign_out_everywhere(*, volunteer_id: str) -> None:
    """End every session of someone who has left. Safe to repeat."""
    accounts.end_sessions_of(person=volunteer_id)


def choose_publication(*, actor: Actor, publish_name: bool, version: int, now: datetime) -> domain.Volunteer:
    """Store whether a volunteer's masked name may be published. Raises NotFound, Conflict."""
    volunteer = _load(actor, actor.scope, actor.id, version)
    entry = events.entry(
        seq=volunteer.version + 1,
        type="volunteer.chose_publication",
        actor=actor,
        at=now,
        data={"publish_name": publish_name},
    )
    return repository.save_moves(volunteer=volunteer, state=volunteer.state, entries=[entry], publish_name=publish_name)


def reveal_phones(
    *, actor: Actor, community: str, volunteer_id: str, reason: str, now: datetime
) -> tuple[domain.Volunteer, str, str]:
    """Return a volunteer, their number and the guardian's, after writing down who asked and why.

    Raises NotFound, MoveRefused, ReasonNeeded, Conflict.
    """
    volunteer = _load(actor, community, volunteer_id, None)
    if not actor.has(*domain.REVEALERS):
        raise workflow.MoveRefused
    domain.check_reason(reason=reason)
    entry = events.entry(
        seq=volunteer.version + 1, type="volunteer.phone_revealed", actor=actor, at=now, data={"reason": reason}
    )
    saved = repository.save_moves(volunteer=volunteer, state=volunteer.state, entries=[entry])
    return saved, *repository.read_phones(community=community, volunteer_id=volunteer_id)


def find_phone(*, community: str, volunteer_id: str) -> str | None:
    """Return the number a message to a volunteer goes to, or None when there is no such volunteer.

    For the deliverer of notices alone: people ask by reveal_phones, which writes down why.
    """
    try:
        return repository.read_phones(community=community, volunteer_id=volunteer_id)[0]
    except NotFound:
        return None


def tell_decision(*, volunteer_id: str, community: str, name: str, key: str, accepted: bool, now: datetime) -> bool:
    """Queue the message about an application; False when `key` was told before."""
    place = areas.get_area(code=community).name
    template, params = ("volunteer_verified", {"name": name}) if accepted else ("volunteer_rejected", {})
    return notices.queue_notice(
        template=template,
        recipient=f"volunteer/{community}/{volunteer_id}",
        params={**params, "community": place},
        key=key,
        now=now,
    )


def _load(actor: Actor, community: str, volunteer_id: str, version: int | None) -> domain.Volunteer:
    volunteer = get_volunteer(actor=actor, community=community, volunteer_id=volunteer_id)
    if version is not None and version != volunteer.version:
        raise Conflict
    return volunteer


def _entry(volunteer: domain.Volunteer, name: str, actor: Actor, now: datetime, *, reason: str = "") -> events.Entry:
    move = workflow.check(domain.MOVES, name=name, state=volunteer.state, actor=actor, deed=volunteer)
    if "reason" in move.needs:
        domain.check_reason(reason=reason)
    data = {"reason": reason} if reason else {}
    return events.entry(seq=volunteer.version + 1, type=move.event, actor=actor, at=now, data=data)
