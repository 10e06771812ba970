"""Walk the demo without a browser: be someone, follow links, send forms; fast, and its cookies fit a browser."""

import gzip
import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects."""

    path: str
    status: int
    text: str
    sent: int
    """Bytes of the body as they travelled: compressed."""


class Visit:
    """One person's way through the pages."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._jar = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar)).open

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask(path, None)

    def send(self, page: str, *, action: str, **typed: str) -> Answer:
        """Send the form of a page that leads to `action`, with what its hidden fields and buttons carry."""
        form = next(
            text
            for text in re.findall(r"<form.*?</form>", self.get(page).text, re.DOTALL)
            if _attribute(text.split(">")[0], "action") in {action, ""}
        )
        hidden = [found for found in re.findall(r"<input[^>]*>", form) if _attribute(found, "type") == "hidden"]
        values = {_attribute(found, "name"): _attribute(found, "value") for found in hidden}
        return self._ask(action, urllib.parse.urlencode(values | typed).encode())

    def enter(self, who: str) -> None:
        """Be a member of staff, or the demo's first volunteer."""
        if who == "volunteer":
            first = re.search(r'name="volunteer" value="([^"]+)"', self.get("/dev/role").text)
            assert first, "the demo has volunteers"
            self.send("/dev/role", action="/dev/role/volunteer", volunteer=first[1])
        elif who:
            self.send("/dev/role", action="/dev/role/staff", username=who)

    def cookies(self) -> list[Any]:
        """This person's cookies as a browser takes them."""
        return [{"name": each.name, "value": each.value, "url": self._base} for each in self._jar]

    def _ask(self, path: str, body: bytes | None) -> Answer:
        headers = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN", "Referer": self._base + path}
        request = urllib.request.Request(urllib.parse.urljoin(self._base, path), body, headers)
        try:
            answer = self._open(request, timeout=30)
        except urllib.error.HTTPError as refused:
            answer = refused
        raw = answer.read()
        text = gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw
        return Answer(answer.url.removeprefix(self._base), answer.status, text.decode("utf-8", "replace"), len(raw))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""
