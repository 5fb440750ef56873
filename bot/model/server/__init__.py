"""The server that runs the model: asked as a stream, counted, left alone when it fails."""
