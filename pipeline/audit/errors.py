"""What the audit refuses."""


class AuditError(RuntimeError):
    """Tables that tell too much about somebody; a line each, which names table and place and no value."""
