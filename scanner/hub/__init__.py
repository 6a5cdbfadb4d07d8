"""The hub: takes in what terminals push, countersigns their records, hands back what officers signed. It reads no file of anybody."""
