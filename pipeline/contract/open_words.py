"""Words of verdicts that make no claim, each written once and shared by every kind of verdict."""

from itertools import chain
from typing import Literal, get_args

NoChange = Literal["no clear change"]
NoDifference = Literal["no clear difference"]
NotClear = Literal["not clear"]
CannotTell = Literal["cannot tell yet"]
TooFew = Literal["too few to say"]
Forming = Literal["baseline forming"]
NotAgreed = Literal["not agreed"]
NotTurned = Literal["not turned"]
"""Claims no gain: it includes curves that may be exactly as forecast."""

_KINDS = (NoChange, NoDifference, NotClear, CannotTell, TooFew, Forming, NotAgreed, NotTurned)
OPEN_WORDS = frozenset({"", *chain.from_iterable(map(get_args, _KINDS))})
"""All open words; blank where nothing was judged."""
