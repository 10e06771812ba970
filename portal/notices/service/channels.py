"""The ways out: the outbox, which keeps messages, and the operator's own gateway, which takes them by HTTPS."""

import json
import urllib.error
import urllib.request

from portal import privacy
from portal.config import Config
from portal.notices import domain, repository

_SECONDS = 3


class Outbox:
    """Keeps messages, encrypted: a local run shows them, an operator's own sender takes them."""

    name = domain.OUTBOX

    def send(self, message: domain.Message) -> None:
        """Keep it under its key, so that a second time changes nothing anyone sees."""
        repository.keep_message(message)


class Gateway:
    """Posts `{"key", "template", "params", "phone"}` to the operator's address; `key` is the provider's own key.

    The header `X-Yizhan-Signature` is the keyed hash of the body, by which the gateway knows us.
    """

    name = "gateway"

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, message: domain.Message) -> None:
        """Hand it over. Raises NotSent unless the gateway answers with success in three seconds."""
        fields = {"key": message.key, "template": message.template, "phone": message.phone}
        body = json.dumps({**fields, "params": dict(message.params)}, ensure_ascii=False)
        request = urllib.request.Request(  # noqa: S310 - bind accepts https addresses only
            self.url,
            body.encode(),
            {"Content-Type": "application/json", "X-Yizhan-Signature": privacy.secret_hash("sms", body)},
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - see above
                pass
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            raise domain.NotSent from None


channel: domain.Channel = Outbox()
readable = False


def bind(config: Config) -> None:
    """Take the way out from a config: `outbox`, or the https address of a gateway. Called once by whoever sends."""
    global channel, readable  # noqa: PLW0603 - one way out a process, by design
    channel = Gateway(config.sms_adapter) if config.sms_adapter.startswith("https://") else Outbox()
    readable = config.local
