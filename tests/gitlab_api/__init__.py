"""The part of GitLab's REST API that a posting job uses, as a small server of the tests."""
