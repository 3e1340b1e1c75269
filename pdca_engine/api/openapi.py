"""The API's description as a file: `python -m pdca_engine.api.openapi > docs/reference/openapi.json`."""

from __future__ import annotations

import json
import sys

from pdca_engine.api.routes import described


def openapi_text() -> str:
    """The OpenAPI 3.1 document, readable and always the same for the same routes."""
    return json.dumps(described().openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_text())
