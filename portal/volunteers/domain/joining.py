"""Who may join: the rules of age and place, and the versions of their numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.errors import N_, Invalid
from portal.volunteers.domain.people import Application, Volunteer


class TooYoung(Invalid):
    """Children under the rule's age are not accepted."""

    says = N_("谢谢这位小朋友！满 %(age)d 周岁才能报名，到时候欢迎再来。")


class GuardianNeeded(Invalid):
    """A minor needs a guardian who agrees, with a name and a phone."""

    says = N_("未满 %(age)d 周岁报名，需要家长（监护人）同意，请填写家长的姓名和手机号。")


class BadBirthday(Invalid):
    """The birth date lies in the future, or longer ago than anyone lives."""

    says = N_("请检查出生日期。")


class WrongPlace(Invalid):
    """The grid lies in another community."""

    says = N_("请选择本社区的网格。")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of the numbers (`rules.toml`): ages in years, windows in minutes."""

    version: str
    effective_from: date
    area: str
    source: str
    youngest: int
    accompanied_below: int
    guardian_below: int
    oldest: int
    consent_version: str
    codes_per_phone: int
    codes_per_address: int
    tries_per_address: int
    codes_window_minutes: int
    joins_per_address: int
    joins_window_minutes: int


def rules_for(*, versions: Iterable[Rules], area: str, on: date) -> Rules:
    """Return the version in force for an area on a day: the nearest area's, of those its latest."""
    found = [each for each in versions if area.startswith(each.area) and each.effective_from <= on]
    return max(found, key=lambda each: (len(each.area), each.effective_from))


def age_on(*, birth_on: date, day: date) -> int:
    """Return the age in full years; who is born on 29 February turns a year older on 1 March of common years."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def check_age(*, application: Application, today: date, rules: Rules) -> None:
    """Refuse who is too young, and a minor without a guardian (domain rules c3, F36).

    Raises BadBirthday, TooYoung, GuardianNeeded.
    """
    age = age_on(birth_on=application.birth_on, day=today)
    if not 0 <= age <= rules.oldest:
        raise BadBirthday(fields={"birth_on": BadBirthday.says})
    if age < rules.youngest:
        sentence = TooYoung.says % {"age": rules.youngest}
        raise TooYoung(fields={"birth_on": sentence}, age=rules.youngest)
    guardian = application.guardian
    if age < rules.guardian_below and not (guardian and guardian.name and guardian.phone):
        sentence = GuardianNeeded.says % {"age": rules.guardian_below}
        raise GuardianNeeded(fields={"guardian_name": sentence}, age=rules.guardian_below)


def check_place(*, application: Application) -> None:
    """Raise WrongPlace when the grid is not one of the community's."""
    if not application.area.startswith(application.community):
        raise WrongPlace(fields={"area": WrongPlace.says})


def is_accompanied(*, volunteer: Volunteer, today: date, rules: Rules) -> bool:
    """Tell whether a guardian must be there in person when this volunteer serves."""
    return age_on(birth_on=volunteer.birth_on, day=today) < rules.accompanied_below
