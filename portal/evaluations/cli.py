"""`flask scores`: explains a score from a file of inputs, without any storage."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.evaluations import domain, rules
from portal.period import Month

group = AppGroup("scores", help="Monthly scores.")


@group.command("explain")
@click.argument("who", metavar="V", type=click.Choice(["V"]))
@click.option("--inputs", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--month", default="", help="Month whose rules apply, such as 2026-11; this month when left out.")
@click.option("--community", default="", help="Community whose rules apply.")
def explain(who: str, inputs: Path, month: str, community: str) -> None:  # noqa: ARG001 - V is the one kind so far
    """Explain a volunteer's score.

    Example: flask --app portal.app scores explain V --inputs inputs.json
    with {"minutes": 900, "records": 6, "attended": 6, "stars": 19, "rated": 4, "resolved": 4, "training_minutes": 60}
    """
    in_force = rules.rules_for(community=community, month=Month.parse(month) if month else Month.of(clock.now()))
    try:
        given = domain.Inputs(**json.loads(inputs.read_text(encoding="utf-8")))
        scored = domain.score_inputs(volunteer="", inputs=given, facts=(), rules=in_force)
    except (TypeError, ValueError) as error:
        raise click.ClickException(f"{inputs} does not hold inputs of a score: {error}") from error
    for name, part in scored.components.items():
        click.echo(f"{name:14} {part.points if part.points is not None else 'not collected':>13} / {part.of}")
    click.echo(f"{'score':14} {scored.score if scored.score is not None else 'insufficient':>13}   {scored.grade}")
    click.echo(f"rules {scored.rules}")
