"""The commissioner's own tables: registers, targets, plans, population."""
