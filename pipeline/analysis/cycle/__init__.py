"""Assess, plan and do: priorities and who answers to them, money, bids, stages, and what is due."""
