"""Names and types: from trees to a typed program."""
