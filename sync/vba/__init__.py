"""VBA projects from readable source: compression, compound file, the streams of a project."""

from sync.vba.module import Kind, Module
from sync.vba.project import read_project, write_project

__all__ = ["Kind", "Module", "read_project", "write_project"]
