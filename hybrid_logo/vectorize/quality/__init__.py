"""How good a conversion is: against the picture it was made from, or against the original vector."""
