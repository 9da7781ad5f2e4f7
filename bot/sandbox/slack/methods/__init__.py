"""The Web API methods, by family."""

from __future__ import annotations

from .registry import METHODS, Method

__all__ = ["METHODS", "Method"]
