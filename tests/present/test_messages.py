"""What charts say: the verdicts of the table beside them, and nothing where it tells none."""

from shown_tables import publish

from pipeline.present.disclosure.columns import Text
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.messages import groups_message, services_message, verdict_message

KNOWN = ("Asian", "Black", "White")


def judged(**verdicts: str) -> PublishedTable:
    rows = [{"group": group.replace("_", " "), "verdict": word} for group, word in verdicts.items()]
    return publish(rows, [Text("group", "Group"), Text("verdict", "Verdict")])


def test_groups_are_named_by_their_verdict_what_is_better_first() -> None:
    said = groups_message(judged(All_children="better", Black="no clear change", Asian="better"), KNOWN)
    assert said.index("Asian") < said.index("Black")
    assert "no clear change for Black children" in said
    assert "All children" not in said


def test_nothing_is_said_where_nothing_can_be_told() -> None:
    assert groups_message(judged(Black="too few to say", White="cannot tell yet"), KNOWN) == ""
    assert verdict_message("chart gap", {"Black": "not clear"}, ("behind",), comparator="everyone else") == ""


def test_a_gap_names_its_groups_and_its_comparator() -> None:
    words = {"Asian": "behind", "Black": "behind", "White": "ahead"}
    said = verdict_message("chart gap", words, ("behind", "ahead"), comparator="everyone else")
    first, second = said.split("; ")
    assert "Asian and Black" in first and "worse than everyone else" in first
    assert "White" in second and "better" in second


def test_results_of_services_are_counted() -> None:
    said = services_message(judged(S01="better", S02="better", S03="worse", S04="no clear change"))
    assert said.startswith("2 of 4 changes in scores") and "1 clearly worse" in said
