"""Pages on planning and doing: priorities, money, options, stages; who is paid, how we work together, what is due."""
