"""``policy.toml`` → contracts, places, consents, and the verdict for a path."""
