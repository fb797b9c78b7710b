"""Plain scripts such as a good analyst writes. Frozen: they are the measure, not our code."""
