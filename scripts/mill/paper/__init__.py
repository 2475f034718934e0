"""The paper side of the mill: scans, faxes and photographs of forms, with known truth.

A run goes one way. :mod:`stock` prints blank forms through the digital mill and :mod:`boxes`
finds their boxes by comparing the empty print with the all-ticked one; :mod:`kinds` draws a
:class:`~mill.paper.recipe.Recipe` from the seed; :mod:`filled` draws printed or
pen marks and handwriting on the rendered pages (:mod:`marking`, :mod:`pen_page`, :mod:`pen`, :mod:`shapes`,
:mod:`ink`, :mod:`handwriting`); :mod:`scanner`, :mod:`photo` and
:mod:`damage` carry pixels and box places through copying, scanning and accidents; :mod:`files`
writes what would be sent in; :mod:`make` ties it together and :mod:`truths` says what is true.
:mod:`held_out` names what readers may not be tuned on.

Truth is what was printed and drawn. Nothing here knows the reader.
"""
