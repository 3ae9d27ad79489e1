"""Providers, services and scales of the sample borough."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.sample.borough import FIRST_DAY, LAST_DAY
from pipeline.sample.planted_contracts import AGREED_VOLUME, EXPECTED_REFERRALS

SAFE = "Prevention of care and significant harm"
PARENTING = "Improved parenting skills"
CARERS = "Young carers' access to services"
HEALTHY = "Healthy living and mental and physical health"


@dataclass(frozen=True)
class Provider:
    """An organisation; `initials` begin its episode numbers."""

    provider_id: str
    name: str
    size: str
    sector: str
    bme_led: str
    initials: str


@dataclass(frozen=True)
class Service:
    """A contract, and what the generator needs besides: children who come a year, ages, comparison children."""

    service_id: str
    name: str
    provider_id: str
    programme: str
    ecm_outcome: str
    tier: str
    contract_type: str
    annual_value: int
    stage: str
    intake: int
    ages: tuple[int, int]
    start: dt.date = FIRST_DAY
    comparison: int = 0
    end: dt.date = LAST_DAY

    @property
    def commissioned_volume(self) -> int:
        """Children a year that the contract pays for."""
        return AGREED_VOLUME.get(self.service_id, self.intake)

    @property
    def expected_referrals(self) -> int:
        """Referrals a year that the service was planned for."""
        return EXPECTED_REFERRALS.get(self.service_id, self.intake)


@dataclass(frozen=True)
class SampleScale:
    """A scale, and how scores spread on it: `mean` and `spread` at baseline, `noise` of a change (SD)."""

    scale: str
    title: str
    minimum: int
    maximum: int
    direction: str
    mean: float
    spread: float
    noise: float
    goal: int
    reliability: float | str
    norm_sd: float | str = ""
    clinical_cutoff: int | str = ""
    kind: str = "score"
    norm_mean: float | str = ""


PROVIDERS = (
    Provider("oak_and_anchor", "Oak and Anchor Children's Society", "large", "voluntary", "no", "OA"),
    Provider("homefire", "Homefire Family Care", "large", "voluntary", "no", "HF"),
    Provider("northbrook", "Northbrook Children's Trust", "large", "voluntary", "no", "NB"),
    Provider("harbour_street", "Harbour Street Family Centre", "medium", "voluntary", "no", "HS"),
    Provider("tilling_carers", "Tilling Young Carers", "medium", "voluntary", "no", "TC"),
    Provider("steady_minds", "Steady Minds Tillingbourne", "medium", "voluntary", "no", "SM"),
    Provider("quayside", "Quayside Counselling", "medium", "voluntary", "no", "QC"),
    Provider("kestrel_sports", "Kestrel Sports Trust", "medium", "voluntary", "no", "KS"),
    Provider("umoja_families", "Umoja Families of Tillingbourne", "medium", "community", "yes", "UF"),
    Provider("ubuntu_youth", "Ubuntu Youth of Marsh End", "small", "community", "yes", "UY"),
    Provider("sangam_parents", "Sangam Parents' Forum, Oxley Green", "small", "community", "yes", "SP"),
    Provider("lantern_fathers", "Lantern Fathers' Network", "small", "voluntary", "no", "LF"),
    Provider("good_table", "The Good Table, Saltpan", "small", "voluntary", "no", "GT"),
    Provider("riverside_play", "Riverside Play Association", "small", "community", "no", "RP"),
    Provider("withy_hall", "Withy Meadow Hall Association", "small", "community", "no", "WH"),
)

_SERVICE, _FRAMEWORK = "service_contract", "framework_contract"

SERVICES = (
    Service("S01", "Intensive Family Support", "oak_and_anchor", SAFE, "stay_safe", "specialist",
            _SERVICE, 118_000, "mainstream", 110, (4, 15), comparison=150),
    Service("S02", "Edge of Care Keyworkers", "homefire", SAFE, "stay_safe", "specialist",
            _SERVICE, 124_000, "programme", 90, (6, 16)),
    Service("S03", "Positive Parenting Groups", "northbrook", PARENTING, "enjoy_and_achieve", "targeted",
            _SERVICE, 96_000, "programme", 150, (2, 12), comparison=150),
    Service("S04", "Parents as Partners", "harbour_street", PARENTING, "enjoy_and_achieve", "targeted",
            _SERVICE, 84_000, "mainstream", 120, (3, 11)),
    Service("S05", "Young Carers' Access", "tilling_carers", CARERS, "positive_contribution", "targeted",
            _SERVICE, 88_000, "programme", 120, (7, 17), comparison=150),
    Service("S06", "Healthy Minds in Schools", "steady_minds", HEALTHY, "be_healthy", "universal",
            _SERVICE, 82_000, "programme", 170, (8, 16)),
    Service("S07", "Child and Family Counselling", "quayside", HEALTHY, "be_healthy", "specialist",
            _SERVICE, 76_000, "mainstream", 100, (6, 17)),
    Service("S08", "Move and Eat Well", "kestrel_sports", HEALTHY, "be_healthy", "universal",
            _SERVICE, 72_000, "mainstream", 170, (5, 14)),
    Service("S09", "Sitting Service for Young Carers", "homefire", CARERS, "positive_contribution", "targeted",
            _FRAMEWORK, 26_000, "programme", 60, (7, 16)),
    Service("S10", "Fathers Together", "lantern_fathers", PARENTING, "enjoy_and_achieve", "targeted",
            _FRAMEWORK, 18_000, "pilot", 45, (1, 10)),
    Service("S11", "Mentoring Circles", "ubuntu_youth", SAFE, "positive_contribution", "targeted",
            _FRAMEWORK, 24_000, "pilot", 60, (10, 17)),
    Service("S12", "Umoja Family Advocates", "umoja_families", SAFE, "stay_safe", "targeted",
            _FRAMEWORK, 30_000, "programme", 75, (3, 16)),
    Service("S13", "Sangam Parents' Circle", "sangam_parents", PARENTING, "enjoy_and_achieve", "targeted",
            _FRAMEWORK, 20_000, "pilot", 40, (1, 11)),
    Service("S14", "Saturday Kitchen", "good_table", HEALTHY, "be_healthy", "universal",
            _FRAMEWORK, 16_000, "pilot", 60, (5, 13)),
    Service("S15", "Adventure Play", "riverside_play", HEALTHY, "be_healthy", "universal",
            _FRAMEWORK, 17_000, "programme", 70, (5, 12)),
    Service("S16", "Weekend Breaks for Young Carers", "withy_hall", CARERS, "positive_contribution", "targeted",
            _FRAMEWORK, 21_000, "programme", 40, (8, 16)),
    Service("S17", "Steps after Harm", "quayside", SAFE, "stay_safe", "specialist",
            _FRAMEWORK, 27_000, "programme", 50, (5, 17)),
    Service("S18", "Young Parents' Group", "harbour_street", PARENTING, "economic_wellbeing", "targeted",
            _FRAMEWORK, 23_000, "pilot", 45, (15, 19), start=dt.date(2010, 7, 5)),
    Service("S19", "Cooking on a Budget", "good_table", HEALTHY, "be_healthy", "targeted",
            _FRAMEWORK, 18_000, "pilot", 50, (8, 16), start=dt.date(2011, 1, 10)),
    Service("S20", "Young Carers in Schools", "tilling_carers", CARERS, "positive_contribution", "universal",
            _FRAMEWORK, 20_000, "pilot", 60, (9, 16), start=dt.date(2011, 11, 7)),
)  # fmt: skip

SCALES = (
    SampleScale(
        "wellbeing", "Short wellbeing scale", 7, 35, "higher", 19.0, 4.0, 4.5, 3, 0.84, norm_mean=23.6
    ),
    SampleScale(
        "difficulties", "Difficulties score", 0, 40, "lower", 21.0, 5.0, 5.0, 4, 0.82, 5.8, 17, norm_mean=8.4
    ),
    SampleScale("family_star", "Family star, mean of its points", 1, 10, "higher", 4.6, 1.2, 1.5, 1, 0.75),
    SampleScale(
        "own_goals",
        "Goals agreed with the child",
        -2,
        2,
        "higher",
        -1.0,
        0.0,
        1.0,
        1,
        "",
        kind="goal_attainment",
    ),
)
SCALE_BY_NAME = {scale.scale: scale for scale in SCALES}
