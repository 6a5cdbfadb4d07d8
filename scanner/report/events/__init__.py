"""Points that opened or closed, as events for other products (``docs/events.md``): no value, no path."""
