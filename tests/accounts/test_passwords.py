"""Password hashes and time-based codes."""

import hashlib
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from portal.accounts import passwords

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_a_password_is_recognised_and_another_is_not() -> None:
    stored = passwords.hash_password("correct horse")
    assert passwords.verify_password("correct horse", stored)
    assert not passwords.verify_password("correct horse ", stored)
    assert not passwords.verify_password("", stored)


def test_the_parameters_travel_with_the_hash_so_old_ones_stay_good() -> None:
    old = passwords._stored("correct horse", (16, 1, 1), b"salt-of-that-day")
    assert old.startswith("scrypt$16$1$1$")
    assert passwords.verify_password("correct horse", old)


def test_one_password_gives_two_hashes_and_never_shows() -> None:
    one, two = passwords.hash_password("correct horse"), passwords.hash_password("correct horse")
    assert one != two
    assert "correct" not in one


def test_full_width_typing_is_the_same_password() -> None:
    assert passwords.verify_password("ａｂｃ 12345", passwords.hash_password("abc 12345"))


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = passwords.hash_password("correct horse")
    real, work = hashlib.scrypt, []

    def counted(text: bytes, *, salt: bytes, n: int, r: int, p: int, maxmem: int) -> bytes:
        work.append((n, r, p))
        return real(text, salt=salt, n=n, r=r, p=p, maxmem=maxmem)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    assert not passwords.verify_password("wrong", None)
    assert not passwords.verify_password("wrong", stored)
    assert work == [passwords.COST, passwords.COST]


def test_a_code_of_this_or_a_neighbouring_step_is_known_by_its_step() -> None:
    secret = passwords.new_secret()
    totp = pyotp.TOTP(secret)
    present = int(NOW.timestamp()) // 30
    for shift in (-1, 0, 1):
        at = NOW + timedelta(seconds=30 * shift)
        assert passwords.matched_step(secret, totp.at(at), NOW) == present + shift
    assert passwords.matched_step(secret, totp.at(NOW + timedelta(seconds=90)), NOW) is None


def test_strange_codes_match_nothing() -> None:
    secret = passwords.new_secret()
    for code in ("", "12345", "１２３４５６", "abcdef", "9" * 10_000):
        assert passwords.matched_step(secret, code, NOW) is None


def test_the_link_names_the_person_and_the_place() -> None:
    link = passwords.enrolment_link("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", username="chen.lan", issuer="驿站")
    assert link.startswith("otpauth://totp/")
    assert "chen.lan" in link
