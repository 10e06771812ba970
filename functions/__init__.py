"""What Lambda calls: each file parses an event, calls one service, answers."""
