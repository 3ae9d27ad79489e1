"""Planning and doing, for notebooks: priorities, costs, stages, bids and dates as frames, and the parts of a page.

Open a page with `open_page`. The columns of the frames are declared in `pipeline/contract/findings.yaml`. Nothing here
counts a child: all figures of children are those that other pages have published.
"""

from pipeline.present.cycle.due_page import due, show_due
from pipeline.present.cycle.market_page import (
    award_years,
    awards,
    show_award_success,
    show_award_years,
    show_awards,
    show_coproduction,
    show_joint_working,
    show_market,
)
from pipeline.present.cycle.money_page import (
    costs,
    rolled_up,
    show_contract_types,
    show_costs,
    show_full_cost,
    show_funding,
    show_money,
    show_strategy,
    show_tiers,
)
from pipeline.present.cycle.needs_page import area_trends, areas, show_areas, show_needs, show_who_stands_out
from pipeline.present.cycle.options import (
    affected,
    options,
    show_equality_impact,
    show_evidence,
    show_options,
)
from pipeline.present.cycle.page import CyclePage, cycle_rules, open_page
from pipeline.present.cycle.plan_page import (
    coverage,
    moving_on,
    one_provider,
    show_coverage,
    show_moving_on,
    show_plan,
)
from pipeline.present.cycle.population_rates import population_rates, show_population_rates
