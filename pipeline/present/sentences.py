"""Every sentence of the pages that depends on what was found: one table, each row tested by itself."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.present.impact.claim_sentences import CLAIM_SENTENCES
from pipeline.present.impact.impact_sentences import IMPACT_SENTENCES

SENTENCES: Mapping[str, str] = {
    # Why a verdict is what it is (analysis.verdicts.Reason).
    "reason inside": "The whole interval lies on the right side of the target.",
    "reason outside": "The whole interval lies on the wrong side of the target.",
    "reason across": "The interval holds values on both sides of the target.",
    "reason forecast inside": "If the quarters go on as they have, the target is reached by its date: the whole "
    "interval of the forecast says so.",
    "reason forecast outside": "If the quarters go on as they have, the target is missed by its date: the whole "
    "interval of the forecast says so.",
    "reason forecast across": "The forecast for the target's date holds values on both sides of it.",
    "reason no estimate": "There are no figures to judge by in these months.",
    "reason no forecast": "There are too few quarters with figures to forecast from, or the line through them leaves "
    "the scale before the target's date.",
    "forecast season": "The forecast knows the season.",
    "forecast no season": "Under three years of quarters: a season cannot be told from the line and is not in the "
    "forecast.",
    "reason few": "Fewer than {minimum} children stand behind the figure in one of the groups.",
    "reason unknown": "The ethnic group of more than {maximum} of the children is not known, and no verdict is given "
    "above that limit.",
    "reason forming": "Under {months} months of commissioned work: what it starts from is still being measured.",
    # What to do where it cannot be told.
    "do wait": "About {more} more months at today's intake would settle it, if the level stays as it is.",
    "do widen": "At today's intake more than ten more years would be needed: agree a target over several services, "
    "a longer time, or a broader group, together with those it is for.",
    "do record": "Ask providers to record ethnic groups: completeness by provider stands on the page on data quality.",
    "do due": "The target is due on {due}; look again with each quarter's data.",
    "do baseline": "It will be complete after {month}; then freeze it with 'outturn freeze'.",
    "do act": "Ask the services concerned, and {whom}, what stands in the way; each service has its own page.",
    "detectable": "With so many children, a difference under about {points} would usually go unseen.",
    # Targets and their register.
    "targets none": "No race-equality target is set here in the register.",
    "targets one": "Of {number} race-equality target: {counted}.",
    "targets counted": "Of {number} race-equality targets: {counted}.",
    "targets note": "Differences are in percentage points, those of scores in points of the scale. Each target was "
    "agreed by itself, before its data, and is judged by itself",
    "register why": "Why it is needed: {why}",
    "register agreed": "Agreed with {whom} on {date}.",
    "register revised": "Version {version}, before that: {goal} by {due} (agreed {date}).",
    # Baselines.
    "baseline forming": "still forming",
    "baseline open": "measured, not yet frozen",
    "baseline frozen": "frozen on {date}, unchanged since",
    "baseline changed": "frozen on {date} at {value}; the data of these months have changed since: find out why",
    "baseline note": "A stated baseline is in the table of targets. The months of a baseline are never scored against "
    "it. Expected by luck alone: how far the figure would move next time if nothing changed, because figures of few "
    "children are partly chance",
    "baselines none": "No target's baseline was measured: all are stated, or still forming.",
    "regression": "{points} points",
    "regression rate": "{rate} per 100 child-years",
    "regression none": "cannot be told",
    # Gaps.
    "gaps behind": "{group} children are behind {comparator} in: {measures}.",
    "gaps ahead": "{group} children are ahead of {comparator} in: {measures}.",
    "gap note": "For this measure {better} is better; a difference of 0 and a ratio of 1 mean no difference. Short of "
    "parity: how many more children would have the better outcome at the others' rate; below 0, how many fewer. The "
    "ratios are of those who did, and of those who did not",
    "gap rate note": "For this measure {better} is better; a difference of 0 and a ratio of 1 mean no difference. "
    "Short of parity: how many more of the better, or fewer of the worse, there would have been at the others' rate",
    "gaps none": "No group is clearly behind {comparator} in any measure.",
    "gaps open": "There are too few children to say whether any group is ahead of or behind {comparator}.",
    "gaps chance": "Looked at together: {family}. Of the differences called clear, at most {rate} are expected to be "
    "chance (Benjamini and Hochberg 1995).",
    "together": "Several rows belong to the same child or family in {measures}. Intervals are wider for that, and "
    "fewer differences are clear, than if each row were of another child.",
    "together worth": "100 rows tell as much as {worth} of different children",
    "family measure": "all groups of one measure",
    "family page": "all groups of all measures on this page",
    "gaps moved": "Gaps that clearly moved from the first year to the last: {moved}.",
    "scores moved": "What services did to gaps in scores to {comparator}, against children outside them: {moved}.",
    "scores none": "No service has a comparison group, so what services did to gaps in scores cannot be told.",
    "years note": "A gap below 0 means that the group's level is lower. Narrowing and widening are said only where the "
    "whole interval of the change lies on one side of 0",
    "years none": "No gap between ethnic groups has clearly moved from the first year to the last.",
    "years open": "Whether any gap between ethnic groups has moved cannot be told yet.",
    "periods none": "No period holds enough children to show a gap.",
    "framing apart": "{measure}, {group}: the ratio of those who did and the ratio of those who did not moved in "
    "opposite directions, so whether the gap narrowed depends on which of the two is looked at.",
    # Adjusting.
    "adjusted same": "still clear among like children",
    "adjusted gone": "not clear among like children",
    "adjusted new": "clear, or turned, only among like children",
    "adjusted none": "not clear either way",
    "adjusted open": "cannot be told",
    "strata even": "nothing speaks against it",
    "strata uneven": "clearly not: one number for all hides that",
    "strata open": "cannot be told",
    "check note": "Like children: alike in {covariates}. Those without a counterpart of the other side are left out "
    "(Mantel and Haenszel), so fewer children are compared and less is clear",
    "standardised note": "Standardised for age: what the group's rate would be had it the ages of all children here "
    "(direct standardisation; range after Dobson and others 1991), so that groups of other ages can be compared. Too "
    "few to say: fewer than {minimum} events. Children of unknown age are left out; there is no rate where a group has "
    "nobody of some age",
    "unknown note": "The difference in points if all children of unknown group were of this group, none of them, as "
    "large a part as of the known, or split in the way that makes it lowest or highest. "
    "What would undo it: how far the rates of unknown children of this group and of the others would have to lie "
    "apart, split as the known are",
    "unknown rate note": "The difference per 100 child-years if all children of unknown group were of this group, none "
    "of them, or split as the time of the known is",
    "shrunk note": "The last column draws each level towards those of the other groups, the more the fewer children it "
    "rests on: where a small group stands out by luck, it says so",
    # Unknown ethnicity.
    "unknown limit": "Where the ethnic group of more than {limit} is not known, no verdict is given.",
    "unknown holds": "nothing: however unequal the unknown are",
    "unknown tips": "the unknown being unequal by {points} points or more",
    "unknown none": "nothing: nobody's group is unknown",
    "unknown level": "there is no clear difference to undo",
    # Levels of the classification.
    "level detailed": "{number} detailed groups hold at least {minimum} children. Too few to show by themselves, so "
    "told with their broad group only: {left}.",
    "level all detailed": "All {number} detailed groups are shown.",
    "level broad": "Broad groups only: no two detailed groups hold at least {minimum} children here.",
    # Representation.
    "representation more": "{groups} children are reached more than their share of {counted}.",
    "representation less": "{groups} children are reached less than their share of {counted}.",
    "representation same": "No group is clearly reached more or less than its share.",
    "representation none": "No population is given, so who is reached cannot be set against who could be.",
    "representation withheld": "The source withholds {groups}, a small number: both shares are of the others alone",
    "representation note": "Shares are of those whose ethnic group is known. A difference above 0 means that more of "
    "the children reached are of the group than of those counted; no clear difference does not mean none",
    "representation between": "Between: where figures counted were rounded by their publisher, or break off from one "
    "year to the next, each share lies between the two ends given, and the difference and the ratio are as wide as "
    "that makes them; of a break the ends are what the group would be had it grown as all others, and as far the other "
    "way",
    "population broken": "its number counted breaks off in {year}",
    "population break": "{group}: from {before} to {year} the number counted {own}, while that of all others {others}. "
    "The way of counting may have changed: ask the publisher, and read shares of this group with care.",
    # Other characteristics.
    "characteristics none": "Nothing but ethnic groups is recorded here.",
    "gradient note": "A straight line through the fifths of deprivation, each weighted by how many it holds: the "
    "slope index is its most deprived end less its least deprived end (percentage points, or for each 100 "
    "child-years), the relative index the one over the other. Behind or ahead is said of all measures together",
    "characteristics looked at": "Every measure was compared by {names}, and by ethnic group within {crossed}.",
    "stands out none": "No group clearly stands out from everyone else in any measure.",
    # Programmes and services.
    "parts none": "Within no {kind} is a group clearly ahead or behind.",
    # How verdicts are made, and what would change them.
    "method": "A stated baseline wins; where there is none, the first {baseline} months of commissioned work are the "
    "baseline, and are never scored. A target is judged on the last {window} months up to its date; before that date, "
    "on a straight line through the quarters. Under {minimum} children in a group, or with the ethnic group of more "
    "than {unknown} not known, nothing is judged. Intervals are at {level}: Wilson for a share, Newcombe for a "
    "difference, Koopman for a ratio, Mantel and Haenszel's with a score interval among like children, Byar for "
    "a rate per child-year.",
    "method families": "Each target is a family of its own.",
    "method groups": "Groups are named as the classification names them: {groups}.",
    "change never": "Met and not met can turn only if returns are corrected or the target is agreed anew.",
    **IMPACT_SENTENCES,
    **CLAIM_SENTENCES,
}


def say(key: str, **values: object) -> str:
    """The sentence of that key, its places filled; KeyError for a key or a place that is not there.

    >>> say("reason few", minimum=23)
    'Fewer than 23 children stand behind the figure in one of the groups.'
    """
    return SENTENCES[key].format(**values)
