"""Errors between places: two rows, two tables or two returns that do not agree."""

from collections.abc import Callable, Mapping

from planted_returns import FIRST, LAST, MIDDLE, Place, Plant, Returns, plant_again, plant_later

BETWEEN: dict[str, tuple[str, Plant]] = {
    "an episode twice": ("episode.key_unique", plant_again("episodes")),
    "an outcome twice": ("outcome.key_unique", plant_again("outcomes")),
    "an answer twice": ("feedback.key_unique", plant_again("feedback")),
    "a referral under two numbers": ("episode.child_once", plant_again("episodes", episode_id="E0001")),
    "two ethnicities": ("episode.one_ethnicity",
        lambda returns: _second_service(returns, ethnicity="WBRI", was={"ethnicity": "BCRB"})),
    "two sexes": ("episode.one_sex", lambda returns: _second_service(returns, sex="male", was={"sex": "female"})),
    "two ages": ("episode.ages_agree", lambda returns: _second_service(returns, age="4", was={"age": "15"})),
    "referred before birth": ("episode.born_before", lambda returns: _unborn(returns)),
    "a date that moved": ("episode.dates_kept", plant_later("episodes", {"start_date": "2009-12-30"}, "start_date")),
    "ethnicity lost": ("episode.ethnicity_not_lost", plant_later("episodes", {"ethnicity": "NSTA"}, "ethnicity")),
    "another scale": ("outcome.scale_kept", plant_later("outcomes", {"scale": "difficulties"}, "baseline_score")),
    "another baseline": ("outcome.baseline_kept", plant_later("outcomes", {"baseline_score": "8"}, "baseline_score")),
    "a baseline withdrawn": ("outcome.baseline_kept",
        plant_later("outcomes", {"baseline_score": "", "baseline_date": "", "goal": ""}, "baseline_score")),
}  # fmt: skip


def _unborn(returns: Returns) -> list[Place]:
    """A child of two years, whom a service that began long before says to have known five years ago."""
    return _second_service(returns, was={"age": "2"}, referral_date="2005-06-01")[1:]


def _error(name: str, rule: str) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        BETWEEN[name] = (rule, plant)
        return plant

    return keep


def _second_service(returns: Returns, was: Mapping[str, str], **changes: str) -> list[Place]:
    """The child of a new episode is in a second service too, where something else is said of it."""
    row = returns.only_last()
    row.update(was)
    second = {**row, "episode_id": "E0002", "service_id": "S07", **changes}
    returns.rows("episodes").append(second)
    return [returns.at("episodes", row), returns.at("episodes", second)]


@_error("a start withdrawn", "episode.dates_kept")
def _start_withdrawn(returns: Returns) -> list[Place]:
    _, row = returns.twice("episodes", "start_date", going_on=True)
    row["start_date"] = ""
    return [returns.at("episodes", row)]


@_error("the episodes are not sent", "file.missing")
def _no_episodes(returns: Returns) -> list[Place]:
    returns.drop_what_hangs_on(lambda episode: True)
    returns.files[f"{LAST}/episodes.csv"] = b"gone"
    return [(LAST, "episodes", "")]


@_error("overlapping episodes of a child in a service", "episode.not_overlapping")
def _overlap(returns: Returns) -> list[Place]:
    row = returns.only_last()
    row.update({"end_date": "", "end_reason": ""})
    second = {**row, "episode_id": "E0003", "referral_date": "2010-03-31", "start_date": "", "isa_date": ""}
    returns.rows("episodes").append(second)
    return [returns.at("episodes", row), returns.at("episodes", second)]


@_error("another ethnicity than last quarter", "episode.ethnicity_same")
def _other_ethnicity(returns: Returns) -> list[Place]:
    before, row = returns.twice("episodes", "ethnicity")
    before["ethnicity"], row["ethnicity"] = "BCRB", "WBRI"
    for earlier in returns.rows("episodes", FIRST):
        if earlier["episode_id"] == row["episode_id"]:
            earlier["ethnicity"] = "BCRB"
    return [returns.at("episodes", row)]


@_error("a number given to another child", "episode.number_own")
def _number_reused(returns: Returns) -> list[Place]:
    _, row = returns.twice("episodes")
    row["child_id"] = "C99999"
    return [returns.at("episodes", row)]


@_error("a new number for an old episode", "episode.number_kept")
def _renumbered(returns: Returns) -> list[Place]:
    hung = {row["episode_id"] for table in ("outcomes", "feedback") for row in returns.rows(table)}
    ended = next(
        row
        for row in returns.rows("episodes", MIDDLE)
        if row["end_date"] and row["episode_id"] not in hung and row["episode_id"]
    )
    again = {**ended, "episode_id": "X0001"}
    returns.rows("episodes").append(again)
    return [returns.at("episodes", again)]


@_error("a number given to another answer", "feedback.number_own")
def _answer_renumbered(returns: Returns) -> list[Place]:
    row = returns.rows("feedback")[0]
    row["feedback_id"] = returns.rows("feedback", MIDDLE)[0]["feedback_id"]
    return [returns.at("feedback", row)]


@_error("an open episode that is no longer there", "episode.still_there")
def _disappeared(returns: Returns) -> list[Place]:
    hung = {row["episode_id"] for table in ("outcomes", "feedback") for row in returns.rows(table)}
    row, again = next(
        (row, again)
        for row in returns.rows("episodes", MIDDLE)
        for again in returns.rows("episodes")
        if again["episode_id"] == row["episode_id"] and not row["end_date"] and row["episode_id"] not in hung
    )
    returns.rows("episodes").remove(again)
    return [returns.at("episodes", row, MIDDLE)]


@_error("a word for no family", "episode.family_small")
def _filler(returns: Returns) -> list[Place]:
    new = returns.only_last()
    more = [{**new, "episode_id": f"F{at}", "child_id": f"F{at}", "family_id": "none"} for at in range(21)]
    returns.rows("episodes").extend(more)
    return [returns.at("episodes", row) for row in more]


@_error("a word for no family, in two returns", "episode.family_small")
def _filler_spread(returns: Returns) -> list[Place]:
    """Eleven children in each of two returns: more than a family has only where both are looked at."""
    places = []
    new = returns.only_last()
    for period in (MIDDLE, LAST):
        ended = next(row for row in returns.rows("episodes", MIDDLE) if row["end_date"])
        row = new if period == LAST else ended
        for at in range(11):
            named = f"{period[-1]}{at}"
            more = {**row, "episode_id": f"F{named}", "child_id": f"F{named}", "family_id": "none"}
            returns.rows("episodes", period).append(more)
            places.append(returns.at("episodes", more, period))
    return places


@_error("four times as many episodes", "episode.volume_steady")
def _many(returns: Returns) -> list[Place]:
    new = returns.only_last()
    more = 3 * len(returns.rows("episodes")) + 3 * len(returns.rows("episodes", MIDDLE))
    returns.rows("episodes").extend(
        {**new, "episode_id": f"N{number}", "child_id": f"N{number}"} for number in range(more)
    )
    return [returns.at("episodes", row) for row in returns.rows("episodes")]


@_error("a fifth of the episodes", "episode.volume_steady")
def _few(returns: Returns) -> list[Place]:
    needed = 5 * len(returns.rows("episodes"))
    new = {**returns.only_last(), **_ENDED}
    for period, letter, ended in ((FIRST, "F", "2009-09-20"), (MIDDLE, "M", "2009-11-20")):
        returns.rows("episodes", period).extend(
            {**new, "episode_id": f"{letter}{number}", "child_id": f"{letter}{number}", "end_date": ended}
            for number in range(needed)
        )
    return [returns.at("episodes", row) for row in returns.rows("episodes")]


_ENDED = {
    "referral_date": "2009-07-05",
    "start_date": "",
    "isa_date": "",
    "end_reason": "other",
    "protection_plan_start": "",
    "protection_plan_end": "",
}


def _copy(table: str) -> Plant:
    def plant(returns: Returns) -> list[Place]:
        rows = [dict(row) for row in returns.rows(table, MIDDLE)]
        returns.rows(table)[:] = rows
        if table == "episodes":
            sent = {row["episode_id"] for row in rows}
            returns.drop_what_hangs_on(lambda episode: episode not in sent)
        return [returns.at(table, row) for row in rows]

    return plant


BETWEEN["last quarter's episodes again"] = ("episode.not_copied", _copy("episodes"))
BETWEEN["last quarter's outcomes again"] = ("outcome.not_copied", _copy("outcomes"))


@_error("a review that is gone", "outcome.review_not_lost")
def _review_gone(returns: Returns) -> list[Place]:
    before, row = returns.twice("outcomes", "baseline_score")
    before.update({"review_score": "20", "review_date": "2009-12-30"})
    row.update({"review_score": "", "review_date": "", "achieved": ""})
    return [returns.at("outcomes", row)]
