"""Pages travel compressed, those that refuse or ask again too: they are as long, and the network is as weak."""

import gzip

from flask import Flask, Response, request
from flask_compress import Compress


def init(app: Flask) -> None:
    """Compress answers; the library itself leaves everything but a success as it is."""
    app.after_request(_compress_fault)
    Compress(app)


def _compress_fault(response: Response) -> Response:
    if response.status_code >= 400 and response.mimetype == "text/html" and request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(response.get_data()))
        response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
    return response
