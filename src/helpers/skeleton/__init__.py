"""The skeleton of another review, so that another team can begin with this engine."""

from helpers.skeleton.writing import skeleton, write_skeleton

__all__ = ["skeleton", "write_skeleton"]
