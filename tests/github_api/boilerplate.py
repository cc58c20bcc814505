"""Users and repositories as GitHub writes them: mostly addresses."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.github_api.world import Repository

Json = dict[str, Any]
SITE = "https://github.com"

_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPOSITORY_LINKS = (
    "archive:/{archive_format}{/ref}",
    "assignees:{/user}",
    "blobs:/git/blobs{/sha}",
    "branches:{/branch}",
    "collaborators:{/collaborator}",
    "comments:{/number}",
    "commits:{/sha}",
    "compare:/{base}...{head}",
    "contents:/{+path}",
    "contributors:",
    "deployments:",
    "downloads:",
    "events:",
    "forks:",
    "git_commits:{/sha}",
    "git_refs:{/sha}",
    "git_tags:{/sha}",
    "hooks:",
    "issue_comment:{/number}",
    "issue_events:{/number}",
    "issues:{/number}",
    "keys:{/key_id}",
    "labels:{/name}",
    "languages:",
    "merges:",
    "milestones:{/number}",
    "notifications:{?since,all,participating}",
    "pulls:{/number}",
    "releases:{/id}",
    "stargazers:",
    "statuses:{/sha}",
    "subscribers:",
    "subscription:",
    "tags:",
    "teams:",
    "trees:{/sha}",
)


def node_id(kind: str, key: object) -> str:
    return base64.b64encode(f"{kind}{key}".encode()).decode()


def user(api: str, login: str) -> Json:
    url = f"{api}/users/{login}"
    return {
        "login": login,
        "id": zlib.crc32(login.encode()),
        "node_id": node_id("User", login),
        "avatar_url": f"https://avatars.githubusercontent.com/{login}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{SITE}/{login}",
        "type": "Bot" if login.endswith("[bot]") else "User",
        "site_admin": False,
    } | {key: url + rest for key, rest in _USER_LINKS.items()}


def authenticated_user(api: str, login: str) -> Json:
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    blank = dict.fromkeys(("name", "company", "location", "email", "hireable", "bio"))
    epoch = {"created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z"}
    return user(api, login) | counts | blank | epoch | {"blog": ""}


def repository(api: str, facts: Repository) -> Json:
    url = f"{api}/repos/{facts.full_name}"
    owner, name = facts.full_name.split("/")
    parts = (link.split(":", 1) for link in _REPOSITORY_LINKS)
    return {
        "id": facts.id,
        "node_id": node_id("Repository", facts.id),
        "name": name,
        "full_name": facts.full_name,
        "owner": user(api, owner),
        "private": False,
        "html_url": f"{SITE}/{facts.full_name}",
        "description": None,
        "fork": facts.fork,
        "url": url,
    } | {f"{key}_url": url + _link_path(key, rest) for key, rest in parts}


def full_repository(api: str, facts: Repository) -> Json:
    path = facts.full_name
    moment = "2024-01-01T00:00:00Z"
    numbers = ("forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count")
    absent = ("homepage", "language", "license", "mirror_url")
    switches = ("has_issues", "has_projects", "has_wiki", "has_pages", "archived", "disabled")
    return (
        repository(api, facts)
        | dict.fromkeys((*numbers, "watchers", "watchers_count"), 0)
        | dict.fromkeys(absent)
        | dict.fromkeys(switches, False)
        | {
            "clone_url": f"{SITE}/{path}.git",
            "git_url": f"git://github.com/{path}.git",
            "ssh_url": f"git@github.com:{path}.git",
            "svn_url": f"{SITE}/{path}",
            "default_branch": facts.default_branch,
            "visibility": "public",
            "created_at": moment,
            "updated_at": moment,
            "pushed_at": moment,
        }
    )


def _link_path(key: str, rest: str) -> str:
    """Return the path of a repository's link: ``git/refs`` for git_refs, ``git/trees`` for trees, as GitHub has it."""
    if rest.startswith("/git/"):
        return rest
    special = {"archive": "", "issue_comment": "/issues/comments", "issue_events": "/issues/events"}
    return special.get(key, "/" + key.replace("git_", "git/")) + rest
