"""Stage `equality`: the race-equality notebook over all services and per service, and a notebook for each measure."""

from dataclasses import replace

from pipeline.files.context import read_context
from pipeline.notebooks.pages import PageSet, make_pages
from pipeline.present.sentences import retell, say
from pipeline.project import Project
from pipeline.stages.impact import judging_parameters, page_titles, shared_parameters

_OF_SCORES = "minimum_pairs"
"""A setting for scores, which the page of one measure does not show."""


def run_equality(project: Project) -> dict[str, int]:
    """Make the pages that are out of date; return the counts for the log."""
    settings, impact = project.settings.equality, project.settings.impact
    context = read_context(project.slices / "overall")
    pages = PageSet(
        root=project.root,
        notebook=project.root / "notebooks" / "equality.ipynb",
        output=project.reports / "equality",
        slices=project.slices,
        titles=page_titles(project, context.services, "equality"),
        parameters={
            **shared_parameters(project.settings.shared, project.rule),
            **judging_parameters(project.settings.measure, settings),
            "minimum_pairs": impact.minimum_pairs,
        },
    )
    of_measures = replace(
        pages,
        notebook=project.root / "notebooks" / "equality_measure.ipynb",
        titles={
            each.measure_id: say("gap title", title=each.title)
            for each in (context.measures if pages.titles else ())
        },
        parameters={name: value for name, value in pages.parameters.items() if name != _OF_SCORES},
        again=True,
        named="measure_id",
    )
    return make_pages(pages, of_measures, workers=settings.workers, words=retell)
