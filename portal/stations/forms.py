"""What staff fill in about a station and its placards; each form ends in a draft or in sentences by field."""

import re
from typing import Any

from wtforms import Field, ValidationError

from portal.errors import N_
from portal.fields import Choice, Form, Text, Tick, Whole
from portal.stations import domain

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_PHONE = re.compile(r"[0-9]{3,4}[- ]?[0-9]{3,8}(?:-[0-9]{1,6})?")


class Printed(Text):
    """A text that will stand on a placard."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not domain.can_be_printed(self.data):
            raise ValidationError(N_("这里会印在站牌上，请只用文字、数字和常用标点"))


class Clock(Text):
    """A time of day such as `08:30`, or nothing."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, most=5, required=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not _TIME.fullmatch(self.data):
            raise ValidationError(N_("请按“时:分”填写，例如 08:30"))


class Phone(Text):
    """A landline, mobile or service number, or nothing."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not _PHONE.fullmatch(self.data):
            raise ValidationError(N_("请填写能拨通的电话号码，例如 025-86000000"))


class Several(Field):
    """Any number of known values; data is a list of them."""

    def __init__(self, label: str = "", *, choices: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.choices = choices

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [str(each) for each in valuelist]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes the form
        chosen = self.data or []
        if len(set(chosen)) < len(chosen) or not {*chosen} <= {value for value, _ in self.choices}:
            raise ValidationError(N_("请从列出的选项里选"))


class StationForm(Form):
    name = Printed(most=20, least=2, missing=N_("请填写驿站名称"))
    area = Choice(missing=N_("请选择驿站所在的网格"))
    place = Printed(most=40, least=2, missing=N_("请填写驿站地址"))
    phone = Phone(most=20, required=False)
    always_open = Tick()
    opens = Clock()
    closes = Clock()
    status = Choice(choices=tuple(domain.STATUS_WORDS.items()))
    facilities = Several(choices=tuple(domain.FACILITY_WORDS.items()))
    groups = Several(choices=tuple(domain.GROUP_WORDS.items()))

    def validate_closes(self, field: Any) -> None:
        """Ask for both times, in order, unless it is always open."""
        if self.always_open.data:
            return
        if not self.opens.data or not field.data:
            raise ValidationError(N_("请填写开门和关门时间，或者勾选“24小时开放”"))
        if self.opens.data >= field.data:
            raise ValidationError(N_("关门时间要晚于开门时间；通宵开放请勾选“24小时开放”"))

    def draft(self) -> domain.StationDraft:
        """Return the facts of a valid form."""
        timed = not self.always_open.data
        return domain.StationDraft(
            name=self.name.data,
            area=self.area.data,
            place=self.place.data,
            phone=self.phone.data or "",
            opens=self.opens.data if timed else "",
            closes=self.closes.data if timed else "",
            status=domain.StationStatus(self.status.data),
            facilities=frozenset(domain.Facility(each) for each in self.facilities.data or ()),
            groups=frozenset(domain.Group(each) for each in self.groups.data or ()),
        )


class StationChangeForm(StationForm):
    version = Whole(least=1, most=10**6)


class SeriesForm(Form):
    series = Choice(choices=tuple(domain.SERIES_WORDS.items()))


def filled(station: domain.Station) -> dict[str, Any]:
    """Return a station's facts as a form shows them."""
    facts = station.facts
    return {
        "name": facts.name,
        "area": facts.area,
        "place": facts.place,
        "phone": facts.phone,
        "always_open": not facts.opens,
        "opens": facts.opens,
        "closes": facts.closes,
        "status": facts.status.value,
        "facilities": [each.value for each in facts.facilities],
        "groups": [each.value for each in facts.groups],
        "version": str(station.version),
    }
