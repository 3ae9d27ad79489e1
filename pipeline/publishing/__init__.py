"""From a folder of executed notebooks and .qmd pages to a checked website, by Quarto or by pandoc."""

from pipeline.publishing.check import Problem, check_site
from pipeline.publishing.project import PublishError
from pipeline.publishing.site import PublishedSite, publish_site
from pipeline.publishing.source import read_downloads, read_tagged

__all__ = [
    "Problem",
    "PublishError",
    "PublishedSite",
    "check_site",
    "publish_site",
    "read_downloads",
    "read_tagged",
]
