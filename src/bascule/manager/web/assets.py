"""The files in `static/`, served so that a browser keeps what does not change."""

from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bascule.manager.web.rendering import STATIC


class Assets(StaticFiles):
    """An address with `?v=` names one content for ever; others are asked for again after an hour."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Response:
        """As StaticFiles, with a Cache-Control."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        forever = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if forever else "public, max-age=3600"
        return response
