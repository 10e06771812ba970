"""Stored places and departments, each under the place that holds it."""

from datetime import date

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from portal import db
from portal.areas import domain


def held_by(code: str) -> str:
    """Return `T#320105902`: what a place holds stands under this; the districts stand under `T#`."""
    return f"T#{code}"


def area_key(code: str) -> tuple[str, str]:
    """Return `T#320105902` / `AREA#320105902901`: a place is found by its code alone."""
    return held_by(domain.parent_of(code)), f"{AREA}{code}"


AREA = "AREA#"
DEPARTMENT = "DEPT#"


class AreaItem(db.KeyedItem):
    """`T#320105902` / `AREA#320105902901`: a place."""

    class Meta(db.Meta):
        table = "areas"

    code = UnicodeAttribute()
    name = UnicodeAttribute()
    households = NumberAttribute(default=0)
    estate_type = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    is_sample = BooleanAttribute(default=False)
    small_community = BooleanAttribute(default=False)
    days = JSONAttribute(null=True)

    @classmethod
    def of(cls, area: domain.Area) -> "AreaItem":
        """Return the item of a place."""
        return cls(
            *area_key(area.code),
            code=area.code,
            name=area.name,
            households=area.households,
            estate_type=area.estate_type.value if area.estate_type else None,
            phone=area.phone or None,
            is_sample=area.is_sample,
            small_community=area.small_community,
            days={day.isoformat(): works for day, works in area.day_overrides.items()} or None,
        )

    def to_domain(self) -> domain.Area:
        """Return the place."""
        return domain.Area(
            code=self.code,
            name=self.name,
            households=int(self.households),
            estate_type=domain.EstateType(self.estate_type) if self.estate_type else None,
            phone=self.phone or "",
            is_sample=self.is_sample,
            small_community=self.small_community,
            day_overrides={date.fromisoformat(day): works for day, works in (self.days or {}).items()},
        )


class DepartmentItem(db.KeyedItem):
    """`T#320105` / `DEPT#MUN`: a department of a place."""

    class Meta(db.Meta):
        table = "areas"

    area = UnicodeAttribute()
    code = UnicodeAttribute()
    name = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    is_sample = BooleanAttribute(default=False)

    @classmethod
    def of(cls, department: domain.Department) -> "DepartmentItem":
        """Return the item of a department."""
        return cls(
            held_by(department.area),
            f"{DEPARTMENT}{department.code}",
            area=department.area,
            code=department.code,
            name=department.name,
            phone=department.phone or None,
            is_sample=department.is_sample,
        )

    def to_domain(self) -> domain.Department:
        """Return the department."""
        return domain.Department(
            area=self.area, code=self.code, name=self.name, phone=self.phone or "", is_sample=self.is_sample
        )
