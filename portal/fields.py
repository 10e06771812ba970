"""Form fields every feature uses: one value each, trimmed, free of what no person types, plain words for faults."""

import re
import unicodedata
from datetime import date
from typing import Any
from urllib.parse import unquote_to_bytes

from flask_babel import gettext
from wtforms import Field, Form, StringField, ValidationError
from wtforms.widgets import CheckboxInput

from portal.errors import N_

__all__ = ["Choice", "Day", "Form", "Phone", "Text", "Tick", "Whole"]

MOBILE = re.compile(r"1[3-9]\d{9}")
_KEPT_CONTROLS = frozenset("\n\t")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def faults(form: Form) -> dict[str, str]:
    """Return the first sentence at fault by field, in the form's order: what an error summary shows."""
    return {name: str(messages[0]) for name, messages in form.errors.items() if name and messages}


class Text(StringField):
    """A text of `least` to `most` characters, without control and direction characters, line ends unified."""

    def __init__(
        self,
        label: str = "",
        *,
        most: int,
        least: int = 0,
        required: bool = True,
        missing: str = N_("请填写这一项"),
        short: str = N_("请再多写几个字"),
        **kwargs: Any,
    ) -> None:
        """Keep the bounds and the sentences."""
        super().__init__(label, **kwargs)
        self.most, self.least, self.required = most, least, required
        self.missing, self.short = missing, short

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the one value, cleaned."""
        self.data = clean(str(valuelist[0])) if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes the form
        """Refuse repeats, broken text, too little and too much."""
        text = self.data or ""
        if len(self.raw_data or []) > 1:
            raise ValidationError(N_("这一项只能填一个值"))
        if not _readable(text):
            raise ValidationError(N_("有些字没能读出来，请重新输入"))
        if not text and self.required:
            raise ValidationError(self.missing)
        if text and len(text) < self.least:
            raise ValidationError(self.short)
        if len(text) > self.most:
            raise ValidationError(gettext("最多写 %(most)d 个字，请删短一些", most=self.most))


class Phone(Text):
    """A mainland mobile number; spaces, hyphens and +86 are forgiven. Data is 11 digits or empty."""

    def __init__(self, label: str = "", *, required: bool = True, **kwargs: Any) -> None:
        """Keep whether it must be given."""
        super().__init__(label, most=20, required=required, missing=N_("请填写手机号"), **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the digits."""
        super().process_formdata(valuelist)
        digits = re.sub(r"[\s\-()（）]", "", unicodedata.normalize("NFKC", self.data or ""))
        self.data = re.sub(r"^(\+?86)(?=1\d{10}$)", "", digits)

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no mobile number."""
        super().pre_validate(form)
        if self.data and not MOBILE.fullmatch(self.data):
            raise ValidationError(N_("手机号是 11 位数字，以 1 开头，请检查一下"))


class Choice(Text):
    """One of a few known values; `choices` may be set on the bound form."""

    def __init__(self, label: str = "", *, choices: Any = (), missing: str = N_("请选择一项"), **kwargs: Any) -> None:
        """Keep the choices: pairs of value and label, or values."""
        super().__init__(label, most=200, missing=missing, **kwargs)
        self.choices = choices

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that is not offered."""
        super().pre_validate(form)
        known = {each[0] if isinstance(each, tuple) else str(each) for each in self.choices}
        if self.data and self.data not in known:
            raise ValidationError(N_("请从列出的选项里选一项"))


class Whole(Text):
    """A whole number from `least` to `most`; `number` is the int, or None when left empty."""

    number: int | None = None

    def __init__(self, label: str = "", *, least: int, most: int, required: bool = True, **kwargs: Any) -> None:
        """Keep the bounds of the number."""
        super().__init__(label, most=12, required=required, **kwargs)
        self.lowest, self.highest = least, most

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no whole number between the bounds."""
        super().pre_validate(form)
        if not self.data:
            return
        if not re.fullmatch(r"-?\d{1,9}", self.data) or not self.lowest <= int(self.data) <= self.highest:
            raise ValidationError(
                gettext("请填 %(least)d 到 %(most)d 之间的整数", least=self.lowest, most=self.highest)
            )
        self.number = int(self.data)


class Day(Text):
    """A day written `2026-11-22`; `day` is the date, or None when left empty."""

    day: date | None = None

    def __init__(self, label: str = "", *, required: bool = True, **kwargs: Any) -> None:
        """Keep whether it must be given."""
        super().__init__(label, most=10, required=required, missing=N_("请填写日期"), **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no day."""
        super().pre_validate(form)
        if not self.data:
            return
        try:
            self.day = date.fromisoformat(self.data)
        except ValueError:
            raise ValidationError(N_("请按“年-月-日”填写日期，例如 2026-11-22")) from None


class Tick(Field):
    """A box ticked (`1`) or not sent at all; with `must`, it has to be ticked."""

    widget = CheckboxInput()
    false_values = ("", "0", "false", "off")

    def __init__(self, label: str = "", *, must: str = "", **kwargs: Any) -> None:
        """Keep the sentence said when it must be ticked and is not."""
        super().__init__(label, **kwargs)
        self.must = must

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take whether it was ticked."""
        self.data = bool(valuelist) and str(valuelist[0]).lower() not in self.false_values

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes the form
        """Refuse repeats, strange values, and an unticked box that must be ticked."""
        if len(self.raw_data or []) > 1 or any(len(str(value)) > len("false") for value in self.raw_data or []):
            raise ValidationError(N_("这一项只能选或不选"))
        if self.must and not self.data:
            raise ValidationError(self.must)


def _readable(text: str) -> bool:
    """Tell whether all that was sent is text: Werkzeug percent-quotes or replaces the bytes that are not."""
    try:
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return False
    return _REPLACEMENT not in text


def clean(text: str) -> str:
    """Return a text as a person meant it: trimmed, line ends unified, no control or direction characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        each for each in text if each in _KEPT_CONTROLS or unicodedata.category(each) not in _DROPPED
    ).strip()


_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
