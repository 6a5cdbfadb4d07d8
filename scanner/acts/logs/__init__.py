"""Logs of other products (SKYSEA, LANSCOPE, Windows) as declared facts of the record."""
