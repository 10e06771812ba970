"""Stations: where people rest and report, and the placards with their QR codes."""
