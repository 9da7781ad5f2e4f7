"""What a release is made of, as a CycloneDX list (SBOM): every pinned package, its licence, and who needs whom.

    .venv/bin/python -m tests.releases.sbom 1.2.3 > otc-bot-1.2.3.cdx.json

The same pins give the same bytes. The time stands in it if SOURCE_DATE_EPOCH says one.
"""

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.prepare import ROOT

PIN = re.compile(r"^([\w.-]+)==(\S+?)(?: ; (.+?))? \\$", re.MULTILINE)
LONGEST_NAME = 40
"""Of a licence: some packages have its whole text where its name belongs."""
WHEN = "otc-bot:when"
"""Names the property that says where a package is installed, if that is not everywhere."""


def sbom(version: str, root: Path = ROOT) -> str:
    """The list of this version's parts, as JSON.

    Args:
        version: of the release.
        root: where pyproject.toml and requirements.txt are.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (root / "requirements.txt").read_text(encoding="utf-8")
    licences = LicenseFactory()
    bot = Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=version,
        bom_ref=project["name"],
        description=project["description"],
        licenses=[licences.make_from_string(project["license"])],
    )
    bom = Bom(serial_number=uuid5(NAMESPACE_OID, f"{version}\n{pins}"))
    bom.metadata.component = bot
    wanted, extras = _asked_for(project["dependencies"]), project["optional-dependencies"]
    always = _with_all_they_need(wanted)
    parts: dict[str, list[Component]] = {}
    for name, number, marker in PIN.findall(pins):
        one = Component(
            type=ComponentType.LIBRARY,
            name=name,
            version=number,
            bom_ref=f"{name}=={number}",
            purl=PackageURL("pypi", None, name, number),
            scope=ComponentScope.REQUIRED if name in always else ComponentScope.OPTIONAL,
            properties=[Property(name=WHEN, value=marker)] if marker else None,
            licenses=[licences.make_from_string(word) for word in _licence(name)],
        )
        parts.setdefault(name, []).append(one)
        bom.components.add(one)
    fonts = Component(
        type=ComponentType.DATA,
        name="noto-fonts",
        bom_ref="noto-fonts",
        description="Fonts of receipts, in bot/record/fonts",
        licenses=[licences.make_from_string("OFL-1.1")],
    )
    bom.components.add(fonts)
    asked = wanted | _asked_for(one for extra in ("postgres", "sentry") for one in extras[extra])
    bom.register_dependency(bot, [fonts, *_found(parts, asked)])
    for name, same in parts.items():
        for one in same:
            bom.register_dependency(one, _found(parts, _needs(name)))
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    return json.dumps(_at_its_time(content), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _at_its_time(content: dict[str, Any]) -> dict[str, Any]:
    """The same with the time that the environment says, and without the one at which this runs."""
    content["metadata"].pop("timestamp", None)
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        content["metadata"]["timestamp"] = datetime.fromtimestamp(int(epoch), UTC).isoformat()
    return content


def _found(parts: dict[str, list[Component]], names: Iterable[str]) -> list[Component]:
    """What of these is pinned; the others are for machines or extras that the bot does not have."""
    return [one for name in names for one in parts.get(name, ())]


def _asked_for(wanted: Iterable[str]) -> set[str]:
    """The names in lines of requirements, and what their extras add."""
    found = set()
    for one in map(Requirement, wanted):
        name = canonicalize_name(one.name)
        found |= {name} | (_needs(name, one.extras) if one.extras else set())
    return found


def _needs(name: str, extras: Iterable[str] = ()) -> set[str]:
    """What a package names as needed, on any machine; nothing if it is not installed here."""
    return {canonicalize_name(one.name) for one in _lines(name) if _is_for(one, extras)}


def _lines(name: str) -> Iterator[Requirement]:
    try:
        yield from map(Requirement, metadata.requires(name) or ())
    except metadata.PackageNotFoundError:
        return


def _is_for(one: Requirement, extras: Iterable[str]) -> bool:
    marker = str(one.marker or "")
    return "extra" not in marker or any(f'extra == "{extra}"' in marker for extra in extras)


def _with_all_they_need(names: set[str]) -> set[str]:
    found: set[str] = set()
    while rest := names - found:
        found |= rest
        names = found.union(*map(_needs, rest))
    return found


def _licence(name: str) -> list[str]:
    """The licence as the package names it: an expression, or a classifier, or a word; [] if it has its text alone."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    said = [one.split(" :: ")[-1] for one in about.get_all("Classifier", []) if one.startswith("License :: ")]
    expressions, short = about.get_all("License-Expression", []), about.get_all("License", [])
    return expressions or [one for one in short if 0 < len(one) < LONGEST_NAME] or said


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("say the version: python -m tests.releases.sbom 1.2.3")
    sys.stdout.write(sbom(sys.argv[1]))
