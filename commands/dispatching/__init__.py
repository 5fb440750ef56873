"""From a request to its reply: arguments checked, names resolved, a yes asked for, the command run, the audit entry."""
