"""Which extra of the package brings a module that is not installed."""

from bascule.core.problems import Problem

MODULES = {
    "argon2": ("server",),
    "fastapi": ("server",),
    "jinja2": ("server",),
    "multipart": ("server",),
    "pydantic": ("server",),
    "sqlalchemy": ("server",),
    "starlette": ("server",),
    "uvicorn": ("server",),
    "httpx": ("client", "delegate"),
    "cryptography": ("delegate",),
    "regorus": ("policy",),
}


def missing(error: ModuleNotFoundError) -> Problem | None:
    """The problem to show for it; None when it is nothing an extra brings."""
    top = (error.name or "").partition(".")[0]
    extras = MODULES.get(top)
    if extras is None:
        return None
    ways = " or ".join(f"pip install 'bascule[{extra}]'" for extra in extras)
    return Problem(code="CLI-007", what=f"'{top}' is not installed", fix=ways)
