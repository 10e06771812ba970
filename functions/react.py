"""DynamoDB streams: one committed event reaches the features that react to it."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from functions import logs
from portal import db, events, privacy
from portal.awards import reactions as awards
from portal.config import Config
from portal.evaluations import reactions as evaluations
from portal.points import reactions as points
from portal.reports import reactions as reports
from portal.volunteers import reactions as volunteers

Reaction = Callable[[events.Event], None]
LISTENERS: tuple[Mapping[str, Reaction], ...] = tuple(
    each.REACTIONS for each in (points, evaluations, reports, volunteers, awards)
)

# A batch that fails as a whole is answered like any other: raised, its errors' words would go to the log.
_processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
_config = Config.from_env()
db.connect(_config)
privacy.bind(_config)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a stream batch with the records that must come again."""
    return dict(process_partial_response(event, _react, _processor, context))


def _react(record: Any) -> None:
    for event in events.from_stream(record.raw_event):
        react(event)


def react(event: events.Event) -> None:
    """Hand one event to everyone who listens. Each reaction is idempotent, so the event may come again."""
    for listeners in LISTENERS:
        reaction = listeners.get(event.name)
        if reaction:
            try:
                reaction(event)
            except Exception:
                logs.failed(event.name, event.key)
                raise
