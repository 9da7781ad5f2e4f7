"""How many tests run at once."""

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: most tests wait for a socket or the disk half of the time."""
    return (os.cpu_count() or 1) + 1
