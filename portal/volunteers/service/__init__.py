"""Use cases of volunteers: join, sign in, be looked after, see and correct one's own data."""

from portal.volunteers.service.door import SESSION, as_actor, request_code, sign_in
from portal.volunteers.service.joining import apply, limit_joins, rules_of
from portal.volunteers.service.messages import deliver_notices
from portal.volunteers.service.people import (
    all_active,
    choose_publication,
    find_phone,
    get_volunteer,
    list_serving,
    list_volunteers,
    move_volunteer,
    reject_volunteer,
    reveal_phones,
    sign_out_everywhere,
    tell_decision,
    verify_volunteer,
)

__all__ = [
    "SESSION",
    "all_active",
    "apply",
    "as_actor",
    "choose_publication",
    "deliver_notices",
    "find_phone",
    "get_volunteer",
    "limit_joins",
    "list_serving",
    "list_volunteers",
    "move_volunteer",
    "reject_volunteer",
    "request_code",
    "reveal_phones",
    "rules_of",
    "sign_in",
    "sign_out_everywhere",
    "tell_decision",
    "verify_volunteer",
]
