"""How fast leadrules is beside what people would use instead. Run with `python -m benchmarks`."""
