"""Where commands find the sentence of an error; it is made in ``scanner.report.faults``, for every place that talks to people."""

from scanner.report.faults import one, sentence

__all__ = ["one", "sentence"]
