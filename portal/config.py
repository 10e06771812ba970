"""What an operator may set: one frozen record, read from the environment once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


def setting(default: Any, help_text: str) -> Any:
    """Declare a setting with its default and the sentence the README prints for it."""
    return field(default=default, metadata={"help": help_text})


class BadSetting(ValueError):
    """A setting is missing or unusable; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting. The environment variable of `base_url` is `YIZHAN_BASE_URL`, and so on."""

    stage: str = setting("production", "`local` for one machine, anything else is a deployment")
    base_url: str = setting("", "the one origin printed on placards, such as `https://ls.example.cn`")
    table_prefix: str = setting("yizhan", "tables are named `<prefix>-<feature>`")
    region: str = setting("cn-north-1", "the AWS region of the tables")
    engine_url: str = setting("", "where a local engine answers; empty means AWS")
    secret_key: str = setting("", "signs forms and cookies; at least 32 characters")
    lookup_key: str = setting("", "keys the look-up hashes of phone numbers and links; at least 32 characters")
    field_key: str = setting(
        "", "encrypts phone numbers: 32 bytes in base64, wrapped by KMS when `kms_field_key` is set"
    )
    kms_field_key: bool = setting(False, "`true` when `field_key` is a data key that KMS must decrypt at start")
    community: str = setting("", "the community code that opens when no placard says which")
    brand: str = setting("驿站", "the name in the header")
    totp_required: bool = setting(False, "`true` makes every staff member use a second factor")
    sms_adapter: str = setting(
        "outbox",
        "`outbox` keeps messages and sends none; an `https://` address is a gateway that gets each as JSON",
    )
    edge_secret: str = setting("", "the header value by which CloudFront proves itself; empty means no CloudFront")
    controller: str = setting("社区居民委员会", "who answers for personal data, named on the privacy page")
    icp: str = setting("", "ICP filing number for the footer")
    public_security: str = setting("", "public-security filing number for the footer")
    demo: bool = setting(False, "`true` shows the 演示数据 banner on every page")

    @property
    def local(self) -> bool:
        """Whether this is a run on one machine, where `/dev/*` may exist."""
        return self.stage == "local"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings. Raises BadSetting where a deployment would be unsafe."""
        source = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for each in fields(cls):
            text = source.get(f"YIZHAN_{each.name.upper()}")
            if text is not None:
                values[each.name] = text.lower() in {"1", "true", "yes"} if each.type is bool else text
        return cls(**values).checked()

    def checked(self) -> Self:
        """Return this config, or raise BadSetting when a key is too short to protect anything."""
        for name in ("secret_key", "lookup_key", "field_key"):
            if len(getattr(self, name)) < 32:
                msg = f"YIZHAN_{name.upper()} must be set to at least 32 characters"
                raise BadSetting(msg)
        if not self.local and any(getattr(self, name).startswith("local-") for name in ("secret_key", "lookup_key")):
            msg = "keys made for a local run must not be used in a deployment"
            raise BadSetting(msg)
        if not self.local and not self.base_url.startswith("https://"):
            msg = "YIZHAN_BASE_URL must begin with https:// outside local runs"
            raise BadSetting(msg)
        return self
