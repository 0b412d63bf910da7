"""Types of declarations and bodies: inference, the checker and the analyses that it uses."""
