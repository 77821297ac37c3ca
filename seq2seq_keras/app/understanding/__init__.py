"""The parts of the tab Understand, each a module."""
