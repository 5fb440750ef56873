"""The bot as a process: serving, health and the doctor."""
