"""The door, sessions, codes and colleagues, against the engine."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest

from portal import db, errors, workflow
from portal.accounts import domain, passwords, repository, service
from portal.config import Config
from portal.workflow import Actor, Role
from tests import meter, policies

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LUSHAN = "320105902901"
PASSWORD = "correct horse battery"
ADMIN = Actor(id="staff:admin", name="管理员", roles=frozenset({Role.COMMUNITY_ADMIN}), scope=LUSHAN)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch, storage: Config) -> None:
    monkeypatch.setattr(passwords, "COST", (16, 1, 1))


def add(username: str = "chen.lan", *roles: Role, scope: str = LUSHAN, password: str | None = PASSWORD) -> str:
    draft = domain.NewStaff(
        username=username, name="陈兰", roles=frozenset(roles or {Role.DISPATCHER}), scope=scope, desks=(scope,)
    )
    return service.add_staff(actor=workflow.SYSTEM, draft=draft, now=NOW, password=password)[1]


def enter(
    username: str = "chen.lan",
    password: str = PASSWORD,
    code: str = "",
    *,
    now: datetime = NOW,
    address: str = "192.0.2.1",
    totp_required: bool = False,
) -> tuple[str, Actor]:
    return service.sign_in(
        username=username, password=password, code=code, address=address, now=now, totp_required=totp_required
    )


def enrol(username: str = "chen.lan") -> str:
    _, actor = enter(username)
    secret = pyotp.random_base32()
    service.enrol_second_factor(actor=actor, secret=secret, code=pyotp.TOTP(secret).at(NOW), now=NOW)
    return secret


def test_the_right_password_opens_a_session_that_brings_the_person() -> None:
    add()
    token, actor = enter(" Chen.Lan ")
    assert actor.roles == {Role.DISPATCHER}
    assert actor.desks == (LUSHAN,)
    assert service.load_session(token=token, now=NOW) == actor


def test_wrong_name_wrong_password_and_closed_account_are_refused_alike() -> None:
    add()
    add("gone.one")
    service.leave(actor=workflow.SYSTEM, username="gone.one", now=NOW)
    said = set()
    for username, password in (("nobody", PASSWORD), ("chen.lan", "wrong password"), ("gone.one", PASSWORD)):
        with pytest.raises(domain.SignInRefused) as refused:
            enter(username, password)
        said.add(str(refused.value))
    assert len(said) == 1


def test_the_eleventh_try_at_one_account_waits_whatever_address_it_comes_from() -> None:
    add()
    for number in range(10):
        with pytest.raises(domain.SignInRefused):
            enter(password="wrong password", address=f"192.0.2.{number}")
    with pytest.raises(errors.TooMany) as refused:
        enter(address="198.51.100.1")
    assert 0 < refused.value.retry_after <= 600
    assert enter(now=NOW + timedelta(seconds=refused.value.retry_after))


def test_good_sign_ins_are_not_counted_and_do_not_wipe_out_bad_ones() -> None:
    add()
    for _ in range(9):
        with pytest.raises(domain.SignInRefused):
            enter(password="wrong password")
    for _ in range(70):
        enter()
    with pytest.raises(domain.SignInRefused):
        enter(password="wrong password")
    with pytest.raises(errors.TooMany):
        enter()


def test_unknown_names_are_slowed_like_known_ones() -> None:
    for _ in range(10):
        with pytest.raises(domain.SignInRefused):
            enter("nobody", "wrong password")
    with pytest.raises(errors.TooMany):
        enter("nobody", "wrong password")


def test_one_address_cannot_go_on_through_many_accounts() -> None:
    for number in range(60):
        with pytest.raises(domain.SignInRefused):
            enter(f"name{number}", "wrong password")
    with pytest.raises(errors.TooMany):
        enter("another", "wrong password")


def test_signing_out_ends_the_session_even_for_a_copied_cookie() -> None:
    add()
    token, _ = enter()
    service.end_session(token=token)
    assert service.load_session(token=token, now=NOW) is None


def test_a_session_ends_after_twelve_hours_however_busy_it_was() -> None:
    add()
    token, _ = enter()
    at = NOW
    while at < NOW + timedelta(hours=11, minutes=45):
        at += timedelta(minutes=15)
        assert service.load_session(token=token, now=at)
    assert service.load_session(token=token, now=NOW + timedelta(hours=12)) is None


def test_a_session_ends_after_two_hours_of_pause() -> None:
    add()
    token, _ = enter()
    assert service.load_session(token=token, now=NOW + timedelta(hours=1, minutes=59))
    assert service.load_session(token=token, now=NOW + timedelta(hours=3, minutes=58))
    assert service.load_session(token=token, now=NOW + timedelta(hours=5, minutes=59)) is None


def test_the_pause_is_written_at_most_every_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    token, _ = enter()
    written: list[datetime] = []
    real = repository.extend_session

    def noted(*args: str, now: datetime, **named: Any) -> bool:
        written.append(now)
        return real(*args, now=now, **named)

    monkeypatch.setattr(repository, "extend_session", noted)
    for minute in range(31):
        service.load_session(token=token, now=NOW + timedelta(minutes=minute))
    assert written == [NOW + timedelta(minutes=minute) for minute in (10, 20, 30)]


@pytest.mark.parametrize("act", ["leave", "change_roles", "reset_password", "reset_second_factor"])
def test_every_act_on_an_account_ends_its_sessions_at_once(act: str) -> None:
    add()
    token, _ = enter()
    if act == "change_roles":
        service.change_roles(
            actor=ADMIN,
            username="chen.lan",
            version=1,
            roles=frozenset({Role.VERIFIER}),
            scope=LUSHAN,
            desks=(),
            now=NOW,
        )
    else:
        getattr(service, act)(actor=ADMIN, username="chen.lan", now=NOW)
    assert service.load_session(token=token, now=NOW) is None


def test_two_tabs_that_extend_one_session_at_once_both_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    token, actor = enter()

    def conflict(_work: db.Transaction) -> None:
        raise errors.Busy

    monkeypatch.setattr(db.Transaction, "commit", conflict)
    assert service.load_session(token=token, now=NOW + timedelta(minutes=10)) == actor


def test_a_session_costs_one_read_and_brings_the_person() -> None:
    add()
    token, _ = enter()
    with meter.measure() as cost:
        service.load_session(token=token, now=NOW)
    assert (cost.round_trips, cost.read_units, cost.write_units) == (1, 1, 0)


def test_the_staff_function_may_do_all_that_the_door_and_the_people_pages_need() -> None:
    with policies.acting("staff"):
        draft = domain.NewStaff(username="li.wei", name="李伟", roles=frozenset({Role.HANDLER}), scope=LUSHAN)
        _, temporary = service.add_staff(actor=ADMIN, draft=draft, now=NOW)
        token, actor = enter("li.wei", temporary)
        token, actor = service.change_password(
            actor=actor, password=temporary, new_password=PASSWORD, address="192.0.2.1", now=NOW
        )
        assert service.load_session(token=token, now=NOW + timedelta(minutes=10)) == actor
        service.end_session(token=token)
        service.list_staff(actor=ADMIN)
        service.leave(actor=ADMIN, username="li.wei", now=NOW)


def test_the_volunteers_function_may_keep_codes_and_sessions() -> None:
    volunteer = Actor(id="V1", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=LUSHAN)
    with policies.acting("volunteer"):
        code = service.issue_code(phone_hash="h1", now=NOW)
        service.check_code(phone_hash="h1", code=code, now=NOW)
        token = service.start_session(actor=volunteer, now=NOW, lifetime=timedelta(days=30))
        assert service.load_session(token=token, now=NOW) == volunteer
        service.end_sessions_of(person="V1")
        service.end_session(token=token)
    with policies.acting("resident"):
        assert service.load_session(token=token, now=NOW) is None


def test_a_session_the_index_missed_ends_at_its_next_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    token, _ = enter()
    monkeypatch.setattr(repository, "delete_sessions_of", lambda _person: 0)
    service.leave(actor=ADMIN, username="chen.lan", now=NOW)
    assert service.load_session(token=token, now=NOW + timedelta(minutes=10)) is None


def test_signing_in_while_the_account_is_being_closed_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    real = repository.add_staff_session

    def late(*args: object, **named: object) -> bool:
        service.leave(actor=ADMIN, username="chen.lan", now=NOW)
        return real(*args, **named)  # type: ignore[arg-type]  # passed through as they came

    monkeypatch.setattr(repository, "add_staff_session", late)
    with pytest.raises(domain.SignInRefused):
        enter()


def test_a_temporary_password_opens_only_the_door_to_a_new_one() -> None:
    temporary = add(password=None)
    _, actor = enter(password=temporary)
    assert actor.roles == frozenset()
    assert actor.desks == ()
    token, actor = service.change_password(
        actor=actor, password=temporary, new_password=PASSWORD, address="192.0.2.1", now=NOW
    )
    assert actor.roles == {Role.DISPATCHER}
    assert service.load_session(token=token, now=NOW) == actor


def test_a_temporary_password_is_forgotten_after_three_days() -> None:
    temporary = add(password=None)
    with pytest.raises(domain.SignInRefused):
        enter(password=temporary, now=NOW + timedelta(days=3))


def test_changing_ones_password_signs_out_everywhere_else() -> None:
    add()
    other, _ = enter()
    _, actor = enter()
    service.change_password(
        actor=actor, password=PASSWORD, new_password="another long one", address="192.0.2.1", now=NOW
    )
    assert service.load_session(token=other, now=NOW) is None
    with pytest.raises(domain.SignInRefused):
        enter()
    assert enter(password="another long one")


def test_changing_ones_password_needs_the_old_one() -> None:
    add()
    _, actor = enter()
    with pytest.raises(domain.SignInRefused):
        service.change_password(
            actor=actor, password="wrong password", new_password="another long one", address="192.0.2.1", now=NOW
        )


def test_a_second_factor_is_asked_once_it_is_enrolled_and_each_code_opens_once() -> None:
    add()
    totp = pyotp.TOTP(enrol())
    with pytest.raises(domain.SignInRefused):
        enter()
    later = NOW + timedelta(minutes=1)
    assert enter(code=totp.at(later), now=later)
    with pytest.raises(domain.SignInRefused):
        enter(code=totp.at(later), now=later + timedelta(seconds=5))
    with pytest.raises(domain.SignInRefused):
        enter(code=totp.at(later - timedelta(seconds=30)), now=later)


def test_the_code_that_enrolled_does_not_open_the_door_again() -> None:
    add()
    totp = pyotp.TOTP(enrol())
    with pytest.raises(domain.SignInRefused):
        enter(code=totp.at(NOW))


def test_two_requests_with_one_code_let_one_in() -> None:
    add()
    totp = pyotp.TOTP(enrol())
    later = NOW + timedelta(minutes=1)
    entered, refused = [], []

    def go() -> None:
        try:
            entered.append(enter(code=totp.at(later), now=later))
        except errors.PortalError as error:
            refused.append(error)

    threads = [threading.Thread(target=go) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(entered) == 1
    assert len(refused) == 5


def test_the_second_factor_is_stored_encrypted() -> None:
    add()
    secret = enrol()
    login = repository.find_login("chen.lan")
    assert login
    assert login.totp
    assert secret not in login.totp


def test_a_second_factor_cannot_be_replaced_by_whoever_holds_the_session() -> None:
    add()
    enrol()
    secret = pyotp.random_base32()
    with pytest.raises(domain.StaffChanged):
        service.enrol_second_factor(
            actor=Actor(id="staff:chen.lan"), secret=secret, code=pyotp.TOTP(secret).at(NOW), now=NOW
        )


def test_where_a_second_factor_is_required_nobody_works_without_one() -> None:
    add()
    _, actor = enter(totp_required=True)
    assert actor.roles == frozenset()
    secret, link = service.new_enrolment(actor=actor, issuer="驿站")
    assert secret in link
    _, actor = service.enrol_second_factor(
        actor=actor, secret=secret, code=pyotp.TOTP(secret).at(NOW), now=NOW, totp_required=True
    )
    assert actor.roles == {Role.DISPATCHER}


def test_a_lost_second_factor_is_reset_by_a_colleague() -> None:
    add()
    enrol()
    service.reset_second_factor(actor=ADMIN, username="chen.lan", now=NOW)
    assert enter()


def test_nobody_acts_on_their_own_account() -> None:
    add("admin", Role.COMMUNITY_ADMIN)
    for act in (service.leave, service.reset_password, service.reset_second_factor):
        with pytest.raises(domain.NotOneself):
            act(actor=ADMIN, username="admin", now=NOW)


def test_a_colleague_outside_the_scope_does_not_exist() -> None:
    add("far.away", scope="320105902902")
    with pytest.raises(domain.NoSuchStaff):
        service.reset_password(actor=ADMIN, username="far.away", now=NOW)
    with pytest.raises(domain.NoSuchStaff):
        service.get_staff(actor=ADMIN, username="far.away")


def test_an_administrator_gives_only_what_lies_in_their_scope() -> None:
    for scope, desks in (("320105", ()), (LUSHAN, ("320105#MUN",)), (LUSHAN, ("x",))):
        draft = domain.NewStaff(
            username="li.wei", name="李伟", roles=frozenset({Role.HANDLER}), scope=scope, desks=desks
        )
        with pytest.raises(domain.OutsideScope):
            service.add_staff(actor=ADMIN, draft=draft, now=NOW)


def test_only_administrators_add_and_act() -> None:
    add()
    clerk = Actor(id="staff:clerk", roles=frozenset({Role.DISPATCHER}), scope=LUSHAN)
    draft = domain.NewStaff(username="li.wei", name="李伟", roles=frozenset({Role.HANDLER}), scope=LUSHAN)
    with pytest.raises(errors.Refused):
        service.add_staff(actor=clerk, draft=draft, now=NOW)
    with pytest.raises(errors.Refused):
        service.leave(actor=clerk, username="chen.lan", now=NOW)


def test_a_username_is_taken_once() -> None:
    add()
    with pytest.raises(domain.UsernameTaken):
        add()


def test_two_administrators_with_one_page_open_do_not_overwrite_each_other() -> None:
    add()
    service.reset_second_factor(actor=ADMIN, username="chen.lan", version=1, now=NOW)
    with pytest.raises(domain.StaffChanged):
        service.leave(actor=ADMIN, username="chen.lan", version=1, now=NOW)


def test_who_left_may_come_back_with_a_temporary_password_and_the_history_says_so() -> None:
    add()
    service.leave(actor=ADMIN, username="chen.lan", now=NOW)
    temporary = service.return_staff(actor=ADMIN, username="chen.lan", now=NOW)
    assert enter(password=temporary)[1].roles == frozenset()
    staff = service.get_staff(actor=ADMIN, username="chen.lan")
    assert [words for words, _, _ in domain.history_words(entries=staff.history)] == [
        "恢复账号",
        "办理离岗",
        "建立账号",
    ]


def test_the_list_shows_the_scope_and_what_lies_below_page_by_page() -> None:
    for number in range(3):
        add(f"grid{number}", Role.GRID_WORKER, scope=f"{LUSHAN}00{number}")
    add("far.away", scope="320105902902")
    first = service.list_staff(actor=ADMIN, limit=2)
    rest = service.list_staff(actor=ADMIN, limit=2, cursor=first.cursor)
    assert [staff.username for staff in [*first.items, *rest.items]] == ["grid0", "grid1", "grid2"]
    assert rest.cursor is None


def test_a_changed_scope_moves_the_person_in_the_list() -> None:
    add()
    service.change_roles(
        actor=workflow.SYSTEM,
        username="chen.lan",
        version=1,
        roles=frozenset({Role.DISPATCHER}),
        scope="320105902902",
        desks=(),
        now=NOW,
    )
    assert service.list_staff(actor=ADMIN).items == []


def test_a_session_of_anyone_lasts_as_long_as_it_was_given() -> None:
    volunteer = Actor(id="V1", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=LUSHAN)
    token = service.start_session(actor=volunteer, now=NOW, lifetime=timedelta(days=30))
    assert service.load_session(token=token, now=NOW + timedelta(days=29)) == volunteer
    assert service.load_session(token=token, now=NOW + timedelta(days=30)) is None
    assert service.end_sessions_of(person="V1") == 1
    assert service.load_session(token=token, now=NOW) is None


def test_a_made_up_token_opens_nothing() -> None:
    for token in ("", "x", "a" * 5000, "令牌"):
        assert service.load_session(token=token, now=NOW) is None


def test_a_one_time_code_opens_once() -> None:
    code = service.issue_code(phone_hash="h1", now=NOW)
    assert len(code) == 6
    service.check_code(phone_hash="h1", code=code, now=NOW)
    with pytest.raises(domain.CodeRefused):
        service.check_code(phone_hash="h1", code=code, now=NOW)


def test_a_one_time_code_ends_after_five_minutes_and_when_a_newer_one_is_sent() -> None:
    old = service.issue_code(phone_hash="h1", now=NOW)
    with pytest.raises(domain.CodeRefused):
        service.check_code(phone_hash="h1", code=old, now=NOW + timedelta(minutes=5))
    new = service.issue_code(phone_hash="h1", now=NOW)
    if new != old:
        with pytest.raises(domain.CodeRefused):
            service.check_code(phone_hash="h1", code=old, now=NOW)
    service.check_code(phone_hash="h1", code=new, now=NOW)


def test_the_sixth_try_is_refused_even_with_the_right_code() -> None:
    code = service.issue_code(phone_hash="h1", now=NOW)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(domain.CodeRefused):
            service.check_code(phone_hash="h1", code=wrong, now=NOW)
    with pytest.raises(domain.CodeRefused):
        service.check_code(phone_hash="h1", code=code, now=NOW)


def test_many_requests_at_once_get_five_tries_and_one_entry() -> None:
    code = service.issue_code(phone_hash="h1", now=NOW)
    compared, entered = [], []
    real = repository.try_code

    def count(*args: str, tries: int, now: datetime) -> str | None:
        stored = real(*args, tries=tries, now=now)
        if stored:
            compared.append(stored)
        return stored

    def go() -> None:
        try:
            service.check_code(phone_hash="h1", code=code, now=NOW)
            entered.append(1)
        except domain.CodeRefused:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repository, "try_code", count)
        threads = [threading.Thread(target=go) for _ in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(entered) == 1
    assert len(compared) <= 5


def test_passwords_and_names_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    add()
    with caplog.at_level(logging.DEBUG):
        enter()
        with pytest.raises(domain.SignInRefused):
            enter(username="my secret typed here", password="wrong password")
    text = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("portal"))
    assert "sign-in accepted" in text
    assert "sign-in refused" in text
    for planted in (PASSWORD, "wrong password", "my secret typed here", "chen.lan"):
        assert planted not in text
