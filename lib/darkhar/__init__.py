"""Human action recognition in the dark: the library behind the paper.

Rooms import downwards only: ``cli``, ``pipeline``, ``figures``, ``study``,
``recognizer``, ``training``, ``models``, ``features``, ``pose``, ``backbones``,
``evaluation``, ``results``, ``enhancement``, ``sampling``, ``data``, ``store``,
``config``. Importing this package imports none of them.
"""

__version__ = "0.1.0"
