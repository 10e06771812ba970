"""What staff fill in at the door and about their colleagues."""

import re
from typing import Any

from wtforms import ValidationError
from wtforms.fields import Field

from portal.accounts import domain
from portal.errors import N_
from portal.fields import Form, Text, Whole
from portal.workflow import STAFF_ROLES, Role

_SECRET = re.compile(r"[A-Z2-7]{32}")


class Password(Text):
    """A password, taken as it was typed: spaces and every script count."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, most=domain.PASSWORD_MOST, missing=N_("请填写密码"), **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[0]) if valuelist else ""


class Code(Text):
    """The six digits of an authenticator app; spaces between them are forgiven."""

    def __init__(self, label: str = "", *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, most=20, required=required, missing=N_("请填写 6 位验证码"), **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = re.sub(r"\s", "", self.data or "")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not re.fullmatch(r"[0-9]{6}", self.data):
            raise ValidationError(N_("验证码是 6 位数字"))


class Roles(Field):
    """Some of the staff roles; `data` is a frozenset."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = frozenset(Role(value) for value in valuelist if value in STAFF_ROLES)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes the form
        sent = self.raw_data or []
        if not sent:
            raise ValidationError(N_("请至少选一个岗位"))
        if len(self.data) != len(sent):
            raise ValidationError(N_("请从列出的岗位里选"))


class Desks(Text):
    """Desk keys with spaces, commas or new lines between them; `keys` is a tuple."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, most=1000, required=False, **kwargs)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(re.split(r"[\s,，、;；]+", self.data.strip()))) if self.data else ()


class SignInForm(Form):
    username = Text(most=64, missing=N_("请填写用户名"))
    password = Password()
    code = Code(required=False)


class PasswordForm(Form):
    password = Password()
    new_password = Password()


class SecondFactorForm(Form):
    secret = Text(most=32, missing=N_("请刷新页面，重新扫码"))
    code = Code()

    def validate_secret(self, field: Any) -> None:
        """Refuse what is no secret of ours."""
        if not _SECRET.fullmatch(field.data):
            raise ValidationError(N_("请刷新页面，重新扫码"))


class IdentityForm(Form):
    name = Text(most=30, missing=N_("请填写姓名"))
    username = Text(most=32, missing=N_("请填写用户名"))


class StaffForm(Form):
    """Where a colleague works and as what."""

    roles = Roles()
    scope = Text(most=17, missing=N_("请填写负责区域的编码"))
    desks = Desks()


class NewStaffForm(IdentityForm, StaffForm):
    def draft(self) -> domain.NewStaff:
        """Return whom to add."""
        return domain.NewStaff(
            username=domain.plain_username(self.username.data),
            name=self.name.data,
            roles=self.roles.data,
            scope=self.scope.data,
            desks=self.desks.keys,
        )


class ChangeForm(StaffForm):
    version = Whole(least=1, most=10**8)


class ActForm(Form):
    version = Whole(least=1, most=10**8)
