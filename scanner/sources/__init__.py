"""Where files come from: the walk, and what ground a path stands on."""
