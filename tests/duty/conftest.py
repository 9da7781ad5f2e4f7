"""The outbox's office is the place for reminders and digests too."""

from tests.outbox.conftest import office

__all__ = ["office"]
