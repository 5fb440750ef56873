"""What a new command needs to know: arguments, context, reply, errors."""
