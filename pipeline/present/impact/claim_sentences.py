"""Every sentence on plans, claims, checks and what would change an answer; `present.sentences` is the one door."""

from __future__ import annotations

from collections.abc import Mapping

CLAIM_SENTENCES: Mapping[str, str] = {
    # What may be claimed, by the rung of the ladder of evidence (analysis.claims).
    "claim randomised comparison": "{outcome}: {way} because of the service: {amount}. Chance alone decided who was "
    "in it.",
    "claim comparison group": "{outcome}: {way} than where the service was not: {amount}. That is what an effect of "
    "the service would look like; those compared may differ in ways that nobody measured.",
    "claim doubtful comparison": "{outcome}: {way} than where the service was not: {amount}. What was checked leaves "
    "doubt whether the service made that difference.",
    "claim interrupted series": "{outcome}: {way} from the start on than its own course before would have led one to "
    "expect: {amount}. Something else that began at that time could have done it too.",
    "claim before and after": "{outcome}: {way} than before: {amount}. Whether it was the service this cannot tell: "
    "other causes are possible.",
    "claim descriptive": "{outcome}: the figures are {way}: {amount}. That is what happened, and says nothing of why.",
    "claim no clear change": "{outcome}: no clear difference: {amount}. No difference at all lies within that range.",
    "claim cannot tell": "{outcome}: it cannot be told whether anything changed: {amount}, and {failed}.",
    "claim few": "{outcome}: nothing can be said yet: {why}.",
    "claim weakened": "By its design ({strength}) more could have been said; but {failed}.",
    "claim failed one": "one check failed ({names})",
    "claim failed several": "{number} checks failed ({names})",
    "evaluation none": "No child has a score and no plan names a measure, so there is nothing to evaluate yet.",
    "evaluation level": "{level} of {levels}",
    "evaluation note": "Evidence runs from 1 (what happened) through 2 (before and after), 3 (against its own course) "
    "and 4 (against others) to 5 (by lot); each failed check takes one away, and what may be said follows from it. An "
    "effect is in points of a scale, above 0 being better for the child; in percentage points or per 100 child-years "
    "of a measure; or, of an interrupted series, how many times the odds or the rate",
    "exploratory arm": "No plan declared this comparison before the data came in, so read it as exploratory: no "
    "claim above rests on it.",
    "course start": "start",
    # Plans.
    "plans none": "No plan for this service was declared in reference/evaluation_plan.csv, so only what changed is "
    "told, as weakly as that: a design that is chosen once results are known can be chosen for them.",
    "plan first": "agreed before the data that could show an effect",
    "plan late": "agreed after the data came in, so read it as exploratory",
    "plan anew": "agreed anew: version {version}; version {before} was agreed on {day}",
    "plan frozen": "as frozen on {day}",
    "plan changed": "changed since it was frozen on {day}, without a new version",
    "plan not frozen": "not frozen",
    "plans note": "The fingerprint is SHA-256 of the plan's row; 'outturn freeze' writes it down, so that a later "
    "change is seen",
    # Checks.
    "checks note": "A check can only weaken what may be said: each that fails takes the words one step down. What "
    "could not be checked takes nothing away and adds nothing",
    "check declared first declared": "The design was agreed before the data that could show an effect.",
    "check declared first late": "The design was agreed after the data came in, so read it as exploratory.",
    "check declared first not declared": "Nobody declared a design before the data came in.",
    "check attrition nobody started": "Nobody has a first score.",
    "check attrition many": "{share} have no second score where that is worst; more than {most} is too many to judge "
    "by the others.",
    "check attrition few": "{share} have no second score where that is worst, too few to matter much.",
    "check attrition unlike": "{share} have no second score where that is worst, and those who have none started "
    "otherwise: {difference} points.",
    "check attrition alike": "{share} have no second score where that is worst; as far as can be told they started "
    "as the others did.",
    "check overlap no spread": "The starting scores do not vary.",
    "check overlap distance": "The two groups start {apart} standard deviations apart; {limit} is the most that can "
    "be adjusted for.",
    "check placebo outcome no difference": "The starting scores cannot be compared: {why}.",
    "check placebo outcome start": "At the start, when the service can have done nothing yet, the difference is "
    "{difference} points.",
    "check regression to the mean no norm": "The scale's reliability and the mean of its norm group are not both "
    "given, so how far children come nearer to it by themselves is not known.",
    "check regression to the mean no improvement": "There is no clear improvement that it could explain.",
    "check regression to the mean expected": "Children who start far from the mean come nearer to it with no service "
    "at all: {expected} points are to be expected, {found} were found.",
    "check few clusters children": "One provider, so every child stands for itself.",
    "check few clusters many sites": "{sites} sites are enough to judge by how sites differ.",
    "check few clusters few sites": "{sites} sites only, so the wild cluster bootstrap decides: {difference} points; "
    "chance alone would do as much in {chance} of cases.",
    "check few clusters too few sites": "{sites} sites are too few for any effect to be told from chance.",
    "check few clusters many services": "{services} services are enough to judge by how services differ.",
    "check few clusters few services": "{services} services only, so it decides how far the one stands out: by "
    "chance alone it would in {chance} of cases.",
    "check dropping a site one site": "There is one provider only.",
    "check dropping a site sites": "Without one of {sites} sites at a time the verdict is another in {turned} cases.",
    "check dropping a site few services": "Too few services to leave one out.",
    "check dropping a site services": "Without one of {sites} services compared with at a time the verdict is "
    "another in {turned} cases.",
    "check pre-trend few months before": "Too few months before the start.",
    "check pre-trend slopes": "Before the start the service moved {difference} points a month more than the others.",
    "check placebo dates few months before": "Too few months before the start to try another day.",
    "check placebo dates steps": "Other days before the start that could be tried: {days}; a step shows on {clear}.",
    "check placebo dates half-way": "Half-way to the start, when nothing had begun, the difference is {difference} "
    "points.",
    "check placebo groups nothing stands out": "Nothing stands out that others might do as well.",
    "check placebo groups rank": "Of {services} services, each taken for the one in turn, {chance} stand out as far.",
    "check autocorrelation few months": "It cannot be tested: {why}.",
    "check autocorrelation leans": "Months that do not lean on one another would look like this in {chance} of cases.",
    "check season modelled": "The {months} months tell a season, and it is in the model.",
    "check season same months": "The same months of the year, before the start and after it, show the step as well.",
    "check season own shape": "{months} months cannot tell the step from a season of a shape of its own: the same "
    "months of the year, before the start and after it, do not show it clearly. {needed} months would.",
    "check season few months": "{months} months cannot tell a season from a step; {needed} are needed.",
    # Over all.
    "what works note": "By outcome of Every Child Matters, in the order of the register and never ranked: services "
    "differ in whom they serve, in what they measure and in how sure one can be. A failed check has weakened the "
    "words already",
    "what works none": "Nowhere is anything clearly better or worse by more than before and after.",
    "what works better": "Better by more than before and after: {named}.",
    "what works worse": "Worse by more than before and after: {named}.",
    "what works page": "None of this is proof; each service's page says what it rests on.",
    "staggered left": "{outcome} cannot be told over all services that started: {why}.",
    "staggered note": "How much more the services that started changed than those that never did, each from the "
    "quarter before its start (group-time effects, Callaway and Sant'Anna 2021). By chance alone: in how many of the "
    "ways to deal the starts to services an effect as large comes about. More a quarter before the start: how far "
    "those that started were on another course already. All quarters since the start alike: the mean of the effects "
    "quarter by quarter. Undone if trends part by: how far the services that started would have to stray from the "
    "others in every quarter, in steps as large as their largest before the start (Rambachan and Roth 2023), for "
    "nothing to be left of it; under 1 is little. Alike in the share of: what the plans hold fixed, each by its most "
    "common level; what would have come about anyway is then read off the services compared with at the same shares",
    "staggered breakdown": "{times} times their largest step before",
    "staggered firm": "any step: there was none before",
    "staggered held": "{level} ({characteristic})",
    "staggered quarters note": "Against services that never started, from the quarter just before the start. The last "
    "column holds all quarters together (multiplier bootstrap), the one before it each by itself",
    # What would change these answers?
    "would change few": "{outcome}: at least {minimum} children on each side with what the design needs.",
    "would change more": "{outcome}: a true difference of {detectable} or more would have been seen four times in "
    "five. If the difference found is the true one, about {months} months of data in all, at today's intake, would "
    "show it; there are {have}.",
    "would change nothing found": "{outcome}: a true difference of {detectable} or more would have been seen four "
    "times in five; a smaller one may still be there.",
    "would change ratio": "{outcome}: more months on both sides of the start, or more children in each.",
    "would change failed": "{outcome}: a sound answer to what failed ({names}).",
    "would change plan": "{outcome}: a plan in reference/evaluation_plan.csv, agreed before the next data come in.",
    "would change compare": "{outcome}: two scores of children outside the service with the same start (arm "
    "'comparison'), or a start at different times for different children, decided by lot.",
    "would change beside": "{outcome}: the same measure in services where nothing began at that time.",
    "would change randomise": "{outcome}: places given by lot where there are more children than places.",
    "would change site": "{outcome}: a second provider or place, so that it can be seen whether it hangs on one.",
    "would change norm": "{outcome}: the reliability of the scale and the mean of its norm group in "
    "reference/scales.csv.",
    "would change over all": "{undeclared} of {number} outcomes have no plan that was agreed beforehand, and {alone} "
    "have nobody to compare with. Each service's page says what would change its answers.",
    "would change none": "Nothing is evaluated yet.",
}
