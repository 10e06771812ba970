"""The demo's people and their last eleven weeks, told through the services; nothing is written directly."""

import random
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.seed import deeds, people, places
from infra.local.seed.story import Story
from portal import period

HERE = Path(__file__).parent
Progress = Callable[[float, str], None]


def read(name: str) -> dict[str, Any]:
    """Return a data file of this folder."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def load(*, now: datetime, progress: Progress, drain: Callable[[], object]) -> None:
    """Tell the demo's story up to `now`. `drain` lets the reactions catch up; it is called once a simulated day."""
    draw = random.Random(20261122)
    work = read("work")
    story = Story(now)
    begin = period.start_of_day(period.local_day(now)) - timedelta(weeks=work["weeks"])
    progress(0, "places")
    places.tell(read("places"))
    stations = places.tell_stations(read("stations"), now=begin)
    progress(0, "people")
    cast = people.tell(read("people"), now=begin)
    plan = deeds.Plan(story=story, draw=draw, cast=cast, stations=stations, begin=begin, drain=drain)
    plan.write(work)

    def report(moment: datetime) -> None:
        progress((moment - begin) / (now - begin), f"{period.local_day(moment):%m-%d}")

    story.tell(report)
    drain()
    progress(1, "done")
