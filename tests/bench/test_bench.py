"""Every row of the benchmark works: it yields its figures and its floors. How good they are is judged by no test."""

import math
from pathlib import Path

import pytest

from tests.bench.chart import draw
from tests.bench.rows import ROWS


@pytest.mark.bench
@pytest.mark.parametrize("name", list(ROWS))
async def test_a_row_yields_figures_beside_their_floors(tmp_path: Path, name: str) -> None:
    result = await ROWS[name](tmp_path, quick=True)
    assert result.figures or result.lines
    for one in result.figures:
        assert 0 <= one.value < math.inf, one
        assert one.floor is None or one.floor > 0, one
        assert one.held is not None or one.target is None, one
    for plot in result.plots:
        assert draw(plot, tmp_path).read_bytes().startswith(b"\x89PNG")
