"""What tests need and plugin authors may use: a clock and ids under control, and conformance suites for backends."""
