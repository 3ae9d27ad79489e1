"""Designs that compare over time: series, panels, single cases."""
