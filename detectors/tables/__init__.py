"""Tables in a text: where their cells are, which of them are headings, and of what kind a column is."""
