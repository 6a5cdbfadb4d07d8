"""A form as paper: laid out once (``layout``), written as workbook, document or page (one module a format)."""
