"""Whatever is typed, the form ends in a draft that can be checked, or in sentences; it never breaks."""

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal import fields
from portal.activities import domain, forms, rules
from portal.errors import Invalid, Refused
from tests.activities.builders import COMMUNITY, NOW

RULES = domain.rules_for(versions=rules.versions(), area="", on=NOW.date())
USUAL = {
    "volunteer": "VAAA",
    "activity": "楼道清洁",
    "served_on": "2026-11-20",
    "starts": "09:00",
    "minutes": "120",
    "attended": "1",
    "training_minutes": "",
    "stars": "",
}
TYPED = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["2026-11-19", "0001-01-01", "9999-12-31", "00:00", "23:59", "24:00", "09:30:30", "0", "1", "5", "240", "1440"]
    ),
)


@given(st.dictionaries(st.sampled_from(sorted(USUAL)), st.lists(TYPED, max_size=2)))
def test_any_service_ends_in_a_draft_or_in_sentences(typed: dict[str, list[str]]) -> None:
    form = forms.RecordForm(MultiDict({**USUAL, **typed}))
    form.volunteer.choices = [("VAAA", "陈小兰")]
    if not form.validate():
        assert all(fields.faults(form).values())
        assert fields.faults(form)
        return
    draft = form.draft(community=COMMUNITY)
    try:
        domain.check_draft(draft=draft, now=NOW, rules=RULES)
    except (Invalid, Refused):
        return
    assert draft.served_on <= NOW.date()
    assert 1 <= draft.minutes <= RULES.longest_minutes
