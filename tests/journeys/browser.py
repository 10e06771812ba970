"""A real Chromium for tests: how it is found, started and watched."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--force-color-profile=srgb",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
VIEWS = (NARROW, PHONE, DESK)


def chromium() -> str | None:
    """Where Chromium is, or None when it or a Chinese font is missing (pages would be boxes)."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    fonts = shutil.which("fc-list")
    if not found or not fonts:
        return None
    listed = subprocess.run([fonts, ":lang=zh"], capture_output=True, text=True, check=False).stdout
    return found if listed.strip() else None


@dataclass
class Watched:
    """A page whose console is watched: a blocked style or script is a fault of ours."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        """Keep what the content policy blocked and what a script threw."""
        if "Content Security Policy" in message.text or message.type == "error":
            self.faults.append(message.text)


@contextmanager
def visitor(browser: Browser, base_url: str, **options: Any) -> Iterator[BrowserContext]:
    """A fresh person with a fresh browser: own cookies, a phone's size unless said otherwise."""
    settings: dict[str, Any] = {
        "viewport": PHONE, "device_scale_factor": 2, "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
    }  # fmt: skip
    context = browser.new_context(base_url=base_url, **settings | options)
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()
