"""What a reader takes away: the columns of each published table, told to people, spreadsheets and programs."""
