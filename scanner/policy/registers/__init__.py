"""All registers of a policy as one Excel workbook, and back without loss: offices keep their registers there.

A sheet a register, a row an entry, a column a field, all in Japanese. ``sheets`` says which; ``export`` writes, with drop-down lists
and an explanation; ``reading`` takes what people made of it; ``toml`` writes the policy file.
"""

from scanner.policy.registers.export import blank, export
from scanner.policy.registers.reading import RegistersError, load
from scanner.policy.registers.sheets import TAKEN
from scanner.policy.registers.toml import to_toml

__all__ = ["TAKEN", "RegistersError", "blank", "export", "load", "to_toml"]
