"""Charts keep what is seen, at half the weight."""

import xml.etree.ElementTree as ElementTree

from pipeline.present.drawing import slim_svg

DRAWN = """<?xml version="1.0"?>
<!DOCTYPE svg>
<svg width="300pt" xmlns="http://www.w3.org/2000/svg">
 <defs>
  <style type="text/css">*{stroke-linecap: butt}</style>
 </defs>
 <g id="line2d_1">
  <path d="M 20.08875 149.408853
L 0.795609 -0.125
" style="fill: none; stroke-dashoffset: 0; stroke: #12436d"/>
 </g>
 <g>
  <text style="font-size: 9.5px; font-family: 'DejaVu Sans', 'Arial', sans-serif; fill: #0b0c0c" \
x="292" y="56.165635" transform="rotate(-0 292 56.165635)">S01: M 1.2345 L; fill: #0b0c0c</text>
  <text style="font-size: 9.5px; fill: #801650" x="1" y="2">x</text>
 </g>
</svg>
"""
DARK = {"#0b0c0c": "#e8ebee", "#12436d": "#8fc1ee", "#3d3d3d": "#c9ced3"}


def test_words_stay_as_they_are_and_shapes_keep_a_tenth_of_a_point() -> None:
    slim = slim_svg(DRAWN, "#0b0c0c", DARK)
    assert "S01: M 1.2345 L; fill: #0b0c0c" in slim
    assert 'd="M20.1 149.4L0.8 -0.12"' in slim
    assert 'y="56.2"' in slim
    assert len(slim) < len(DRAWN)


def test_words_are_of_the_colour_of_the_style_unless_they_have_their_own() -> None:
    slim = slim_svg(DRAWN, "#0b0c0c", DARK)
    assert 'style="font-size:9.5px"' in slim
    assert 'style="font-size:9.5px;fill:#801650"' in slim
    assert "text{fill:#0b0c0c;font-family" in slim
    assert "text{fill:#e8ebee}" in slim


def test_a_dark_page_changes_the_colours_that_are_used_and_no_others() -> None:
    slim = slim_svg(DRAWN, "#0b0c0c", DARK)
    assert '[style*="stroke:#12436d"]{stroke:#8fc1ee!important}' in slim
    assert "#c9ced3" not in slim


def test_it_is_still_a_drawing() -> None:
    assert ElementTree.fromstring(slim_svg(DRAWN, "#0b0c0c", DARK)).tag.endswith("svg")
