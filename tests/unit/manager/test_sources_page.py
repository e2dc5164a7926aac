"""What docs/sources.md shows is taken as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

PAGE = Path(__file__).parents[3] / "docs" / "sources.md"
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)]
BASE = "/v1/orgs/default/projects/default"


@pytest.mark.parametrize("place", range(len(BLOCKS)))
def test_each_example_is_taken(client: TestClient, place: int) -> None:
    artifactory = {"identifier": "artifacts", "name": "a", "type": "Artifactory", "spec": {"artifactoryServerUrl": "https://a.example"}}
    for block in [{"connector": artifactory}, *(block for block in BLOCKS[:place] if "connector" in block)]:
        assert client.post(f"{BASE}/connectors", json=block).status_code == 201
    block: dict[str, Any] = BLOCKS[place]
    if "connector" in block:
        answer = client.post(f"{BASE}/connectors", json=block)
    else:
        answer = client.post(f"{BASE}/dbschema", json={"identifier": "example", "name": "Example", **block})
    assert answer.status_code == 201, answer.text
