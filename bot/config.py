"""What bot.toml says, table by table: frozen, and right once it is read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from bot.handover.location import Location
from bot.handover.notify import Notify
from bot.handover.reminders import Reminding
from bot.handover.retention import LEAST_DAYS, Forgets, Kept
from bot.handover.shifts import Person
from bot.values import is_safe, meant
from bot.webhooks.receivers import Receiver, Receivers, Topic


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Polling(_Table):
    """`[polling]`: how often Flipkart is asked, in seconds."""

    arrivals_seconds: float = Field(default=30, gt=0, le=3600)
    scans_seconds: float = Field(default=30, gt=0, le=3600)
    heartbeat_seconds: float = Field(default=300, gt=0, le=3600)
    """Where nothing is due, at locations of `arrivals = "due"`."""
    page_size: int = Field(default=25, ge=1, le=100)


class FlipkartLimits(_Table):
    """`[flipkart]`: the seller's budget of calls."""

    calls_per_hour: int = Field(default=1000, ge=10, le=1_000_000)
    others_calls_per_hour: int | None = Field(default=None, ge=0)
    """What other tools may take of them; None: 15 of 100."""

    @property
    def for_others(self) -> int:
        """Calls of an hour that polling leaves to the seller's other tools."""
        return self.calls_per_hour * 15 // 100 if self.others_calls_per_hour is None else self.others_calls_per_hour

    @model_validator(mode="after")
    def _something_is_left(self) -> "FlipkartLimits":
        if self.for_others > self.calls_per_hour // 2:
            raise ValueError(
                f"others_calls_per_hour ({self.for_others}) must leave at least half of calls_per_hour to the bot"
            )
        return self


class DigestSettings(_Table):
    """`[digest]`: the message at the end of a location's day."""

    enabled: bool = True


class Claims(_Table):
    """`[claims]`: how long Flipkart takes claims for problem parcels."""

    days: int = Field(default=14, ge=1, le=365)


class RetentionSettings(_Table):
    """`[retention]`: after how many days since a handover's end what of it is forgotten; 0: never."""

    names_days: int = Field(default=365, ge=0, le=36_500)
    photos_days: int = Field(default=365, ge=0, le=36_500)
    parcels_days: int = Field(default=730, ge=0, le=36_500)
    records_days: int = Field(default=1095, ge=0, le=36_500)

    @model_validator(mode="after")
    def _outlasts_a_claim(self) -> Self:
        for name, days in self:
            if 0 < days < LEAST_DAYS:
                raise ValueError(f"{name} must be 0 for never, or at least {LEAST_DAYS}: claims take that long")
        return self

    @property
    def kept(self) -> Kept:
        """How long each is kept."""
        days = (self.names_days, self.photos_days, self.parcels_days, self.records_days)
        return Kept(tuple((what, timedelta(days=n) if n else None) for what, n in zip(Forgets, days, strict=True)))


class Photos(_Table):
    """`[photos]`: pictures of parcels."""

    obd: bool = True
    """Whether the pictures of open-box checks are fetched from the links that Flipkart gives."""


class NotificationSettings(_Table):
    """`[notifications]`: what Flipkart sends by itself."""

    url: str = ""
    """The registered address, to the letter: it is part of the signature. Empty: none are taken."""

    @field_validator("url")
    @classmethod
    def _registered(cls, value: str) -> str:
        if value and not is_safe(value):
            raise ValueError("must be the https:// address that is registered at Flipkart, or empty for none")
        return value


class ReturnSettings(_Table):
    """`[returns]`: what Flipkart says of returns."""

    details: bool = False
    """Whether it is asked for their return ids, order item ids and reasons; that costs calls."""
    ledger: bool = False
    """Whether Flipkart's ledger of returns is read: what is to come, and what became of it; that costs calls."""
    completed_unseen_hours: int = Field(default=24, ge=0, le=24 * 30)
    """So long after Flipkart counts a return as completed that nobody brought, the channel is told; 0: never."""


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""Of a seller or a workspace: it becomes a part of addresses and of a file's name."""
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""The name of an environment variable, which holds what bot.toml must not."""
LONGEST_URL = 2000


class SellerTable(_Table):
    """One `[[sellers]]`: an account at Flipkart, where there are several or several workspaces."""

    id: Id
    app_id: Variable
    app_secret: Variable
    api_url: str = ""
    """Flipkart's address for this seller; empty: FLIPKART_API_URL."""
    calls_per_hour: int | None = Field(default=None, ge=10, le=1_000_000)
    """None: as `[flipkart]` says."""
    others_calls_per_hour: int | None = Field(default=None, ge=0)
    notifications_url: str = ""
    """As the url of `[notifications]`."""

    @field_validator("api_url", "notifications_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not is_safe(value):
            raise ValueError("must be an https:// address without a user or query, or empty for none")
        return value


class WorkspaceTable(_Table):
    """One `[[workspaces]]`: a Slack workspace with an app of its own, and the seller who works there."""

    id: Id
    seller: str
    bot_token: Variable
    app_token: Variable | None = None
    """For Socket Mode."""
    signing_secret: Variable | None = None
    """For HTTP."""
    api_url: str = ""
    """Slack's address for this workspace; empty: SLACK_API_URL."""
    database: Variable | None = None
    """The variable with its database's URL; None: it is made of DATABASE_URL."""
    admins: tuple[Person, ...] | None = None
    """None: those of the whole file."""

    @field_validator("api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not is_safe(value):
            raise ValueError("must be an https:// address without a user or query, or empty for SLACK_API_URL")
        return value


class WebhookTable(_Table):
    """One `[[webhooks]]`: an address outside that is told what happens at the docks."""

    id: Id
    """What the log and the health page call it; messages that wait go by it, so that the url can be mended."""
    secret: Variable
    """With which messages to it are signed."""
    allow_private: bool = False
    """Whether it may be on this machine or in its own network, and there without https."""
    url: str
    events: tuple[Topic, ...] = ()
    """What it is told; empty: all of it."""
    locations: tuple[str, ...] = ()
    """The ids of those of which it is told; empty: all."""
    workspace: str = ""
    """Where there are several: whose events it gets."""

    @field_validator("url")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("allow_private", False):
            if not _is_address(value, "https", "http"):
                raise ValueError("must be an https:// or http:// address without a user")
        elif not _is_address(value, "https"):
            raise ValueError("must be an https:// address without a user; http:// only with allow_private = true")
        return value

    @property
    def receiver(self) -> Receiver:
        """What it wants to hear."""
        return Receiver(self.id, frozenset(self.events or Topic), frozenset(self.locations))


def _is_address(value: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(value)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = len(value) <= LONGEST_URL and all(32 < ord(sign) < 127 and sign not in "@#\\" for sign in value)
    return plain and whole and parts.scheme in schemes


NAMING = {
    "sellers": ("app_id", "app_secret"),
    "workspaces": ("bot_token", "app_token", "signing_secret", "database"),
    "webhooks": ("secret",),
}
"""The keys that name a variable, by table. Somebody may have written there what the variable is to hold."""


class BotToml(_Table):
    """The file named by BOT_CONFIG."""

    timezone: str = Field(default="Asia/Kolkata", validate_default=True)
    admins: tuple[Person, ...] = ()
    """User ids and user-group ids of those who look after the bot."""
    polling: Polling = Polling()
    flipkart: FlipkartLimits = FlipkartLimits()
    reminders: Reminding = Reminding()
    notify: Notify = Notify()
    digest: DigestSettings = DigestSettings()
    claims: Claims = Claims()
    photos: Photos = Photos()
    retention: RetentionSettings = RetentionSettings()
    notifications: NotificationSettings = NotificationSettings()
    returns: ReturnSettings = ReturnSettings()
    sellers: tuple[SellerTable, ...] = ()
    workspaces: tuple[WorkspaceTable, ...] = ()
    locations: tuple[Location, ...]
    webhooks: tuple[WebhookTable, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            known = available_timezones()
            if not known:
                mend = "this machine knows no time zone at all. Type: pip install tzdata"
                raise ValueError(f"is not known here: {mend}") from error
            right = meant(value, known, 0.8)
            hint = f'; did you mean "{right}"?' if right else ""
            raise ValueError(f'must be a zone name such as "Asia/Kolkata"{hint}') from error
        return value

    @field_validator("locations")
    @classmethod
    def _each_once(cls, value: tuple[Location, ...]) -> tuple[Location, ...]:
        if not value:
            raise ValueError("must list one warehouse or more, each as [[locations]]")
        # Two sellers may call a warehouse the same; whose it is says `seller` or `workspace`.
        ids = [(location.id, location.seller, location.workspace) for location in value]
        twice = sorted({one[0] for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"must have each id once: delete all but one of {', '.join(twice)}")
        return value

    @field_validator("webhooks")
    @classmethod
    def _fit(cls, value: tuple[WebhookTable, ...], info: ValidationInfo) -> tuple[WebhookTable, ...]:
        ids = [one.id for one in value]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"must have each id once: delete all but one of {', '.join(twice)}")
        known = {one.id for one in info.data.get("locations", ())}
        named = {at for one in value for at in one.locations}
        if known and (unknown := sorted(named - known)):
            raise ValueError(f"must name ids of [[locations]]; {', '.join(unknown)} is none")
        return value

    def named(self, *tables: str) -> Iterator[tuple[str, str]]:
        """The variables that these tables name, each with its key, such as `sellers[1].app_id`."""
        for table in tables:
            for n, one in enumerate(getattr(self, table), 1):
                for key in NAMING[table]:
                    if name := getattr(one, key):
                        yield f"{table}[{n}].{key}", name

    @property
    def receivers(self) -> Receivers:
        """Who outside is told what happens."""
        return Receivers(tuple(one.receiver for one in self.webhooks), {one.id: one.name for one in self.locations})

    @property
    def hears_of_returns(self) -> bool:
        """Whether Flipkart tells the bot what becomes of returns, by notifications or by its ledger."""
        return bool(self.notifications.url) or self.returns.ledger

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which hours are meant and fallback times are shown."""
        return ZoneInfo(self.timezone)
