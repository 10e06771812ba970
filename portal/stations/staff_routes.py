"""Staff look after stations and print, replace or revoke their placards."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from portal import clock, fields
from portal.areas import domain as area_domain
from portal.areas import service as areas
from portal.errors import Conflict, Invalid, NotFound
from portal.stations import domain, forms, pdf, qr, service
from portal.web import access, errors

blueprint = Blueprint("stations_staff", __name__, url_prefix="/staff/stations")

Answer = str | BaseResponse | tuple[str, int]
PRINTS = {domain.Series.POSTER: ("poster", pdf.poster), domain.Series.STICKER: ("stickers", pdf.stickers)}


@blueprint.get("")
@access.staff()
def list_stations() -> Answer:
    """List a community's stations."""
    community, communities = _community()
    stations = service.list_stations_for(actor=access.person(), community=community.code)
    return render_template(
        "stations/staff/list.html",
        stations=sorted(stations, key=lambda station: (station.facts.area, station.name)),
        community=community,
        communities=communities,
        grids=_grids(community.code),
        may_change=access.person().has(*service.CHANGERS),
        words=domain.STATUS_WORDS,
    )


@blueprint.get("/new")
@access.staff(*service.CHANGERS)
def new_station() -> Answer:
    """Ask for the facts of a new station."""
    community, _ = _community()
    return _form(forms.StationForm(data={"status": "open", "facilities": [], "groups": []}), community.code)


@blueprint.post("/new")
@access.staff(*service.CHANGERS)
def add_station() -> Answer:
    """Open a station."""
    community, _ = _community()
    form = forms.StationForm(request.form)
    form.area.choices = _grid_choices(community.code)
    if not form.validate():
        return _form(form, community.code, faults=fields.faults(form))
    station = service.add_station(actor=access.person(), draft=form.draft())
    return _to(station.id)


@blueprint.get("/<station_id>")
@access.staff()
def view_station(station_id: str) -> Answer:
    """Show a station, its placards and what may be done with them."""
    return _page(station_id)


@blueprint.get("/<station_id>/edit")
@access.staff(*service.CHANGERS)
def edit_station(station_id: str) -> Answer:
    """Show a station's facts for changing."""
    station = _station(station_id)
    return _form(forms.StationChangeForm(data=forms.filled(station)), station.community, station=station)


@blueprint.post("/<station_id>/edit")
@access.staff(*service.CHANGERS)
def save_station(station_id: str) -> Answer:
    """Store a station's new facts. A stale page keeps what was typed and shows what is true now."""
    station = _station(station_id)
    form = forms.StationChangeForm(request.form)
    form.area.choices = _grid_choices(station.community)
    if not form.validate():
        return _form(form, station.community, station=station, faults=fields.faults(form))
    try:
        service.save_station(
            actor=access.person(),
            community=station.community,
            station_id=station_id,
            draft=form.draft(),
            version=form.version.number or 0,
        )
    except Conflict as error:
        return _form(form, station.community, station=_station(station_id), problem=errors.sentence(error))
    return _to(station_id)


@blueprint.post("/<station_id>/placards")
@access.staff(*service.CHANGERS)
def issue_placard(station_id: str) -> Answer:
    """Give a station a placard of a series."""
    form = forms.SeriesForm(request.form)
    station = _station(station_id)
    if not form.validate():
        raise Invalid(fields=fields.faults(form))
    series = domain.Series(form.series.data)
    try:
        service.issue_placard(**_who_where(station), series=series, now=clock.now())
    except Conflict as error:
        return _page(station_id, problem=errors.sentence(error))
    return _to(station_id)


@blueprint.post("/<station_id>/placards/<code>/<any(replace,revoke):move>")
@access.staff(*service.CHANGERS)
def end_placard(station_id: str, code: str, move: str) -> Answer:
    """Take a placard out of use, with a new one in its place or without."""
    end = service.replace_placard if move == "replace" else service.revoke_placard
    try:
        end(**_who_where(_station(station_id)), code=code, now=clock.now())
    except Conflict as error:
        return _page(station_id, problem=errors.sentence(error))
    return _to(station_id)


@blueprint.get("/<station_id>/placards/<code>/<any(poster,stickers):sheet>.pdf")
@access.staff()
def print_placard(station_id: str, code: str, sheet: str) -> Answer:
    """Answer a placard as PDF. A series is printed in its own form only; a revoked code is not printed again."""
    placard = service.get_placard(**_who_where(_station(station_id)), code=code)
    name, draw = PRINTS[placard.series]
    if name != sheet:
        raise NotFound
    if not placard.is_active:
        raise domain.AlreadyRevoked
    disposition = f'attachment; filename="{placard.code}-{sheet}.pdf"'
    document = draw(placard=placard, base_url=_base_url())
    return Response(document, mimetype="application/pdf", headers={"Content-Disposition": disposition})


def _page(station_id: str, problem: str = "") -> Answer:
    station = _station(station_id)
    placards = service.list_placards(**_who_where(station))
    used = {placard.series for placard in placards if placard.is_active}
    urls = {each.code: domain.placard_url(base_url=_base_url(), code=each.code) for each in placards if each.is_active}
    page = render_template(
        "stations/staff/station.html",
        station=station,
        placards=placards,
        missing=[series for series in domain.Series if series not in used],
        symbols={code: qr.encode(url) for code, url in urls.items()},
        urls={code: domain.short_url(base_url=_base_url(), code=code) for code in urls},
        spaced=pdf.spaced,
        sheets={series: name for series, (name, _) in PRINTS.items()},
        problem=problem,
        may_change=access.person().has(*service.CHANGERS),
        **_words(station.community),
    )
    return page, 409 if problem else 200


def _form(
    form: Any,
    community: str,
    *,
    station: domain.Station | None = None,
    faults: dict[str, str] | None = None,
    problem: str = "",
) -> tuple[str, int]:
    page = render_template(
        "stations/staff/form.html",
        form=form,
        station=station,
        grid_choices=_grid_choices(community),
        community=community,
        faults=faults or {},
        problem=problem,
        **_words(community),
    )
    return page, 409 if problem else 422 if faults else 200


def _words(community: str) -> dict[str, Any]:
    return {
        "grids": _grids(community),
        "status_words": domain.STATUS_WORDS,
        "facility_words": domain.FACILITY_WORDS,
        "group_words": domain.GROUP_WORDS,
        "series_words": domain.SERIES_WORDS,
    }


def _who_where(station: domain.Station) -> dict[str, Any]:
    return {"actor": access.person(), "community": station.community, "station_id": station.id}


def _station(station_id: str) -> domain.Station:
    return service.get_station(actor=access.person(), community=domain.community_of(station_id), station_id=station_id)


def _community() -> tuple[area_domain.Area, list[area_domain.Area]]:
    """Return the community asked for (or the first) and all those in the person's scope. Raises NotFound."""
    communities = areas.list_communities(scope=access.person().scope)
    asked = request.args.get("community") or (communities[0].code if communities else "")
    chosen = next((each for each in communities if each.code == asked), None)
    if chosen is None:
        raise NotFound
    return chosen, communities


def _grids(community: str) -> dict[str, str]:
    return {grid.code: grid.name for grid in areas.list_areas(parent=community)}


def _grid_choices(community: str) -> list[tuple[str, str]]:
    return [(code, name) for code, name in _grids(community).items() if access.person().covers(code)]


def _base_url() -> str:
    base_url: str = current_app.extensions["yizhan"].base_url
    return base_url


def _to(station_id: str) -> BaseResponse:
    return redirect(f"/staff/stations/{station_id}", 303)
