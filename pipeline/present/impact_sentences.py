"""Every sentence of the impact page that depends on what was found; `present.sentences` is the one door to them."""

from __future__ import annotations

from collections.abc import Mapping

IMPACT_SENTENCES: Mapping[str, str] = {
    # Was the contract kept?
    "standards none": "No standards are recorded for this service: add them to reference/standards.csv.",
    "standards counted": "Of {number} standards {met} are met, {partly} partly and {not_met} not; {not_checked} not "
    "yet checked.",
    "standards due": "{day}, was due before these data end",
    "returns none": "No return is due yet.",
    "returns counted": "Returns due in the time of the contract: {due}. Missing: {missing}. Late: {late}. In, but the "
    "day they came is not recorded: {undated}.",
    "delivery note": "For each 100 agreed: the range holds what chance alone would do to a count of that size. More or "
    "fewer is said only where the whole range lies on that side of 100. Children reached are those referred, each in "
    "the year of its first referral",
    "delivery more": "{services} reached clearly more children than commissioned.",
    "delivery fewer": "{services} reached clearly fewer children than commissioned.",
    "delivery as agreed": "No service clearly reached more or fewer children than commissioned.",
    "cost": "About £{cost} was agreed for each child reached (£{value} over {months} months). What children need "
    "differs from service to service, so this alone says nothing of worth; what changed for them stands beside it: "
    "{finding}.",
    "contracts note": "The word for a contract is never better than the worst that was found of its standards, its "
    "returns and its volume; what gives more than it is paid for is named as that",
}
