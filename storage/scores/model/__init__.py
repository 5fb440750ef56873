"""The additive model: learned, judged, kept."""
