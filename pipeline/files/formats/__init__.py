"""CSV, workbooks and archives read as tables of text."""
