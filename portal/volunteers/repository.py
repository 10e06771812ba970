"""Questions about volunteers and writes of them, in domain terms."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from portal import db, events
from portal.errors import NotFound
from portal.volunteers import domain
from portal.volunteers.models import PhoneItem, VolunteerItem, phone_pk, state_key, volunteer_sk, volunteers_pk

_LONGEST_ID = 64

_PAGE = 50
_CURSOR = ("state_key", "state_sort", "pk", "sk")


def add_volunteer(
    *, volunteer: domain.Volunteer, application: domain.Application, history: list[events.Entry]
) -> domain.Volunteer:
    """Store a new volunteer and the claim of their number together. Raises AlreadyJoined when the number is taken.

    Two people may send the same number at the same moment, so nothing is looked up first: the claim item exists once.
    """
    item = VolunteerItem.of(volunteer, application, history)
    claim = PhoneItem(item.phone_claim, "PHONE", community=volunteer.community, volunteer=volunteer.id)
    work = db.Transaction()
    work.put(claim, PhoneItem.pk.does_not_exist() | PhoneItem.released.exists(), "phone")
    work.put(item, VolunteerItem.pk.does_not_exist(), "volunteer")
    try:
        work.commit()
    except db.ConditionFailed:
        raise domain.AlreadyJoined from None
    found: domain.Volunteer = item.to_domain()
    return found


def get_volunteer(*, community: str, volunteer_id: str) -> domain.Volunteer:
    """Return a volunteer. Raises NotFound."""
    return _item(community, volunteer_id).to_domain()


def find_by_phone(phone: str) -> domain.Volunteer | None:
    """Return who joined with this number, or None."""
    with db.errors():
        claim = next(iter(PhoneItem.query(phone_pk(phone), PhoneItem.sk == "PHONE", limit=1)), None)
    if claim is None or claim.released:
        return None
    return get_volunteer(community=claim.community, volunteer_id=claim.volunteer)


def read_phones(*, community: str, volunteer_id: str) -> tuple[str, str]:
    """Return the number and the guardian's, decrypted. Raises NotFound."""
    return _item(community, volunteer_id).phones()


def list_volunteers(
    *, community: str, state: str, cursor: db.Cursor | None = None, limit: int = _PAGE
) -> db.Page[domain.Volunteer]:
    """Return a page of a community's volunteers of one state, first come first."""
    rows = VolunteerItem.by_state.query(
        state_key(community, state), limit=limit + 1, last_evaluated_key=db.start_key(cursor)
    )
    page = db.page(rows, limit=limit, keys=_CURSOR)
    return db.Page([item.to_domain() for item in page.items], page.cursor)


def all_in_state(*, community: str, state: str) -> list[domain.Volunteer]:
    """Return every volunteer of one state, however many pages that takes."""
    with db.errors():
        return [item.to_domain() for item in VolunteerItem.by_state.query(state_key(community, state))]


def save_moves(
    *, volunteer: domain.Volunteer, state: str, entries: Sequence[events.Entry], publish_name: bool | None = None
) -> domain.Volunteer:
    """Store moves made together, and a new choice. Raises Conflict when the volunteer changed since it was read.

    Who leaves gives the phone number back in the same transaction.
    """
    item = VolunteerItem(volunteers_pk(volunteer.community), volunteer_sk(volunteer.id))
    actions = item.moves(volunteer.community, state, entries)
    if publish_name is not None:
        actions.append(VolunteerItem.publish_name.set(publish_name))
    unchanged = VolunteerItem.version == volunteer.version
    if state not in domain.GONE or volunteer.state in domain.GONE:  # the number of who left may be another's by now
        return _update(item, actions, unchanged, entries[0])
    claim = PhoneItem(_item(volunteer.community, volunteer.id).phone_claim, "PHONE")
    work = db.Transaction()
    work.update(item, actions, unchanged, "volunteer")
    work.update(claim, [PhoneItem.released.set(True)], PhoneItem.volunteer == volunteer.id, "phone")
    work.commit()
    return get_volunteer(community=volunteer.community, volunteer_id=volunteer.id)


def _update(item: VolunteerItem, actions: list[Action], unchanged: Condition, first: events.Entry) -> domain.Volunteer:
    try:
        db.update(item, actions, unchanged)
    except db.ConditionFailed:
        item.refresh(consistent_read=True)
        if first not in item.history:  # else the answer to our own write was lost and it was sent again
            raise
    return item.to_domain()


def _item(community: str, volunteer_id: str) -> VolunteerItem:
    if len(volunteer_id) > _LONGEST_ID:  # DynamoDB calls a key that is too long an error, not a miss
        raise NotFound
    try:
        with db.errors():
            return VolunteerItem.get(volunteers_pk(community), volunteer_sk(volunteer_id), consistent_read=True)
    except VolunteerItem.DoesNotExist:
        raise NotFound from None
