"""A terminal's side of a hub: what it tells, the outbox in its own inventory, and what it takes. It runs nothing that it is sent."""
