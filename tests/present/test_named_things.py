"""What the A to Z lists by name: each service, measure, target and group with its page."""

from dataclasses import replace

from facts import MEASURE
from small_slice import DATASET, SCALE, SERVICE, TARGET, words

from pipeline.contract.context import Context
from pipeline.present.definitions import list_named

CONTEXT = Context(DATASET, None, (SERVICE,), (MEASURE,), (SCALE,), (TARGET,), ())


def _listed(context: Context = CONTEXT) -> dict[str, list[str]]:
    return {kind: list(lines) for kind, lines in list_named(context).items()}


def test_a_service_is_found_by_number_name_provider_and_theme() -> None:
    (line,) = _listed()["Services"]
    assert line.startswith(f"[{SERVICE.service_id} {SERVICE.name}](</services/{SERVICE.service_id}.ipynb>), ")
    assert f"(</equality/{SERVICE.service_id}.ipynb>)" in line
    assert all(about in words(line) for about in (SERVICE.provider, SERVICE.programme, SERVICE.tier))


def test_a_measure_leads_to_its_page() -> None:
    (line,) = _listed()["Measures"]
    assert line.startswith("[Completed](</definitions.qmd#measure-completed>)")
    assert "(</equality/completed.ipynb>)" in line


def test_a_target_leads_to_its_card_and_says_what_it_is_of() -> None:
    (line,) = _listed()["Race-equality targets"]
    assert f"(</equality/index.ipynb#{TARGET.target_id}>)" in line
    assert "Completed" in line and TARGET.ethnic_group in line
    assert not _listed(replace(CONTEXT, targets=()))["Race-equality targets"]


def test_groups_are_listed_without_those_of_whom_it_is_not_known() -> None:
    groups = _listed()["Ethnic groups"]
    assert [line.partition("]")[0] for line in groups] == ["[Black", "[White"]
    assert "African" in words(groups[0])


def test_what_somebody_called_a_service_is_words() -> None:
    context = replace(CONTEXT, services=(replace(SERVICE, name="[x](javascript:y)<b>"),))
    (line,) = _listed(context)["Services"]
    assert "<b>" not in line and "](javascript" not in line
