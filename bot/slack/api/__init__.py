"""Calls of Slack's Web API: clients, what their errors mean, views shown."""
