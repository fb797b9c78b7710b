"""Jobs and the ways to start them: command line, buttons, schedule."""
