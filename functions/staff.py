"""The Flask app of the staff function."""

from portal.app import create_app

app = create_app(audience="staff")
