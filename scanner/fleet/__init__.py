"""What hub and terminals say to each other: signed calls, batches of facts, tokens of enrolment, signed pieces of policy."""
