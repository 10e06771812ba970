"""Whatever is typed, a form ends in a draft or in sentences; it never breaks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal import fields
from portal.volunteers import domain, forms
from tests.volunteers.builders import COMMUNITY, GRID
from tests.volunteers.builders import fields as usual

TYPED = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["13800001234", "+86 138-0000-1234", "2012-02-30", "1960-05-01", GRID, "retired", "1", "0", "\x00", "１"]
    ),
)
NAMES = ("name", "phone", "kind", "area", "birth_on", "guardian_name", "guardian_phone", "publish_name", "consent")


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TYPED, max_size=2)))
def test_any_sign_up_ends_in_an_application_or_in_sentences(typed: dict[str, list[str]]) -> None:
    form = forms.JoinForm(MultiDict({**usual(), **typed}))
    form.area.choices = [(GRID, "第一网格")]
    if not form.validate():
        found = fields.faults(form)
        assert found
        assert all(found.values())
        return
    application = form.draft(community=COMMUNITY, consent_version="2026-11")
    assert fields.MOBILE.fullmatch(application.phone)
    assert 2 <= len(application.name) <= 30
    assert application.area == GRID
    assert application.kind in set(domain.Kind)


@given(st.lists(TYPED, max_size=2), st.lists(TYPED, max_size=2))
def test_any_code_is_six_digits_or_asked_again(phone: list[str], code: list[str]) -> None:
    form = forms.CodeForm(MultiDict({"phone": phone, "code": code}))
    if form.validate():
        assert form.code.data.isascii()
        assert form.code.data.isdigit()
        assert len(form.code.data) == 6
    else:
        assert fields.faults(form)


@pytest.mark.parametrize(
    "typed", ["19600501", "1960-05-01", "1960-5-1", "1960.5.1", "1960/05/01", "1960年5月1日", "１９６００５０１"]
)
def test_a_birthday_is_read_as_people_write_it(typed: str) -> None:
    form = forms.JoinForm(MultiDict({**usual(), "birth_on": typed}))
    form.area.choices = [(GRID, "第一网格")]
    assert form.validate()
    assert form.birth_on.day == date(1960, 5, 1)


@pytest.mark.parametrize("typed", ["1960", "600501", "19601301", "19600230", "今年", "1960-05-01-02", "٢٠٢٠٠١٠١"])
def test_what_is_no_birthday_is_asked_again_with_an_example(typed: str) -> None:
    form = forms.JoinForm(MultiDict({**usual(), "birth_on": typed}))
    form.area.choices = [(GRID, "第一网格")]
    assert not form.validate()
    assert "19600501" in fields.faults(form)["birth_on"]
