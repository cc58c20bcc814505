"""Baselines that outlive a job: their compact form, the history that travels with them, the folder they live in."""
