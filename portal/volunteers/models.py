"""Stored volunteers and the claims of their phone numbers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from portal import db, events, privacy
from portal.volunteers import domain


def volunteers_pk(community: str) -> str:
    """Return `C#320105902901`."""
    return f"C#{community}"


def volunteer_sk(volunteer_id: str) -> str:
    """Return `V#VK7M2Q4XZ8PAB`."""
    return f"V#{volunteer_id}"


def state_key(community: str, state: str) -> str:
    """Return `320105902901#active`."""
    return f"{community}#{state}"


def phone_pk(phone: str) -> str:
    """Return `PHONE#<keyed hash>`: a number is never readable in a key."""
    return f"PHONE#{privacy.phone_hash(phone)}"


class StateIndex(GlobalSecondaryIndex[Any]):
    """A community's volunteers of one state, in the order they applied."""

    class Meta:
        index_name = "state"
        projection = AllProjection()

    state_key = UnicodeAttribute(hash_key=True)
    state_sort = UnicodeAttribute(range_key=True)


class VolunteerItem(events.DeedItem):
    """`C#320105902901` / `V#VK7M2Q4XZ8PAB`: a person's state and history; phone numbers are encrypted for this item."""

    class Meta(db.Meta):
        table = "volunteers"

    community = UnicodeAttribute()
    volunteer = UnicodeAttribute()
    area = UnicodeAttribute()
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    phone_claim = UnicodeAttribute()
    phone_masked = UnicodeAttribute()
    phone_sealed = UnicodeAttribute()
    guardian_name = UnicodeAttribute(null=True)
    guardian_phone_masked = UnicodeAttribute(null=True)
    guardian_phone_sealed = UnicodeAttribute(null=True)
    publish_name = BooleanAttribute(default=False)
    birth_on = UnicodeAttribute()
    joined_on = UnicodeAttribute()
    applied_at = UnicodeAttribute()
    consent_version = UnicodeAttribute()
    state_key = UnicodeAttribute()
    state_sort = UnicodeAttribute()
    by_state = StateIndex()

    @classmethod
    def of(cls, volunteer: domain.Volunteer, application: domain.Application, history: list[events.Entry]) -> Any:
        """Return the item of a new volunteer."""
        item = cls(volunteers_pk(volunteer.community), volunteer_sk(volunteer.id))
        item.state, item.version, item.history = volunteer.state, volunteer.version, history
        item.community, item.volunteer, item.area = volunteer.community, volunteer.id, volunteer.area
        item.name, item.kind, item.publish_name = volunteer.name, volunteer.kind, volunteer.publish_name
        item.phone_claim = phone_pk(application.phone)
        item.phone_masked = volunteer.phone_masked
        item.phone_sealed = privacy.encrypt(application.phone, f"volunteer:{volunteer.id}")
        if application.guardian:
            item.guardian_name = volunteer.guardian_name
            item.guardian_phone_masked = volunteer.guardian_phone_masked
            item.guardian_phone_sealed = privacy.encrypt(application.guardian.phone, f"guardian:{volunteer.id}")
        item.birth_on, item.joined_on = volunteer.birth_on.isoformat(), volunteer.joined_on.isoformat()
        item.applied_at, item.consent_version = volunteer.applied_at.isoformat(), volunteer.consent_version
        item.state_key = state_key(volunteer.community, volunteer.state)
        item.state_sort = f"{item.applied_at}#{volunteer.id}"
        return item

    def to_domain(self) -> domain.Volunteer:
        """Return the volunteer, without any phone number."""
        return domain.Volunteer(
            id=self.volunteer,
            community=self.community,
            area=self.area,
            name=self.name,
            phone_masked=self.phone_masked,
            kind=self.kind,
            state=self.state,
            version=int(self.version),
            publish_name=self.publish_name,
            birth_on=date.fromisoformat(self.birth_on),
            joined_on=date.fromisoformat(self.joined_on),
            applied_at=datetime.fromisoformat(self.applied_at),
            consent_version=self.consent_version,
            guardian_name=self.guardian_name or "",
            guardian_phone_masked=self.guardian_phone_masked or "",
            history=tuple(self.history),
        )

    def phones(self) -> tuple[str, str]:
        """Return the phone number and the guardian's (empty when there is none), decrypted."""
        own = privacy.decrypt(self.phone_sealed, f"volunteer:{self.volunteer}")
        sealed = self.guardian_phone_sealed
        return own, privacy.decrypt(sealed, f"guardian:{self.volunteer}") if sealed else ""

    @staticmethod
    def moves(community: str, state: str, entries: Sequence[events.Entry]) -> list[Action]:
        """Return the update of moves made together, its index row included."""
        return [
            VolunteerItem.state.set(state),
            VolunteerItem.version.set(entries[-1]["seq"]),
            VolunteerItem.history.set(VolunteerItem.history.append(list(entries))),
            VolunteerItem.state_key.set(state_key(community, state)),
        ]


class PhoneItem(db.KeyedItem):
    """`PHONE#<keyed hash>` / `PHONE`: this number belongs to that volunteer. It exists once, so nobody joins twice.

    Once they have left it is `released`, and the next one may take it over; no function needs the right to delete.
    """

    class Meta(db.Meta):
        table = "volunteers"

    community = UnicodeAttribute()
    volunteer = UnicodeAttribute()
    released = BooleanAttribute(null=True)
