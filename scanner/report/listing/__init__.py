"""What is open, once a file: grouped, filtered, ordered by what to do first; as a table, workbook, csv or JSON lines."""
