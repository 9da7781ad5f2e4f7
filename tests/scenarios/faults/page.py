"""Makes the page of promises and faults in CONTRIBUTING.md from the marks of the tests.

`python3 -m tests tests/test_promises.py` compares; with UPDATE_GOLDEN=1 in the environment it writes.
"""

from pathlib import Path

from tests.prepare import ROOT
from tests.scenarios.faults.marks import GROUPS, PROMISES, Fault

PAGE = ROOT / "CONTRIBUTING.md"
BEGIN = "<!-- made from the marks in tests/scenarios/faults/ by tests/test_promises.py; do not edit by hand -->"
END = "<!-- end of what is made -->"


def rendered(faults: list[tuple[Fault, str]]) -> str:
    """The page as Markdown; each fault comes with the test that plays it, as path::name."""
    lines = [f"{n}. {promise}" for n, promise in PROMISES.items()]
    for group in GROUPS:
        lines += ["", f"**{group}**", "", "| fault | a person sees | the operator reads | keeps | test |"]
        lines.append("|---|---|---|---|---|")
        for fault, test in faults:
            if fault.group == group:
                keeps = ", ".join(map(str, fault.keeps))
                cells = (fault.name, _cell(fault.person), _cell(fault.operator), keeps, _link(test))
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|") if text else "–"


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}]({path})"


def kept(page: Path = PAGE) -> str:
    """What stands on the page now."""
    return page.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def keep(text: str, page: Path = PAGE) -> None:
    """Writes it."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
