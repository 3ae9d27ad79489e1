"""Stage `impact`: the impact notebook over all services and per service, and the notebooks on curves and what works."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.contract.context import Context
from pipeline.contract.services import ServiceFacts
from pipeline.files.context import PEERS, read_context
from pipeline.notebooks.pages import INDEX, PageSet, make_pages
from pipeline.notebooks.parameters import Scalar
from pipeline.present.sentences import retell, say
from pipeline.project import Project
from pipeline.protect.rounding import Disclosure
from pipeline.settings import EqualitySettings, MeasureSettings, SharedSettings


def page_titles(project: Project, services: Sequence[ServiceFacts], of: str) -> Mapping[str, str]:
    """Return the title of each page by service id; `of` is the pages' subject. Empty when there are no returns."""
    if not project.dataset().has_returns:
        return {}
    by_service = {service.service_id: say(f"page {of} of one", service=service.name) for service in services}
    return {INDEX: say(f"page {of}"), **by_service}


def shared_parameters(shared: SharedSettings, rule: Disclosure) -> Mapping[str, Scalar]:
    """Return the parameters of every notebook: confidence level, disclosure rule and language."""
    return {
        "confidence_level": shared.confidence_level,
        "hide_up_to": rule.hide_up_to,
        "round_to": rule.round_to,
        "language": shared.language,
    }


def judging_parameters(measure: MeasureSettings, equality: EqualitySettings) -> Mapping[str, Scalar]:
    """Return the rules for judging race-equality targets as parameters of a notebook."""
    return {
        "baseline_months": measure.baseline_months,
        "window_months": equality.window_months,
        "minimum_total": equality.minimum_total,
        "maximum_unknown": equality.maximum_unknown,
        "false_discovery_rate": equality.false_discovery_rate,
        "family": equality.family,
    }


def run_impact(project: Project) -> dict[str, int]:
    """Make the pages that are out of date; return the counts for the log."""
    settings, slices = project.settings.impact, project.slices
    context = read_context(slices / "overall")
    pages = PageSet(
        root=project.root,
        notebook=project.root / "notebooks" / "impact.ipynb",
        output=project.reports / "services",
        slices=slices,
        beside={"peers": slices / PEERS},
        titles=page_titles(project, context.services, "impact"),
        parameters={
            **shared_parameters(project.settings.shared, project.rule),
            "minimum_pairs": settings.minimum_pairs,
            "measure": settings.measure,
            **judging_parameters(project.settings.measure, project.settings.equality),
        },
    )
    return make_pages(pages, *_list_again(pages, context), workers=settings.workers, words=retell)


def _list_again(pages: PageSet, context: Context) -> list[PageSet]:
    """Return the pages that show the index page's findings by a notebook of their own, where there is data."""
    return [
        replace(
            pages,
            notebook=pages.root / "notebooks" / f"impact_{page}.ipynb",
            titles={page: say(f"page {page}")},
            beside={},
            again=True,
        )
        for page, has_data in (("curves", context.curves), ("what_works", context.scales or context.plans))
        if has_data and pages.titles
    ]
