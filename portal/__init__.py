"""Yizhan 驿站: a portal where neighbours report, serve, earn points and are thanked."""
