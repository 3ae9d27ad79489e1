"""A process that has loaded what stages and kernels import; each of them is a fork of it."""
