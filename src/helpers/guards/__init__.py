"""A conclusion never stands without its guard: what must hold for a sentence to be true is written beside it and checked.

A sentence that compares, generalises or excludes is followed by a comment:

``<!-- expect: RECIPE; RECIPE -->``
    What the rows must say, in the language of the claims (`helpers.audit.recipes`).
``<!-- source: PLACE -->``
    The sentence itself attributes the statement ("the source says ..."); the place is where the source makes it.
``<!-- site: WHY -->``
    The sentence speaks of procedure or of the site, not of the evidence.

In tables the same stands in the column ``expect``.
"""

from helpers.guards.check import check_guards
from helpers.guards.holding import Guard, broken, parse_guards
from helpers.guards.prose import Sentence, sentences
from helpers.guards.words import is_conclusion, is_undated

__all__ = ["Guard", "Sentence", "broken", "check_guards", "is_conclusion", "is_undated", "parse_guards", "sentences"]
