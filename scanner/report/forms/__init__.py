"""The officer's forms (帳票), one module a form. Forms are always in Japanese; their numbers are those of the contract practice."""
