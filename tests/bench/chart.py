"""Draws the plots as PNGs."""

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tests.bench.figures import Plot

MOST_NAMES = 12
"""Curves that a legend names; more would hide them."""


def draw(plot: Plot, folder: Path) -> Path:
    """Writes the picture, and returns where."""
    figure = Figure(figsize=(10, 5), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for line in plot.lines:
        style: dict[str, Any] = {"color": "#c0392b", "linestyle": "--"} if line.is_limit else {}
        axes.plot(line.xs, line.ys, label=line.name, linewidth=1.2, **style)
    axes.set_title(plot.title)
    axes.set_xlabel(plot.across)
    axes.set_ylabel(plot.up)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    if len(plot.lines) <= MOST_NAMES:
        axes.legend(fontsize="small")
    file = folder / f"{plot.name}.png"
    figure.savefig(file)
    return file
