"""The inventory: SQLite with one writer, WAL, mode 0600. Keeps kinds, counts, places and shapes, never a value."""
