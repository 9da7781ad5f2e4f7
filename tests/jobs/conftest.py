"""The outbox's office is the place for jobs that leave something to be said."""

from tests.outbox.conftest import office

__all__ = ["office"]
