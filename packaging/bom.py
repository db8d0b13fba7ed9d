"""The bill of materials: what the bundle is made of, in the form of CycloneDX 1.6 (https://cyclonedx.org)."""

import json
import time
import uuid
from collections.abc import Sequence

import licences
import release

_SPACE = uuid.UUID("6f1a1b0e-6d4c-5b55-9d3e-0c1f7a2f6a11")


def purl(name: str, version: str, kind: licences.Kind) -> str:
    """A part's address as package managers know it (https://github.com/package-url/purl-spec)."""
    match kind:
        case "pypi":
            return f"pkg:pypi/{name.lower().replace('_', '-')}@{version.replace('+', '%2B')}"
        case "system":
            return f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}"
        case "tool":
            return f"pkg:generic/{name.lower().replace(' ', '-')}@{version}"


def document(parts: Sequence[licences.Part], version: str) -> str:
    """The bill as JSON; the same text for the same parts and commit."""
    components = [
        {
            "type": "library",
            "bom-ref": purl(part.plain_name, part.version, part.kind),
            "name": part.plain_name,
            "version": part.version,
            "licenses": [{"license": {"name": part.licence}}],
            "purl": purl(part.plain_name, part.version, part.kind),
        }
        for part in parts
    ]
    about = {
        "type": "application",
        "bom-ref": f"pkg:generic/fastface@{version}",
        "name": "FastFace Desktop",
        "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "purl": f"pkg:generic/fastface@{version}",
    }
    content = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, json.dumps(components))}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(release.moment())),
            "component": about,
        },
        "components": components,
        "dependencies": [{"ref": about["bom-ref"], "dependsOn": [one["bom-ref"] for one in components]}],
    }
    return json.dumps(content, indent=1) + "\n"
