"""The forms of reports: each ends in plain values for one use case, or in a sentence by field."""

import math
import re
from dataclasses import replace
from typing import Any

from wtforms import ValidationError

from portal import fields
from portal.errors import N_
from portal.reports import domain, rules

MOST_WORDS = 500
MOST_PLACE = 100
_KEY = re.compile(r"[A-Za-z0-9-]{16,64}")


def _tiles() -> list[tuple[str, str]]:
    return [(tile.code, tile.name) for tile in rules.current().tiles]


def _cases() -> list[tuple[str, str]]:
    return [(case.code, case.name) for case in rules.current().subcategories.values()]


class Coordinate(fields.Text):
    """A number between two bounds, or nothing."""

    def __init__(self, label: str = "", *, least: float, highest: float, **kwargs: Any) -> None:
        super().__init__(label, most=24, required=False, **kwargs)
        self.lowest, self.highest = least, highest

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            number = float(self.data or self.lowest)
        except ValueError:
            number = math.nan
        if not self.lowest <= number <= self.highest:
            raise ValidationError(N_("位置没有记好，请直接写地点"))


class SubmissionKey(fields.Text):
    """The form's own key, by which a repeated form is known."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, most=64, missing=N_("请再点一次提交"), **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not _KEY.fullmatch(self.data or ""):
            raise ValidationError(N_("请再点一次提交"))


class ReportForm(fields.Form):
    """The public form. Only the type and what happened are required."""

    category = fields.Choice(missing=N_("请选一类问题，拿不准就选“说不准”"))
    description = fields.Text(
        most=MOST_WORDS, least=4, missing=N_("请写下发生了什么"), short=N_("请再多写几个字，至少 4 个字")
    )
    place = fields.Text(most=MOST_PLACE, required=False)
    lat = Coordinate(least=-90, highest=90)
    lng = Coordinate(least=-180, highest=180)
    accuracy = Coordinate(least=0, highest=100_000)
    phone = fields.Phone(required=False)
    consent = fields.Text(most=20, required=False)
    submission_key = SubmissionKey()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = _tiles()

    def draft(self, where: domain.Draft) -> domain.Draft:
        """Return what was typed, over what the placard says of the place."""
        spot = [self.lat.data, self.lng.data, self.accuracy.data or "0"]
        return replace(
            where,
            submission_key=self.submission_key.data,
            category=self.category.data,
            description=self.description.data,
            place=self.place.data or where.place,
            location=",".join(spot) if all(spot) else "",
            phone=self.phone.data,
        )


class CallForm(ReportForm):
    """What staff write down of a call or a visit."""

    channel = fields.Choice(
        choices=[(each.value, domain.CHANNELS[each]) for each in (domain.Channel.PHONE, domain.Channel.WINDOW)]
    )
    area = fields.Choice(missing=N_("请选所在网格"))

    def draft(self, where: domain.Draft) -> domain.Draft:
        return replace(super().draft(where), channel=domain.Channel(self.channel.data), area=self.area.data)


class LookupForm(fields.Form):
    reference = fields.Text(most=40, missing=N_("请填写查询码，例如 NX7K-42QM"))
    tail = fields.Text(most=4, required=False)

    def validate_tail(self, field: Any) -> None:
        """Refuse what is not four digits."""
        if field.data and not re.fullmatch(r"\d{4}", field.data, re.ASCII):
            raise ValidationError(N_("请填手机号的最后 4 位数字，不填也可以"))


class RatingForm(fields.Form):
    rating = fields.Whole(least=1, most=5, missing=N_("请点一个评价"))


class ReopenForm(fields.Form):
    reason = fields.Text(most=200, required=False)


class MoveForm(fields.Form):
    """A move without words; `version` is the one the person saw."""

    version = fields.Whole(least=1, most=99_999)

    def values(self) -> dict[str, Any]:
        """Return what the use case needs, by its own names."""
        return {name: field.data for name, field in self._fields.items() if name != "version"}


def _words(least: int, missing: str, most: int = 300) -> fields.Text:
    return fields.Text(most=most, least=least, missing=missing, short=N_("请写得再具体一点"))


class FileForm(MoveForm):
    subcategory = fields.Choice(missing=N_("请选择具体类型"))
    urgency = fields.Choice(missing=N_("请选择紧急程度"))
    place = fields.Text(most=MOST_PLACE, missing=N_("请确认地点"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subcategory.choices = _cases()
        self.urgency.choices = list(rules.current().urgencies)


class RejectForm(MoveForm):
    reason_code = fields.Choice(missing=N_("请选择不予受理的原因"))
    note = _words(4, N_("请写几句话，告诉上报人为什么"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason_code.choices = list(rules.current().reject_reasons.items())


class DispatchForm(MoveForm):
    department = fields.Choice(missing=N_("请选择承办单位"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department.choices = list(rules.current().departments.items())


class StartForm(MoveForm):
    note = fields.Text(most=300, required=False)


class HandleForm(MoveForm):
    result = _words(10, N_("请写明怎么处理的，至少 10 个字"), MOST_WORDS)


class CloseForm(MoveForm):
    note = _words(4, N_("请写明是怎么核查的，上报人会看到"))


class ReworkForm(MoveForm):
    reason = _words(4, N_("请写明哪里没做好"))


class RevealForm(MoveForm):
    reason = _words(4, N_("请写明为什么要看手机号"), 100)


MOVES: dict[str, type[MoveForm]] = {
    "file": FileForm,
    "reject": RejectForm,
    "dispatch": DispatchForm,
    "sign": MoveForm,
    "start": StartForm,
    "handle": HandleForm,
    "verify": MoveForm,
    "close": CloseForm,
    "rework": ReworkForm,
    "reveal": RevealForm,
}
"""The form of each staff move."""
