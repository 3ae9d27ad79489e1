"""Findings on contracts as tables, with the columns that contract/findings.yaml declares."""

from collections.abc import Iterator

import pandas as pd

from pipeline.analysis.finding_columns import Row, as_frame, estimate_columns
from pipeline.analysis.group_counts import level
from pipeline.analysis.performance.contract_lines import ContractLine, judge_line, list_contracts
from pipeline.analysis.performance.contracts import count_standards
from pipeline.analysis.performance.tiers import Tiers, list_tiers
from pipeline.analysis.scope import Scope


def _contract(tiers: Tiers) -> Row:
    contract = tiers.contract
    standards, returns = count_standards(contract.standards), contract.returns
    return {
        "service_id": contract.service.service_id,
        "standards": len(contract.standards),
        "standards_met": standards["yes"],
        "standards_partly": standards["partly"],
        "standards_not_met": standards["no"],
        "returns_due": returns.due,
        "returns_missing": len(returns.missing),
        "returns_late": len(returns.late),
        "contract": contract.word,
        "volume": contract.volume,
        "referrals": contract.referrals,
        "measures": tiers.measures,
        "children": tiers.children,
    }


def tabulate_contracts(scope: Scope, minimum_pairs: int) -> pd.DataFrame:
    """Judge each contract, its measures and its children: one row a service (columns of `contracts`)."""
    return as_frame((_contract(tiers) for tiers in list_tiers(scope, minimum_pairs)), "contracts")


def _line(scope: Scope, service_id: str, what: str, line: ContractLine) -> Row:
    per_100 = level(line.per_100, "per_100_child_years", scope.confidence_level)
    return {
        "service_id": service_id,
        "what": what,
        "months": str(line.window),
        "events": int(line.count),
        "agreed": line.agreed,
        **estimate_columns(per_100),
        **({"unit": "per 100 agreed"} if line.agreed else {}),
        "verdict": judge_line(scope, line),
    }


def _lines(scope: Scope) -> Iterator[Row]:
    for contract in list_contracts(scope):
        own = contract.service.service_id
        yield from (_line(scope, own, "reached", line) for line in contract.reached)
        yield _line(scope, own, "referred", contract.referred)


def tabulate_delivery(scope: Scope) -> pd.DataFrame:
    """Set what was delivered against what was agreed, by contract year and as a whole (columns of `delivery`)."""
    return as_frame(_lines(scope), "delivery")
