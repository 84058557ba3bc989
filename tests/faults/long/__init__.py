"""The long versions of the fault tests: `make faults` and `make faults-check`."""
