"""What a job needs in its workspace: repositories at a revision, archives, objects, artifacts of registries, files given inline.

Whatever comes from outside is bounded, stays below the workspace, and is pinned to something that is recorded.
"""

from bascule.delegate.sources.fetch import Say, Sources

__all__ = ["Say", "Sources"]
