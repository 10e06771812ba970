"""The blueprint of the public pages, and what their views may answer."""

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("reports", __name__)
Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
