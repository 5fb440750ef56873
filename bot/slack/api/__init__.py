"""Calls of Slack's Web API: clients, what errors mean, views."""
