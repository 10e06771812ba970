"""What staff send about a round: which state they saw, whom they chose, and why."""

from typing import Any

from wtforms import Field, ValidationError

from portal.awards import domain
from portal.errors import N_
from portal.fields import Form, Text, Whole

_MOST = 20
_ID_LENGTH = 40


class Several(Field):
    """Several of the people on the page; whether they are on the list is the domain's to say."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the values."""
        self.data = [str(value) for value in valuelist]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes the form
        """Refuse what the page cannot have sent."""
        if len(self.data or []) > _MOST or any(len(value) > _ID_LENGTH for value in self.data or []):
            raise ValidationError(N_("有人不在候选名单里，请重新选择。"))


class MoveForm(Form):
    version = Whole(least=0, most=10**6)


class ReasonForm(MoveForm):
    reason = Text(most=domain.REASON_LENGTH, missing=N_("请写明原因。"))


class ProposalForm(MoveForm):
    winners = Several()
    reason = Text(most=domain.REASON_LENGTH, required=False)
