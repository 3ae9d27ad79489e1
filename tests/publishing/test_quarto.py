"""What can be said about Quarto on a machine without it."""

from pathlib import Path

import pytest

from pipeline.publishing import PublishError, publish_site
from pipeline.publishing.finish import POLICY, with_policy, without_scripts
from pipeline.publishing.quarto import quarto_command

pytest_plugins = ("site_fixtures",)


def test_quarto_is_never_told_to_execute() -> None:
    command = quarto_command("/opt/quarto", Path("work") / "project")
    assert command == ("/opt/quarto", "render", str(Path("work/project")), "--quiet")


def test_asking_for_quarto_where_there_is_none_is_refused_in_one_sentence(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        PublishError, match=r"^publish\.with is 'quarto', but no program of that name was found"
    ):
        publish_site(project, project / "_site", "quarto")
    assert not (project / "_site").exists()


def test_auto_takes_pandoc_where_there_is_no_quarto(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert publish_site(project, project / "_site", "auto").publisher == "pandoc"


def test_what_quarto_adds_to_run_in_the_browser_is_taken_out_and_nothing_else() -> None:
    text = (
        '<script src="site_libs/x.js"></script><SCRIPT>\nif (a < b) {}\n</SCRIPT >'
        '<img alt="group one = 5 > 4" src="a.png" onload="x()" ONERROR=y><p>on = 5</p>'
    )
    assert without_scripts(text) == '<img alt="group one = 5 > 4" src="a.png"><p>on = 5</p>'


def test_a_page_of_quartos_says_first_what_a_browser_may_load() -> None:
    assert (
        with_policy('<html><head lang="x"><meta></head>', POLICY)
        == f'<html><head lang="x">\n{POLICY}<meta></head>'
    )
