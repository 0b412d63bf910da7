"""What names and types are: symbols and types as values, and the world in which they are looked up."""
