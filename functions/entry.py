"""Zappa's handler for the three web functions, with each Set-Cookie once."""

from typing import Any

from zappa import handler as zappa


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an HTTP API event. Zappa's middleware repeats every cookie in lower case, so each came twice.

    The client's address is `requestContext.http.sourceIp`, which `portal.web.access` reads: REMOTE_ADDR comes from a
    header that the client may write. Raises ValueError for any other event, which Zappa would drop without a word.
    """
    if "http" not in event.get("requestContext", {}):
        raise ValueError("only HTTP API events are answered here")
    answer: dict[str, Any] = zappa.lambda_handler(event, context)
    answer["cookies"] = list(dict.fromkeys(answer.get("cookies", [])))
    return answer
