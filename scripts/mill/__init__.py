"""The mill: makes filled scoresheets with known truth, to test the reader against.

A run goes one way: :mod:`plan` draws a :class:`~mill.plan.Spec` from the seed (what is
ticked, how it is laid out, which producer prints it), :mod:`sheet` turns it into tables,
a module of :mod:`producers` prints it, :mod:`post` re-saves, shuffles or annotates the
pages, and :mod:`truth` writes down what was filled in. Nothing here knows the reader; of
``fcextract`` only the edition data is used.
"""
