"""Which extra of the package brings a module that is not installed."""

from bascule.core.problems import Problem

MODULES = {
    "server": ("fastapi", "uvicorn", "starlette", "sqlalchemy", "pydantic", "jinja2", "argon2", "multipart"),
    "delegate": ("cryptography",),
    "client": ("httpx",),
    "policy": ("regorus",),
}


def missing(error: ModuleNotFoundError) -> Problem | None:
    """The problem to show for it; None when it is nothing an extra brings."""
    top = (error.name or "").partition(".")[0]
    for extra, modules in MODULES.items():
        if top in modules:
            return Problem(code="CLI-007", what=f"'{top}' is not installed", fix=f"pip install 'bascule[{extra}]'")
    return None
