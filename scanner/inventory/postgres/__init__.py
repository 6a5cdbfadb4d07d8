"""The inventory of a hub in PostgreSQL: what the rest of the program asks in the words of SQLite, answered there."""
