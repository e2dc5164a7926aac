"""The `dbms` attribute: a comma list of short names, `!name`, `all`, `none`."""


def applies_to(dbms: str | None, name: str) -> bool:
    """Whether something with this `dbms` attribute is meant for the database of this short name."""
    words = {word.strip().lower() for word in (dbms or "").split(",") if word.strip()}
    if not words or "all" in words:
        return True
    if "none" in words or f"!{name}" in words:
        return False
    positive = {word for word in words if not word.startswith("!")}
    return not positive or name in positive
