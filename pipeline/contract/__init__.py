"""The data contract: tables, columns and codes, declared once and read by everything else."""
