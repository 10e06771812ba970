"""Places for tests: one district down to two micro-grids."""

from portal.areas import domain, service

COMMUNITY = "320105902901"
GRID = "320105902901003"
PLACES = [
    domain.Area(code="320105", name="建邺区"),
    domain.Area(code="320105902", name="南苑街道"),
    domain.Area(code=COMMUNITY, name="庐山社区", phone="02586000001", is_sample=True),
    domain.Area(code=GRID, name="第三网格", households=420),
    domain.Area(code=f"{GRID}01", name="3栋", households=96, estate_type=domain.EstateType.OLD),
    domain.Area(code=f"{GRID}02", name="5栋", households=210, estate_type=domain.EstateType.COMMODITY),
]


def places() -> None:
    """Store a district, a street, a community, a grid and its two micro-grids."""
    service.forget()
    for place in PLACES:
        service.add_area(area=place)
