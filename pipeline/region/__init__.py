"""`outturn region`: what several councils' own runs accepted, put together as one dataset."""
