"""Human action recognition in the dark: the library behind the paper.

Rooms import downwards only: ``cli``, ``pipeline``, ``results``, ``figures``,
``evaluation``, ``training``, ``models``, ``features``, ``enhancement``,
``sampling``, ``data``, ``config``. Importing this package imports none of them.
"""

__version__ = "0.1.0"
