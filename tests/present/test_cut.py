"""Services of one tier or level are shown by buttons that styles follow; a page without services hides them."""

import re
from dataclasses import replace
from pathlib import Path

from small_slice import SERVICE

from pipeline.present.disclosure.columns import Text
from pipeline.present.disclosure.table import PageTable, format_html, protect_table
from pipeline.present.page import format_cut
from pipeline.protect.rounding import PROFILES

STYLE = Path(__file__).parents[2] / "reports" / "assets" / "style.css"
OTHER = replace(SERVICE, service_id="S02", tier="universal", level="individual")


def test_a_row_about_a_service_has_its_tier_and_level_and_no_other_row_has() -> None:
    rows = [{"service_id": own, "name": own or "All"} for own in ("S02", "S01", None)]
    cuts = {each.service_id: each.cut for each in (SERVICE, OTHER)}
    table = PageTable("t", "Title", "all", "2010", "us", [Text("name", "Name")], rows, cuts=cuts)
    body = format_html(protect_table(table, PROFILES["nhs"])).partition("<tbody>")[2]
    assert re.findall(r"<tr[^>]*>", body) == [
        '<tr class="service tier-universal level-individual">', '<tr class="service tier-targeted">', "<tr>",
    ]  # fmt: skip


def test_there_is_a_button_for_each_tier_and_each_has_its_style() -> None:
    shown = format_cut([SERVICE, OTHER, replace(OTHER, level="strategic")], summed=False)
    style = STYLE.read_text(encoding="utf-8")
    buttons = re.findall(r'name="(\w+)" value="(\w+)"', shown)
    assert buttons == [
        ("tier", "universal"), ("tier", "targeted"), ("level", "strategic"), ("level", "individual"),
    ]  # fmt: skip
    for by, name in buttons:
        assert f'[name="{by}"][value="{name}"]:checked) .service:not(.{by}-{name})' in style
    assert shown.count("checked") == 2
    assert "<script" not in shown
    assert "<a " not in shown


def test_it_leads_to_the_sums_of_each_tier_and_level() -> None:
    assert "money.ipynb#what-does-each-tier-do-at-each-level" in format_cut([SERVICE, OTHER], summed=True)


def test_where_all_services_are_alike_there_is_nothing_to_choose() -> None:
    assert format_cut([SERVICE, replace(SERVICE, service_id="S03")], summed=True) == ""
    assert format_cut([], summed=True) == ""
