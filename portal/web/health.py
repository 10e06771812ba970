"""`/healthz`: says ok only when storage answers."""

from flask import Blueprint, Response, jsonify

from portal import db
from portal.errors import Busy
from portal.web import access

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access.public
def healthz() -> tuple[Response, int]:
    """Answer 200 or 503 for a load balancer or an operator."""
    try:
        db.ping()
    except Busy:
        return jsonify(status="storage does not answer"), 503
    return jsonify(status="ok"), 200
