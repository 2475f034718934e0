"""How often the reader is right: forms made by the mill, read, and held against their truth."""
