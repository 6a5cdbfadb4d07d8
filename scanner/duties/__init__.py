"""The duties of the annex, article by article: what the registers say against what was observed. One module a subject."""
