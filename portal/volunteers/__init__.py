"""People who serve: sign-up, checking by staff, sign-in by phone, their own data."""
