"""The Flask app of the resident function."""

from portal.app import create_app

app = create_app(audience="resident")
