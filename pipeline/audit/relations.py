"""What anybody knows of published cells without looking: which of them add up to which."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from pipeline.audit.cells import ALL, EVENTS, MONTHS, OTHERS, UNKNOWN, WHOLE, Cell, Known, Relation
from pipeline.audit.frames import CHILDREN, JOURNEY, NOT_AGAIN
from pipeline.contract.dataset import MERGED

_ANY = (0.0, math.inf)
_DETAIL = 3
_CROSSED = 4
_FEW_PLACES, _TIGHT = 6, 4
"""The sum of more services than these leaves each of them as wide as its rounding does, unless it leaves them all no
more than so many times what they have to be left."""


def list_relations(known: Known) -> Iterator[Relation]:
    """Every relation between the cells; cells that no table shows stand in them where a reader knows of them."""
    within = [*_within_releases(known)]
    yield from within
    by_release: dict[Cell, set[str]] = defaultdict(set)
    for cell in (*known.ends, *chain.from_iterable((*each.wholes, *each.parts) for each in within)):
        by_release[cell._replace(release="")].add(cell.release)
    yield from _of_releases(known, by_release)


def _within_releases(known: Known) -> Iterator[Relation]:
    """What is known of each release by itself."""
    yield from known.relations
    yield from _of_measures(known)
    by_whom: dict[Cell, set[tuple[str, ...]]] = defaultdict(set)
    by_time: dict[Cell, set[str]] = defaultdict(set)
    by_place: dict[Cell, set[str]] = defaultdict(set)
    for cell in known.ends:
        by_whom[cell._replace(who=())].add(cell.who)
        by_time[cell._replace(window="")].add(cell.window)
        by_place[cell._replace(place="")].add(cell.place)
    for cell, whom in by_whom.items():
        yield from _of_groups(cell, whom)
    for cell, windows in by_time.items():
        yield from _of_periods(cell, windows)
    for cell, places in by_place.items():
        yield from _of_services(known, cell, places)


def _of_measures(known: Known) -> Iterator[Relation]:
    """Those who have a measure's event or have it not are those who have the event of the measure it is out of."""
    for cell in known.ends:
        if cell.role == EVENTS and cell.what in known.links.nested:
            whole = cell._replace(what=known.links.nested[cell.what])
            yield Relation((whole,), (cell, cell._replace(role=OTHERS)))


def _of_groups(cell: Cell, whom: set[tuple[str, ...]]) -> Iterator[Relation]:
    """Groups and everyone else make up all; codes lie in their group, levels in all, crossings in both."""
    everyone = cell._replace(who=(ALL,))
    unknown = cell._replace(who=UNKNOWN)
    groups = tuple(cell._replace(who=who) for who in sorted(whom) if who[0] == "group" and who != UNKNOWN)
    inside: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for who in sorted(whom):
        own = cell._replace(who=who)
        if who[0] == "not":
            yield Relation((everyone,), (cell._replace(who=("group", who[1])), own, unknown))
        elif who[0] == "detail" and len(who) == _DETAIL:
            inside["group", who[1]].append(own)
        elif who[0] == "level" and len(who) == _CROSSED:
            inside[who[:3]].append(own)
            inside["group", who[3], who[1]].append(own)
        elif who[0] == "level":
            inside[ALL, who[1]].append(own)
            if MERGED in who[2]:
                yield Relation(
                    (own,), tuple(cell._replace(who=(*who[:2], name)) for name in who[2].split(MERGED))
                )
    if len(groups) > 1 and (ALL,) in whom:
        yield Relation((everyone,), (*groups, unknown), 0.0, math.inf)
    for of, parts in inside.items():
        whole = of[:2] if of[0] == "group" else of[:1] if of[0] == ALL else of
        yield Relation((cell._replace(who=whole),), tuple(parts), 0.0, math.inf)


def _of_periods(cell: Cell, windows: set[str]) -> Iterator[Relation]:
    """Quarters lie in the whole time, and so do each year and the months that a target is judged on."""
    whole = (cell._replace(window=WHOLE),)
    stretches = [window for window in sorted(windows) if window.endswith(" year") or " to " in window]
    years = [cell._replace(window=window) for window in stretches]
    quarters = [cell._replace(window=window) for window in sorted(windows) if "-q" in window]
    if quarters:
        yield Relation(whole, tuple(quarters), 0.0, math.inf)
    for year in years:
        yield Relation(whole, (year,), 0.0, math.inf)


def _of_services(known: Known, cell: Cell, places: set[str]) -> Iterator[Relation]:
    """Services make up all; of children, who may be in several, each is a part, and all are no more than their sum.

    A curve's place ('S01 curve_C9') is no service.
    """
    own = sorted(place for place in places - {"index"} if " " not in place)
    services = tuple(cell._replace(place=place) for place in own)
    whole = cell._replace(place="index")
    # The first year of a service is that since its own start.
    if "index" not in places or cell.window == "first year":
        return
    few = 0 < len(services) <= _FEW_PLACES
    if cell.what != CHILDREN:
        least = sum(known.ends[each][0] for each in services)
        if few or known.ends[whole][1] - least < _TIGHT * known.least_values:
            yield Relation((whole,), services, 0.0, math.inf)
        return
    yield from (Relation((whole,), (each,), 0.0, math.inf) for each in services)
    if few and (cell.who, cell.window) == ((ALL,), WHOLE):  # not every service tells of every group
        yield Relation(services, (whole,), 0.0, math.inf)


def _of_releases(known: Known, by_release: Mapping[Cell, set[str]]) -> Iterator[Relation]:
    """A count grows from one release to the next; a quarter that reads the same in both is the same.

    Not so those to whom something may still come, which with those to whom it came grow all the same. Where one count
    of a page plainly fell, somebody was taken out of the page's records, and no other count of it need have grown.
    """
    pairs = [
        (cell._replace(release=one), cell._replace(release=now))
        for cell, releases in by_release.items()
        for now, *before in [sorted(releases)]
        for one in before
    ]
    grown = [pair for pair in pairs if not _may_turn(known, pair[0])]
    shrunk = {_page(now) for earlier, now in grown if _fell(known, earlier, now)}
    for earlier, now in grown:
        if _page(now) not in shrunk:
            same = "-q" in now.window and earlier in known.ends and known.ends[earlier] == known.ends.get(now)
            yield Relation((now,), (earlier,), 0.0, 0.0 if same else math.inf)
    for each in pairs:
        if _may_turn(known, each[0]) and each[0].what in known.links.later and _page(each[1]) not in shrunk:
            earlier_whole, whole = ((cell._replace(role=EVENTS), cell) for cell in each)
            yield Relation(whole, earlier_whole, 0.0, math.inf)


def _may_turn(known: Known, cell: Cell) -> bool:
    """Whether people may leave this count as time goes on: those to whom something has not come yet."""
    waits = cell.what in known.links.later or cell.what == JOURNEY
    return cell.role == NOT_AGAIN or (cell.role == OTHERS and waits)


def _page(cell: Cell) -> tuple[str, str]:
    """The release and the page that a cell stands on: a curve's place is 'S01 curve_C9'."""
    return cell.release, cell.place.partition(" ")[0]


def _fell(known: Known, earlier: Cell, now: Cell) -> bool:
    """Whether the most that is left now does not reach above the least of then.

    Time is rounded by less than its ends are apart, so it fell where they touch.
    """
    least_then, most_now = known.ends.get(earlier, _ANY)[0], known.ends.get(now, _ANY)[1]
    return most_now < least_then or (now.role == MONTHS and most_now == least_then)
