"""The GitHub edge: fetch, publish and gate. It knows the reporter; the reporter never knows it."""
