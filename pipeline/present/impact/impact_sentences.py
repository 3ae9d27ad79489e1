"""Every sentence of the impact page that depends on what was found; `present.sentences` is the one door to them."""

from __future__ import annotations

from collections.abc import Mapping

IMPACT_SENTENCES: Mapping[str, str] = {
    # Are contract, service and children's outcomes where they should be?
    "tier standards": "{met} of {number} standards met.",
    "tier no standards": "No standards recorded.",
    "tier unchecked": "None of {number} standards has been checked yet.",
    "tier returns": "Returns: {missing} missing, {late} late, of {due}.",
    "tier volume": "Children reached, against commissioned: {volume}.",
    "tier measures": "Getting better: {better}. Getting worse: {worse}. No clear change in {unclear} of {number} "
    "measures, too little to say of {few}.",
    "tier targets": "Of {number} with a target {missed} would never reach it as they go.",
    "tier no targets": "No target is set for them.",
    "tiers note": "Three tiers, kept apart: none makes up for another, and no score adds them up. Contract: standards, "
    "returns and volume. Service: the measures every provider reports, over time; a change where a declared plan "
    "found one, or where more of them signal one than chance would in 1 of 20 services. Children: their own scores, by "
    "the design declared for them",
    "own targets": "Race-equality targets of this service: {found}.",
    "own targets page": "[Why each exists, and what is to be done]({page}).",
    # What changed for the children?
    "reliable note": "Reliably better or worse: the child's score moved by more than {points} points, which error of "
    "measurement alone does once in twenty times (Jacobson and Truax 1991; reliability {reliability}, standard "
    "deviation {sd}, of {whose}). A child with several pairs of scores counts once, with the last. Groups of fewer "
    "than {minimum} children are left out",
    "reliable unknown": "Whose score moved by more than error of measurement cannot be told: reference/scales.csv "
    "gives no reliability of this scale.",
    "reliable few": "Too few children have scores to tell whose moved by more than error of measurement.",
    "cutoff note": "The same children before and after, each with the last pair of scores, so that only those who "
    "crossed the cut-off one way or the other tell (McNemar's mid-P, its interval Tango's). Whether it was the service "
    "is another question. Groups of fewer than {minimum} children are left out",
    "goals note": "All goals of a child as one figure (Kiresuk and Sherman 1968), goals weighing alike: 50 where they "
    "were attained as expected, more where they were passed; 10 points are one standard deviation. Where a goal stands "
    "at the start is set by agreement, so read the figure at review rather than the change",
    "unmatched note": "The last column is in points, above 0 where the children without a second score began better "
    "off. What changed for them is not known. Groups of fewer than {minimum} children are left out",
    "unmatched few": "Too few children are without a second score, or with one, to say whether the two began alike.",
    "unmatched open": "Whether children without a second score began otherwise cannot be said: {reason}.",
    "unmatched alike": "Children without a second score began at about the same level as those with one, as far as can "
    "be told.",
    "unmatched apart": "Children without a second score began {side} off than those with one: read the change with "
    "care.",
    # How far did they get?
    "waits note": "The median and the middle half are of those who took the step; who still waits is not in them. The "
    "share that took it in time is of all who began so many days or more before the data end, whoever left among them, "
    "so that nobody is left out for having come late",
    # Was the contract kept?
    "standards none": "No standards are recorded for this service: add them to reference/standards.csv.",
    "standards counted": "Of {number} standards {met} are met, {partly} partly and {not_met} not; {not_checked} not "
    "yet checked.",
    "standards due": "{day}, was due before these data end",
    "returns none": "No return is due yet.",
    "returns counted": "Returns due in the time of the contract: {due}. Missing: {missing}. Late: {late}. In, but the "
    "day they came is not recorded: {undated}.",
    "delivery note": "For each 100 agreed: the range holds what chance alone would do to a count of that size, where "
    "siblings come together and a child is referred again. More or "
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
    # Measures over time.
    "kpi better": "Getting better: {measures}.",
    "kpi worse": "Getting worse: {measures}.",
    "kpi no clear change": "No clear change over time in {number} of {every} measures.",
    "kpi cannot tell yet": "Cannot tell yet for {number} of {every} measures.",
    "kpi planned": "{measures}: by the plan that was declared, not by the chart",
    "kpi too few to say": "Too few {periods} with enough children, or too few events in them, to say for {number} of "
    "{every} measures.",
    "kpi note": "Over time: by the rules of NHS England's Making Data Count on a control chart of counts, from the "
    "{periods} that can be judged; a signal says that something changed, not why, and up to 3 in 100 measures without "
    "a change signal by chance. Levels count all the time, also where some of what is counted is still to come",
    "kpi target note": "Target: whether {periods} between the chart's limits would always, never, or now and then "
    "reach it",
    "kpi recent": "{periods} not judged yet: some of what is counted there is still to come",
    "kpi early": "{periods} not judged: the work was too new for longer stays to have ended",
    "kpi hidden": "{number} of {every} {periods} are left out, because they rest on a small number of children",
    "kpi trial": "The limits are trial limits: fewer than twelve points",
    "kpi marks": "Diamonds are signals, hollow points are not judged",
    "kpi reached": "always reached",
    "kpi missed": "never reached",
    "kpi may go either way": "reached now and then",
    "kpi moving": "to be seen, since it is changing",
    "kpi signal outside": "outside the limits",
    "kpi signal two of three": "two of three near a limit",
    "kpi signal one side": "seven on one side of the mean",
    "kpi signal rise or fall": "seven rising or falling",
    "kpi state too recent": "not judged yet",
    "kpi state too early": "not judged: early",
    # Is the curve turning?
    "curves none": "No curve is declared here. To follow one, say in reference/curves.csv which measure is to turn, "
    "what was done about it and when, and the target.",
    "curve goal": "{action} ({month}). Target: {goal}.",
    "curve turned": "Turned: the {after} {periods} since {month} lie {amount} from what the {before} before would "
    "forecast, all of that range on the better side; the way to the target asks for {needed} by now. The line did not "
    "go on as it had: this alone does not say why.",
    "curve not turned": "Not turned: the {after} {periods} since {month} lie {amount} from what the {before} before "
    "would forecast; no part of that range is the gain that the way to the target asks for by now ({needed}).",
    "curve cannot tell yet": "Whether it turned cannot be told yet: the {after} {periods} since {month} lie {amount} "
    "from what the {before} before would forecast; that range holds no change as well as what the way to the target "
    "asks for by now ({needed}).",
    "curve too few to say": "Too few {periods} to say: {before} before the action and {after} since can be judged; a "
    "forecast needs {fewest_before} and {fewest_after}.",
    "curve tried": "Made in the same way, forecasts of {number} earlier {periods} were off by {error} on average, the "
    "figure of the time before by {naive}; {inside} of the {number} lay in their range.",
    "curve note": "The forecast is a line through the periods before the action, of shares on the scale of log odds, "
    "with the range in which {level} of periods would lie if nothing changed",
    "question how_much": "How much did we do?",
    "question how_well": "How well did we do it?",
    "question better_off": "Is anyone better off?",
    "scorecard note": "Against the forecast: all periods since the action together, less what the periods before it "
    "would forecast, in points or per 100 child-years. A turned curve says that something changed, not why. Each curve "
    "was declared by itself and is judged by itself",
    "scorecard missing": "No curve is declared yet for: {outcomes}.",
    "scorecard many": "{number} curves of {outcome} answer “{question}”: three to five keep a scorecard readable.",
    # How does it compare with others?
    "compare none possible": "Too few services have enough children to compare.",
    "compare none told": "On no measure that can be compared (of {number}) can any service be told from the "
    "others: what differs is no more than chance and what services usually differ by.",
    "compare told": "Of all measures that can be compared ({number}), these stand apart from the others: {found}. "
    "All other services cannot be told from one another.",
    "compare spread chance": "All services together differ no more than chance would make them.",
    "compare spread more": "All services together differ {phi} times as much as by chance alone, and the limits allow "
    "for that: which of them is behind it cannot be read from this.",
    "compare more": "The other measures ({number})",
    "compare own none": "On no measure compared (of {number}) can this service be told from the others.",
    "compare own few": "Too few children here to compare this service with the others.",
    "compare own above": "Above what the others would lead one to expect: {measures}.",
    "compare own below": "Below what the others would lead one to expect: {measures}.",
    "compare note": "Expected: what children alike in {covariates} reach over all services (of a rate, what the time "
    "spent there says). {limits}",
    "compare note alike": "Nothing is recorded of the children by which to adjust. {limits}",
    "compare limits": "Adjusted: the figure over all services, times reported over expected, with the limits that 998 "
    "of 1,000 services of its size keep to if they differ by chance and as much as these usually do; above and below "
    "are said beyond them only. May stand at: the places it could hold, 1 being the lowest figure. In the order of "
    "the register: services do different work, so this is no league table",
    # Do the whole and its parts agree?
    "whole none": "No child here has a score yet, so there is nothing to set beside what is reported.",
    "whole few": "Too few children, or too short a time, to set what is reported beside the children's own scores.",
    "whole agree": "What is reported as a whole and the children's own scores do not contradict one another, as far as "
    "can be told.",
    "whole disagree": "{name}: {measure} {rate} from the first year to the last, while the scores of the children "
    "reviewed in the last year {scores}.",
    "whole rate better": "got better",
    "whole rate worse": "got worse",
    "whole rate no clear change": "did not clearly change",
    "whole scores better": "got better",
    "whole scores worse": "got worse",
    "whole scores no clear change": "did not clearly change",
    "whole cause other children": "They are not the same children: fewer than three in four of those whose outcome was "
    "judged have both scores.",
    "whole cause intake better": "The children reviewed in the last year began better off than those of the first, "
    "which leaves less to gain.",
    "whole cause intake worse": "The children reviewed in the last year began worse off than those of the first, so "
    "the work may have got harder.",
    "whole cause unmatched better": "Children without a second score began better off than those with one, so the "
    "scores do not stand for all.",
    "whole cause unmatched worse": "Children without a second score began worse off than those with one, so the scores "
    "do not stand for all.",
    "whole cause ceiling": "Many began near the best end of the scale, where little is left to gain.",
    "whole cause moved": "Against the children of the first year their scores did come out that way, so both may be "
    "moving together.",
    "whole cause none": "Nothing that is recorded shows why: ask what counts as achieved, and who decides it.",
    "whole note": "First and last year: the first and the last twelve months that can be judged. Difference: in "
    "percentage points. Change: of the children scored twice who were reviewed in the last year, in standard "
    "deviations (SDs) of all starting scores, above 0 better; then that less the same of the first year. A rate that "
    "holds while children go on improving is no contradiction. The reasons named are those that the data can show, not "
    "proof",
}
