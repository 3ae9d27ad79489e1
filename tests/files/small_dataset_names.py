"""What a proposal is held against: nothing, and a dataset with names of its own."""

from pipeline.files.mapping.propose import Held, hold_against

HELD = hold_against(None, "ons_2011")
HELD_OWN = Held(
    HELD.vocabulary,
    {
        "scale": {"wellbeing": "Wellbeing of the child", "sdq": "Strengths and difficulties"},
        "service_id": {"S01": "Young carers", "S02": "Mentoring"},
    },
)
