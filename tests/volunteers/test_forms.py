"""Whatever is typed, a form ends in a draft or in sentences; it never breaks."""

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
