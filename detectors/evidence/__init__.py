"""Features by which candidates are weighed, one function a feature, and what they say together."""
