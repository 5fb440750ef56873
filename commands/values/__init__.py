"""From words to values and back: amounts, dates, times of day, counted things."""
