"""GitHub's REST API as a workflow's token sees it: a small stateful server on loopback, for tests only.

``GitHubApi`` runs it in a thread; ``python -m tests.github_api`` as a process. It is kept honest by ``description.py``,
which holds every request and response against GitHub's own OpenAPI description.
"""

from tests.github_api.server import GitHubApi
from tests.github_api.world import World

__all__ = ["GitHubApi", "World"]
