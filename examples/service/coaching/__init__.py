"""A call-coaching service: what a sales team said in its calls, how good it was, and where to find it."""
