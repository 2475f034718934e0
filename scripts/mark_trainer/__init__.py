"""Makes the examples that the second judge of marks on paper learns from, and trains it.

Everything is drawn here, seeded; no real form is among the examples, and nothing is shared
with the paper mill that tests the reader.
"""
