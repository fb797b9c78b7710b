"""One file a template: declarations of sheets, no branches."""
