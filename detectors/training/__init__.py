"""Training of the name tagger: invented office rows, open sentences, one command (``make train``)."""
