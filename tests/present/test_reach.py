"""Who was reached, beside who lives in the area."""

from small_slice import make_page, words

from pipeline.present.performance.reach import reached_table


def test_the_area_is_the_group_counted_first_and_not_those_in_need() -> None:
    page = make_page()
    assert set(page.slice.population["counted"]) == {"children", "children looked after"}
    text = words(page.format(reached_table(page)))
    assert "Share of children in the area" in text
    assert "30%" in text
    assert "70%" in text
