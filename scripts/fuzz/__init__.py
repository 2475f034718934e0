"""Mutated samples: bytes flipped, cut, spliced; read under bounds and held to the truth."""
