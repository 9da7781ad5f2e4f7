"""Flipkart's mood, as the page sets it."""

from typing import Any

from bot.sandbox.flipkart import FlipkartSim

SLOWEST = 20.0
FOR_EVER = 1_000_000_000
QUOTA_RETRY_SECONDS = 3
"""The real one asks for minutes; nobody waits that long in a demo."""


class Moods:
    """Slow, failing, out of quota, the other spelling."""

    def __init__(self, flipkart: FlipkartSim) -> None:
        self._flipkart = flipkart
        self._out_of_quota = False

    def change(self, wanted: dict[str, Any]) -> None:
        """Sets what is named in `wanted`; raises ValueError for a value that is none."""
        if "slow" in wanted:
            seconds = float(wanted["slow"])
            if not 0 <= seconds <= SLOWEST:
                raise ValueError(f"slow: 0 to {SLOWEST:g} seconds")
            self._flipkart.slow = seconds
        if "failing" in wanted:
            self._flipkart.failing = bool(wanted["failing"])
        if "out_of_quota" in wanted:
            self._quota(bool(wanted["out_of_quota"]))
        if "spelling" in wanted:
            if wanted["spelling"] not in ("camel", "snake"):
                raise ValueError("spelling: camel or snake")
            self._flipkart.switches.spelling = wanted["spelling"]
        if wanted.get("expire_token"):
            self._flipkart.expire_tokens()

    def to_dict(self) -> dict[str, Any]:
        """As the page shows it."""
        return {
            "slow": self._flipkart.slow,
            "failing": self._flipkart.failing,
            "out_of_quota": self._out_of_quota,
            "spelling": self._flipkart.switches.spelling,
        }

    def _quota(self, out: bool) -> None:
        self._flipkart.clear_faults()
        self._out_of_quota = out
        if out:
            for call in ("initial_load", "start_otc", "shipments", "end_otc"):
                self._flipkart.fail(call, status=429, retry_after=QUOTA_RETRY_SECONDS, times=FOR_EVER)
