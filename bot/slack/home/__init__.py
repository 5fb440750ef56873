"""The Home tab: a person's day, pipeline and settings; for administrators also the workspace's."""

from bot.slack.home.view import home_view, stranger_home

__all__ = ["home_view", "stranger_home"]
