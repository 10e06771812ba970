"""The Flask app of the volunteer function."""

from portal.app import create_app

app = create_app(audience="volunteer")
