"""From a folder of executed notebooks and .qmd pages to a checked website, by Quarto or by pandoc."""

from pipeline.publishing.check import Problem, check_site
from pipeline.publishing.lists import list_downloads, list_everything
from pipeline.publishing.project import PublishError
from pipeline.publishing.site import PublishedSite, finish_site, publish_site
from pipeline.publishing.source import read_downloads

__all__ = [
    "Problem",
    "PublishError",
    "PublishedSite",
    "check_site",
    "finish_site",
    "list_downloads",
    "list_everything",
    "publish_site",
    "read_downloads",
]
