"""Contract, service and children's outcomes side by side: three words a service, never one score."""

from pipeline.analysis.performance.contract_lines import Contract
from pipeline.analysis.performance.kpis import CHANGED, target_of, variation_of, verdict_of
from pipeline.analysis.performance.tiers import list_tiers
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.impact.impact_page import describe_findings
from pipeline.present.page import Page, named_service
from pipeline.present.performance.contracts import format_delivery
from pipeline.present.performance.control_charts import titles_by_variation
from pipeline.present.sentences import say


def _measures_rest(page: Page, minimum_pairs: int) -> str:
    """How the service's measures move, and how many stand where with regard to a target."""
    measures, found = page.context.measures, titles_by_variation(page, minimum_pairs)
    aimed = [measure for measure in measures if target_of(page, measure)]
    still = [measure for measure in aimed if variation_of(page, measure, minimum_pairs) not in CHANGED]
    missed = sum(verdict_of(page, measure).assurance == "missed" for measure in still)
    rest = say(
        "tier measures",
        number=len(measures),
        better="; ".join(found.get("better", (say("none"),))),
        worse="; ".join(found.get("worse", (say("none"),))),
        unclear=len(found.get("no clear change", ())),
        few=len(found.get("too few to say", ())) + len(found.get("cannot tell yet", ())),
    )
    key = "tier targets" if missed else "tier targets near" if aimed else "tier no targets"
    targets = say(key, number=len(aimed), missed=missed)
    return f"{rest} {targets}"


def _standards_rest(contract: Contract) -> str:
    found = [each.met for each in contract.standards]
    if not found:
        return say("tier no standards")
    if set(found) == {"not_checked"}:
        return say("tier unchecked", number=len(found))
    return say("tier standards", met=found.count("yes"), number=len(found))


def _contract_rest(contract: Contract) -> str:
    returns = contract.returns
    said = say("tier returns", missing=len(returns.missing), late=len(returns.late), due=returns.due)
    volume = say("tier volume", volume=format_delivery(contract.volume, "commissioned"))
    return f"{_standards_rest(contract)} {said} {volume}"


def tiers_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """The three tiers of one service, each with its word and what it rests on."""
    (tiers,) = list_tiers(page, minimum_pairs)
    contract, children = tiers.contract, describe_findings(page, tiers.contract.service, minimum_pairs)
    found = {
        say("performance contract"): (contract.word, _contract_rest(contract)),
        say("performance service"): (tiers.measures, _measures_rest(page, minimum_pairs)),
        say("performance children"): (tiers.children, children),
    }
    rows = [{"tier": tier, "word": word, "rests": rests} for tier, (word, rests) in found.items()]
    return page.table("tiers, one", rows)


def all_tiers_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """The three words of every service, in the order of the register."""
    rows = [
        {
            **named_service(tiers.contract.service),
            "contract": tiers.contract.word,
            "volume": format_delivery(tiers.contract.volume, "commissioned"),
            "measures": tiers.measures,
            "children": tiers.children,
        }
        for tiers in list_tiers(page, minimum_pairs)
    ]
    return page.table("tiers", rows)


def show_tiers(page: Page, minimum_pairs: int) -> str:
    """Three words for one service; over all services a row each."""
    table = tiers_table if page.service is not None else all_tiers_table
    return page.format(table(page, minimum_pairs))
