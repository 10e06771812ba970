"""What the pages share."""

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("accounts_staff", __name__, url_prefix="/staff")

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
