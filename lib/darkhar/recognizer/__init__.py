"""The recognizer: a clip in, an action out, or that it is unsure.

In: the frames of a clip, or its file. Out: a `Verdict`, or, of a longer video, a
`timeline` of such. Open `recognizer` first, then `confidence` (when an answer may be
believed) and `simulated` (the recognizer that has seen no real clip).
"""

from darkhar.recognizer.recognizer import Recognizer
from darkhar.recognizer.simulated import load_recognizer
from darkhar.recognizer.verdict import Verdict

__all__ = ["Recognizer", "Verdict", "load_recognizer"]
