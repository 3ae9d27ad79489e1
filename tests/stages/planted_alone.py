"""Errors in one place: of a file, a line, a cell, or a row that contradicts itself or the commissioner's tables."""

from __future__ import annotations

from planted_returns import LAST, Errors, plant_file, plant_line, plant_put

FILE_ERRORS: Errors = {
    "a column that is needed has another name": (
        "file.column",
        plant_file("feedback", lambda text: text.replace("who", "whom", 1)),
    ),
    "two columns have one name": (
        "file.header",
        plant_file("outcomes", lambda text: text.replace("review_date", "baseline_date", 1)),
    ),
    "the file is empty": ("file.empty", plant_file("feedback", lambda _: b"")),
    "UTF-16 that does not say so": (
        "file.encoding",
        plant_file("feedback", lambda text: text.encode("utf-16-le")),
    ),
    "a quotation mark never closed": (
        "file.quotes",
        plant_file("feedback", lambda text: text.replace(",child,", ',"child,', 1)),
    ),
    "a row above the header": (
        "file.preamble",
        plant_file("feedback", lambda text: f"F0,S01,,2009-04-01,child,yes,yes\n{text}"),
    ),
    "two tables in a file": ("file.tables", plant_file("feedback", lambda text: f"{text},,,,,,\n{text}")),
    "a period that is none": (
        "file.place",
        plant_file("feedback", lambda text: text, "2010-spring/feedback.csv"),
    ),
    "a letter named like a table": (
        "file.kind",
        plant_file("feedback", lambda text: text, f"{LAST}/feedback.docx"),
    ),
    "a row short": ("row.ragged", plant_line("outcomes", lambda line: line.rpartition(",")[0])),
    "a row long": ("row.ragged", plant_line("feedback", lambda line: f"{line},see letter")),
    "text after a quotation mark": ("row.unreadable", plant_line("feedback", lambda line: f'"F"{line}')),
    "a totals row": ("row.total", plant_line("feedback", lambda line: f"{line}\nTotal,,,,,,")),
}

CELL_ERRORS: Errors = {
    "no child": ("cell.required", plant_put("episodes", {"child_id": ""})),
    "no date": ("cell.required", plant_put("feedback", {"date": " "})),
    "no scale": ("cell.required", plant_put("outcomes", {"scale": ""})),
    "another order of a date": ("cell.date", plant_put("episodes", {"referral_date": "31/12/2009"})),
    "a day that no calendar has": ("cell.date", plant_put("outcomes", {"baseline_date": "2010-02-30"})),
    "a date of nought days": ("cell.date", plant_put("feedback", {"date": "1900-01-00"})),
    "no referral date": ("cell.date", plant_put("episodes", {"referral_date": "1900-01-01"})),
    "a small number as a date": ("cell.date", plant_put("episodes", {"isa_date": "1900-02-28"})),
    "no end date, said by a date": (
        "cell.no_date",
        plant_put("episodes", {"end_date": "9999-12-31", "end_reason": ""}),
    ),
    "a plan of no date": ("cell.no_date", plant_put("episodes", {"protection_plan_start": "1899-12-30"})),
    "a date in words": ("cell.date", plant_put("feedback", {"date": "last Tuesday"})),
    "an age in words": ("cell.number", plant_put("episodes", {"age": "nine"})),
    "an age with a fraction": ("cell.number", plant_put("episodes", {"age": "9.5"})),
    "a score in words": ("cell.number", plant_put("outcomes", {"baseline_score": "seventeen"})),
    "a score without end": ("cell.number", plant_put("outcomes", {"goal": "1e999"})),
    "too old": ("cell.range", plant_put("episodes", {"age": "112"})),
    "not yet born": ("cell.range", plant_put("episodes", {"age": "-1"})),
    "no code of ethnicity": ("cell.not_known", plant_put("episodes", {"ethnicity": "ZZZZ"})),
    "no code of sex": ("cell.not_known", plant_put("episodes", {"sex": "xx"})),
    "no code of the judgement": ("cell.code", plant_put("outcomes", {"achieved": "mostly"})),
    "no code of who answered": ("cell.code", plant_put("feedback", {"who": "neighbour"})),
    "a name for a pseudonym": ("cell.pattern", plant_put("episodes", {"child_id": "Jo Bloggs"})),
    "a NUL byte": ("cell.control", plant_put("feedback", {"who": "ch\0ld"})),
    "a hidden sign": ("cell.control", plant_put("episodes", {"area": "Mill\u0081"})),
    "a formula for a number": ("cell.pattern", plant_put("feedback", {"feedback_id": "=1+1"})),
}

ROW_ERRORS: Errors = {
    "an unknown service": ("episode.service_known", plant_put("episodes", {"service_id": "S0l"})),
    "an unknown provider": ("episode.provider_known", plant_put("episodes", {"provider_id": "harbor"})),
    "another provider's name": (
        "episode.provider_is_sender",
        plant_put("episodes", {"provider_id": "other"}),
    ),
    "another provider's service": (
        "episode.service_of_provider",
        plant_put("episodes", {"service_id": "S04"}),
    ),
    "start before referral": (
        "episode.dates_in_order",
        plant_put("episodes", {"start_date": "2009-12-24", "referral_date": "2010-01-04"}),
    ),
    "end before start": (
        "episode.dates_in_order",
        plant_put("episodes", {"end_date": "2010-01-02", "end_reason": "other"}, "start_date"),
    ),
    "a plan that ends before it begins": (
        "episode.plan_dates",
        plant_put("episodes", {"protection_plan_start": "2010-03-02", "protection_plan_end": "2010-03-01"}),
    ),
    "a planned end": ("episode.dates_not_ahead", plant_put("episodes", {"end_date": "2010-09-01"})),
    "a plan in the future": (
        "episode.dates_not_ahead",
        plant_put("episodes", {"protection_plan_start": "2010-04-01"}),
    ),
    "a referral of long ago": (
        "episode.dates_not_long_ago",
        plant_put("episodes", {"referral_date": "2004-12-31"}),
    ),
    "a baseline of another century": (
        "outcome.dates_not_long_ago",
        plant_put("outcomes", {"baseline_date": "1909-04-02"}, "baseline_score"),
    ),
    "an answer of another decade": (
        "feedback.date_not_long_ago",
        plant_put("feedback", {"date": "2001-01-31"}),
    ),
    "a referral before the service began": (
        "episode.under_contract",
        plant_put("episodes", {"referral_date": "2009-03-31"}),
    ),
    "started before the contract": (
        "episode.under_contract",
        plant_put("episodes", {"referral_date": "2009-03-01", "start_date": "2009-03-20"}, "start_date"),
    ),
    "completed without a start": (
        "episode.completed_has_start",
        plant_put(
            "episodes",
            {"start_date": "", "isa_date": "", "end_date": "2010-03-30", "end_reason": "completed"},
        ),
    ),
    "a reason without an end": (
        "episode.reason_has_end",
        plant_put("episodes", {"end_date": "", "end_reason": "moved_away"}, "start_date"),
    ),
    "an agreement before the referral": (
        "episode.isa_in_time",
        plant_put("episodes", {"isa_date": "2008-02-01"}),
    ),
    "an unknown scale": ("outcome.scale_known", plant_put("outcomes", {"scale": "welbeing"})),
    "a baseline off the scale": (
        "outcome.score_on_scale",
        plant_put("outcomes", {"baseline_score": "99"}, "baseline_date"),
    ),
    "a goal off the scale": ("outcome.score_on_scale", plant_put("outcomes", {"goal": "2"}, "baseline_date")),
    "a review before its baseline": (
        "outcome.review_after_baseline",
        plant_put("outcomes", {"baseline_date": "2010-03-02", "review_date": "2010-03-01"}, "baseline_score"),
    ),
    "a review in the future": (
        "outcome.dates_not_ahead",
        plant_put("outcomes", {"review_score": "20", "review_date": "2010-08-02"}, "baseline_score"),
    ),
    "a review before the referral": (
        "outcome.review_after_referral",
        plant_put("outcomes", {"baseline_date": "", "baseline_score": "", "review_date": "2009-04-02"}),
    ),
    "a baseline of years ago": (
        "outcome.baseline_near_referral",
        plant_put("outcomes", {"baseline_date": "2008-04-02"}, "baseline_score"),
    ),
    "a review without a baseline": (
        "outcome.review_has_baseline",
        plant_put(
            "outcomes",
            {"baseline_score": "", "review_score": "20", "review_date": "2010-03-30"},
            "baseline_date",
        ),
    ),
    "a score without a date": (
        "outcome.score_has_date",
        plant_put("outcomes", {"baseline_date": ""}, "baseline_score"),
    ),
    "a judgement without a review": (
        "outcome.achieved_has_review",
        plant_put("outcomes", {"achieved": "fully", "review_score": "", "review_date": ""}),
    ),
    "an outcome without its episode": (
        "outcome.episode_known",
        plant_put("outcomes", {"episode_id": "E9999"}),
    ),
    "an answer about an unknown service": (
        "feedback.service_known",
        plant_put("feedback", {"service_id": "S77"}),
    ),
    "an answer about another's service": (
        "feedback.service_of_provider",
        plant_put("feedback", {"service_id": "S04"}),
    ),
    "an answer on an unknown episode": (
        "feedback.episode_known",
        plant_put("feedback", {"episode_id": "E9999"}),
    ),
    "an answer on another service's episode": (
        "feedback.service_of_episode",
        plant_put("feedback", {"service_id": "S07"}, "episode_id"),
    ),
    "an answer from the future": ("feedback.date_not_ahead", plant_put("feedback", {"date": "2010-04-01"})),
    "an answer of last year": ("feedback.date_in_period", plant_put("feedback", {"date": "2009-05-31"})),
    "an answer before the service began": (
        "feedback.service_begun",
        plant_put("feedback", {"service_id": "S09", "episode_id": "", "date": "2010-02-01"}),
    ),
    "an answer that says nothing": (
        "feedback.says_something",
        plant_put("feedback", {"positive": "", "took_part": ""}),
    ),
}
