"""Measurements against peers that are frozen in `peers/`; each prints ratios, not seconds."""
