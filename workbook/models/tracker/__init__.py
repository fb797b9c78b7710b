"""The daily tracker of ASINs, and what was done to them."""
