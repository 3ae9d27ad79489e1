"""A file as pages publish it, and what is told of it."""

from pipeline.downloads.declared import DeclaredColumn, DeclaredFile

REACHED = DeclaredFile(
    "reached.csv",
    "Who was reached",
    "Children in S01",
    "2009 to 2012",
    "a test",
    "counts are rounded",
    (
        DeclaredColumn("group", "Ethnic group", "text"),
        DeclaredColumn("verdict", "Verdict", "text"),
        DeclaredColumn("children", "Children", "count"),
        DeclaredColumn("share", "Share", "number", "Share", "%", 1),
        DeclaredColumn("share_lower", "Share: lower limit", "number", "Share", "%", 1),
        DeclaredColumn("table_period", "Period", "text"),
    ),
)
TEXT = """group,verdict,children,share,share_lower,table_period
Asian,met,40,61.5,50.2,2009 to 2012
=1+1,not met,15,[c],[c],2009 to 2012
@Other,,5,[x],[z],2009 to 2012
"""
