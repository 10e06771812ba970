"""What staff write down of a service, and what they decide about a record."""

from datetime import date, time
from typing import Any, cast

from wtforms import ValidationError

from portal.activities import domain
from portal.errors import N_
from portal.fields import Choice, Day, Form, Text, Whole

ATTENDED = (("1", N_("到场了")), ("0", N_("没有到场")))
STARS = tuple((str(stars), "★" * stars) for stars in range(5, 0, -1))


class Clock(Text):
    """A time of day written `09:30`; `at` is the time, or None when left empty."""

    at: time | None = None

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, most=8, missing=N_("请填写开始时间"), **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            found = time.fromisoformat(self.data)
        except ValueError:
            raise ValidationError(N_("请按“时:分”填写时间，例如 09:30")) from None
        if found.tzinfo or found.second or found.microsecond:
            raise ValidationError(N_("请按“时:分”填写时间，例如 09:30"))
        self.at = found


class RecordForm(Form):
    volunteer = Choice(missing=N_("请选择志愿者"))
    activity = Text(least=2, most=40, missing=N_("请写做了什么"))
    served_on = Day()
    starts = Clock()
    minutes = Whole(least=1, most=1440, missing=N_("请填写服务了多少分钟"))
    attended = Choice(choices=ATTENDED, missing=N_("请选是否到场"))
    training_minutes = Whole(least=0, most=480, required=False)
    stars = Choice(choices=STARS, required=False)

    def draft(self, *, community: str) -> domain.Draft:
        """Return the draft of a valid form."""
        return domain.Draft(
            community=community,
            volunteer=self.volunteer.data,
            activity=self.activity.data,
            served_on=cast("date", self.served_on.day),  # a valid form has one
            starts=cast("time", self.starts.at),
            minutes=self.minutes.number or 0,
            attended=self.attended.data == "1",
            training_minutes=self.training_minutes.number or 0,
            stars=int(self.stars.data) if self.stars.data else None,
        )


class DecisionForm(Form):
    version = Whole(least=1, most=10**6)
    reason = Text(most=200, required=False)
