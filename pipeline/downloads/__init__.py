"""Downloads: published tables with descriptions of their columns for readers, spreadsheets and programs."""
