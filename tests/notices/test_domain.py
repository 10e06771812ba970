"""Templates and their parameters."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.notices import domain

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("template", sorted(domain.TEMPLATES))
def test_every_template_is_whole_with_its_parameters(template: str) -> None:
    params = dict.fromkeys(domain.TEMPLATES[template].params, "某某")
    message = domain.Message(key="k", template=template, params=params, phone="13800000000", sent_at=NOW)
    assert "%" not in message.preview
    assert "13800000000" not in message.preview


@pytest.mark.parametrize(
    ("template", "params"),
    [
        ("anything", {"text": "买二送一"}),
        ("sign_in_code", {}),
        ("sign_in_code", {"code": "123456", "text": "free words"}),
        ("report_closed", {"code": "123456"}),
    ],
)
def test_free_text_and_wrong_parameters_are_refused(template: str, params: dict[str, str]) -> None:
    with pytest.raises(domain.BadNotice):
        domain.check_params(template=template, params=params)


@given(st.text(max_size=500))
def test_a_parameter_is_one_short_line(value: str) -> None:
    fitted = domain.check_params(template="report_closed", params={"reference": value})["reference"]
    assert len(fitted) <= domain.LONGEST_PARAMETER
    assert len(fitted.splitlines()) <= 1


def test_pauses_between_tries_double() -> None:
    pauses = [domain.next_try_at(tries=tries, now=NOW) - NOW for tries in (1, 2, 3)]
    assert pauses == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]


def test_only_codes_are_secret() -> None:
    assert [name for name in domain.TEMPLATES if domain.is_secret(name)] == ["sign_in_code"]
