"""Reading and writing: the only room that touches the disk besides the stages."""
