"""What surrounds the command of a load test: workers of Locust, and a network of its own before the service."""
