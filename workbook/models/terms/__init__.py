"""The sheets of the search-term review; `search_terms/` holds the judgement itself."""
