"""Japanese addresses: municipality names from the postal data, then town, number and building."""
