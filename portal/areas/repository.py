"""Questions about places and departments, and writes of them, in domain terms."""

from portal import db
from portal.areas import domain
from portal.areas.models import AREA, DEPARTMENT, AreaItem, DepartmentItem, area_key, held_by
from portal.errors import N_, Conflict, NotFound


class CodeTaken(Conflict):
    """A place or department of this code is there already."""

    says = N_("这个代码已经有了，请换一个。")


def get_lineage(*, code: str) -> list[domain.Area]:
    """Return the places from the district down to this one, in one read. Raises NotFound when this one is missing."""
    codes = domain.lineage_of(code)
    with db.errors():
        found = {item.code: item.to_domain() for item in AreaItem.batch_get([area_key(each) for each in codes])}
    if code not in found:
        raise NotFound
    return [found[each] for each in codes if each in found]


def list_areas(*, parent: str) -> list[domain.Area]:
    """Return the places one step below a place (the districts when it is empty), by code."""
    with db.errors():
        return [item.to_domain() for item in AreaItem.query(held_by(parent), AreaItem.sk.startswith(AREA))]


def list_departments(*, area: str) -> list[domain.Department]:
    """Return the departments of a place, by code."""
    under = DepartmentItem.sk.startswith(DEPARTMENT)
    with db.errors():
        return [item.to_domain() for item in DepartmentItem.query(held_by(area), under)]


def add_area(*, area: domain.Area) -> None:
    """Store a new place. Raises CodeTaken."""
    _create(AreaItem.of(area))


def add_department(*, department: domain.Department) -> None:
    """Store a new department. Raises CodeTaken."""
    _create(DepartmentItem.of(department))


def save_days(*, area: domain.Area) -> None:
    """Store a place's own days. Raises Conflict when the place is gone."""
    item = AreaItem.of(area)
    db.update(item, [AreaItem.days.set(item.days or {})], AreaItem.pk.exists())


def _create(item: AreaItem | DepartmentItem) -> None:
    try:
        db.create(item)
    except db.ConditionFailed:
        raise CodeTaken from None
