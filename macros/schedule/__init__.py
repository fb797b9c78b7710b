"""The schedule: destinations are filled at their times, or when a marketplace's day is in.

    destinations.py  what opsheet.toml says of each destination
    when.py          words and cron -> moments, daylight saving included
    due.py           what is due, from the run log alone; no clock, no state of its own
    day.py           is the last closed day in?
    inbox.py         the folders whose new files are imported first
    refresh.py       one run: import, fill, log, tell
    run.py           the long-running process that asks `due` every minute
    install.py       systemd, launchd and Windows Task Scheduler
"""
