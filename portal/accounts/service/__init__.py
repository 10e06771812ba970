"""Use cases of accounts: the door, sessions, one-time codes, and what administrators do for their colleagues."""

from portal.accounts.domain import STAFF_SESSION
from portal.accounts.service.codes import check_code, issue_code
from portal.accounts.service.door import change_password, enrol_second_factor, new_enrolment, sign_in
from portal.accounts.service.people import (
    add_staff,
    change_roles,
    get_own,
    get_staff,
    leave,
    list_staff,
    reset_password,
    reset_second_factor,
    return_staff,
)
from portal.accounts.service.sessions import end_session, end_sessions_of, load_session, start_session

__all__ = [
    "STAFF_SESSION",
    "add_staff",
    "change_password",
    "change_roles",
    "check_code",
    "end_session",
    "end_sessions_of",
    "enrol_second_factor",
    "get_own",
    "get_staff",
    "issue_code",
    "leave",
    "list_staff",
    "load_session",
    "new_enrolment",
    "reset_password",
    "reset_second_factor",
    "return_staff",
    "sign_in",
    "start_session",
]
