"""Contract, measures and children's outcomes of each service: three words, never one score."""

from dataclasses import dataclass
from functools import cache

from pipeline.analysis.impact.outcomes import list_findings, verdict_on
from pipeline.analysis.performance.contract_lines import Contract, list_contracts
from pipeline.analysis.performance.kpis import planned_verdicts, verdict_of
from pipeline.analysis.scope import Scope, part_of
from pipeline.analysis.verdicts import ServiceVerdict, judge_measures, judge_service


@dataclass(frozen=True)
class Tiers:
    """A service's contract, and one word for its measures and for its children."""

    contract: Contract
    measures: ServiceVerdict
    children: ServiceVerdict


def _judge_measures(scope: Scope, minimum_pairs: int) -> ServiceVerdict:
    planned = planned_verdicts(scope, minimum_pairs)
    charted = [
        verdict_of(scope, measure).variation
        for measure in scope.context.measures
        if measure.measure_id not in planned
    ]
    return judge_measures(charted, planned.values())


@cache
def list_tiers(scope: Scope, minimum_pairs: int) -> tuple[Tiers, ...]:
    """Return the tiers of each service, in the order of the register."""

    def judge(contract: Contract) -> Tiers:
        own = part_of(scope, contract.service.service_id)
        findings = list_findings(scope, contract.service, minimum_pairs)
        words = {verdict_on(scope, each) for each in findings}
        return Tiers(contract, _judge_measures(own, minimum_pairs), judge_service(words))

    return tuple(judge(contract) for contract in list_contracts(scope))
