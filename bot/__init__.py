"""otc-bot: Flipkart return handovers in Slack."""

from typing import TYPE_CHECKING

__version__: str
"""The version that is installed; hatch-vcs made it of git's tags when the package was built."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> str:
        # Looked up when somebody asks: what it takes is a tenth of what `--help` takes.
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

        try:
            return version("otc-bot")
        except PackageNotFoundError:
            return "0+unknown"
