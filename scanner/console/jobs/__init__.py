"""Work that takes longer than anybody waits for a page: asked for on a page, done by a process of its own, one at a time."""
