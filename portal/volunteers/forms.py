"""What people and staff fill in about volunteers; each form ends in a draft or in sentences by field."""

import re
import unicodedata
from datetime import date
from typing import Any, cast

from wtforms import ValidationError

from portal.errors import N_
from portal.fields import Choice, Day, Form, Phone, Text, Tick, Whole
from portal.volunteers import domain

_NAME = re.compile(r"[^\W\d_]+(?:[ ·.'’-][^\W\d_]+)*")  # letters of any script, joined as names are
KINDS = tuple((kind.value, domain.KIND_LABELS[kind]) for kind in domain.Kind)


class Name(Text):
    """A person's name."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, least=2, most=30, missing=N_("请填写姓名"), short=N_("请填写完整的姓名"), **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not _NAME.fullmatch(self.data):
            raise ValidationError(N_("姓名里只能有文字，请检查一下"))


class Birthday(Day):
    """A day as people write it: `19600501`, `1960-5-1`, `1960.5.1`, `1960年5月1日`."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        text = unicodedata.normalize("NFKC", self.data)
        found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})|(\d{4})\D(\d{1,2})\D(\d{1,2})日?", text, re.ASCII)
        if found:
            self.data = "-".join(part.zfill(2) for part in found.groups() if part)

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            sentence = N_("请填 8 位数字，年月日连着写，例如 19600501")
            raise ValidationError(sentence if self.data else N_("请填写出生日期")) from None


class JoinForm(Form):
    name = Name()
    phone = Phone()
    kind = Choice(choices=KINDS, missing=N_("请选一项最接近的"))
    area = Choice(missing=N_("请选您住的网格，不清楚就选离家最近的"))
    birth_on = Birthday()
    guardian_name = Name(required=False)
    guardian_phone = Phone(required=False)
    publish_name = Tick()
    consent = Tick(must=N_("请看一下说明，同意后在这里打勾"))

    def draft(self, *, community: str, consent_version: str) -> domain.Application:
        """Return the application of a valid form."""
        guardian = domain.Guardian(name=self.guardian_name.data, phone=self.guardian_phone.data)
        return domain.Application(
            community=community,
            area=self.area.data,
            name=self.name.data,
            phone=self.phone.data,
            kind=domain.Kind(self.kind.data),
            birth_on=cast("date", self.birth_on.day),  # a valid form has one
            consent_version=consent_version,
            guardian=guardian if guardian.name or guardian.phone else None,
            publish_name=self.publish_name.data,
        )


class PhoneForm(Form):
    phone = Phone()


class Code(Text):
    """Six digits, as they came in the message."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, most=20, missing=N_("请填写短信里的 6 位验证码"), **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.data = re.sub(r"\s", "", self.data)
        if not re.fullmatch(r"[0-9]{6}", self.data):
            raise ValidationError(N_("验证码是 6 位数字，请检查一下"))


class CodeForm(Form):
    phone = Phone()
    code = Code()


class ChoiceForm(Form):
    version = Whole(least=1, most=10**6)
    publish_name = Tick()


class MoveForm(Form):
    version = Whole(least=1, most=10**6)
    reason = Text(most=200, required=False)


class LeaveForm(MoveForm):
    sure = Tick(must=N_("想好了要退出，请先在这里打勾"))


class RevealForm(Form):
    why = Text(least=4, most=200, missing=N_("请写明为什么要看手机号"))
