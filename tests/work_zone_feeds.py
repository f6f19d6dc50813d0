"""The published schemas of work zone feeds (WZDx), as kept beside the repository."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from referencing import Registry, Resource

from tests.realdata import real_file, real_files


def feed_schema() -> jsonschema.protocols.Validator:
    """A validator of WZDx 4.2 work zone feeds by the published schemas, which asks no network."""
    real_file("wzdx", "schemas", "4.2", "WorkZoneFeed.json")
    resources = []
    for path in real_files("wzdx/schemas", ".json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        resource = Resource.from_contents(schema)
        resources += [(schema["$id"], resource), (schema["$id"].split("#")[0], resource)]
    registry: Registry[Any] = Registry().with_resources(resources)
    [schema] = [each.contents for key, each in resources[::2] if key.endswith("WorkZoneFeed.json")]
    return jsonschema.Draft7Validator(schema, registry=registry)
