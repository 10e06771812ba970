"""Staff members, their roles and scopes, and everybody's sessions and one-time codes."""
