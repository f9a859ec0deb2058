"""The daily round of the centre: rounds, spot checks, findings, notices, reports."""
