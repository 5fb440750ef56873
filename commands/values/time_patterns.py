"""How times are said: a table of patterns, each with the function that makes a time of what it matched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from commands.values.clock_makers import make_clock, make_hours
from commands.values.day_makers import (
    make_dated_weekday,
    make_day_of_month,
    make_days,
    make_feast,
    make_month_day,
    make_moved_day,
    make_named_day,
    make_weekday,
    make_weekday_of,
    make_written_date,
)
from commands.values.feasts import FEASTS, MOVABLE_FEASTS
from commands.values.number_words import ORDINALS, TENS, UNITS
from commands.values.period_makers import (
    make_counted_period,
    make_edge,
    make_month,
    make_part,
    make_period_to_date,
    make_quarter,
    make_span,
    make_two_units,
    make_unit,
    make_week_number,
    make_week_of_day,
    make_weekend,
    make_year,
)
from commands.values.time_line import FIGURES, WRITTEN, Maker, TimePatterns
from commands.values.time_words import (
    BOUND_OF,
    DAYS_AWAY,
    GRAINS,
    MONTHS,
    STEPS,
    TH,
    WEEKDAYS,
    alternate,
)

# The patterns. A name in capitals stands for one of PARTS; a blank for what may stand between two words of one time, a
# blank or a hyphen. A pattern that ends in a blank is read on by its function.
CLOCK_WORDS = (
    "(?:c=(?P<clock>[0-9]{1,2}(?:[:.h][0-9]{2})?(?: ?[ap][.]?m[.]?)?)|(?P<noon>noon|midday|midnight)"
    "|(?P<fraction>half|a quarter|quarter|(?:five|ten|twenty five|twenty)(?: minutes)?"
    "|[0-9]{1,2}(?: minutes|(?= past)))"
    " (?P<side>past|to|after) (?P<of_hour>HOUR)"
)
DAY_PART = (
    "(?:(?: |~)?(?P<half_day>am|pm))?(?: in the (?P<part>morning|afternoon|evening))?"
    f"(?:(?= (?:this|tomorrow|yesterday|{alternate(WEEKDAYS)}) (?P<later_part>morning|afternoon|evening|arvo|night)))?"
)
DAY_FOLLOWS = f"(?= (?:this PART|last night|today|tomorrow|yesterday|in the PART|{alternate(WEEKDAYS)}))"
CLOCK = (
    f"{CLOCK_WORDS}|half (?P<half_hour>HOUR){DAY_FOLLOWS}|(?P<exact>0[0-9][0-5][05]"
    "|[0-2][0-9][0-5]0(?=(?: |~)(?:hours|hrs|yesterday|tomorrow)))(?:(?: |~)(?:hours|hrs))?"
    "|(?<!top )(?<!best )(?<!first )(?<!last )"
    "(?P<hour>HOUR)(?:(?: |~)(?:o'?clock|o clock|uhr|sharp|hrs)|~h|(?= (?:this PART|in the PART|last night))"
    "|(?= ?~?(?:am|pm))))" + DAY_PART
)
WITHOUT_MARK = "(?P<exact>[0-9]{1,2}[.][0-9]{2}|(?!20[0-4])[0-2][0-9][0-5][05])|half (?P<half_hour>HOUR)"
CLOCK_BEHIND = f"(?:{WITHOUT_MARK}|(?P<hour>HOUR)~h)" + DAY_PART
CLOCK_MARKED = (
    f"{CLOCK_WORDS}|{WITHOUT_MARK}|(?P<hour>HOUR)"
    "(?: (?P<minutes>fifteen|(?:twenty|thirty|forty|fifty)(?: (?:UNITS))?)|(?: |~)o'?clock| o clock|~h| sharp)?)"
    + DAY_PART
    + f"(?! (?:{alternate(GRAINS)}|k|hundred|thousand|grand|million|%|leads|deals|m|percent|[0-9]+)\\b)"
)
# “This month and last” are rather compared.
AND_NEXT = (
    "(?:(?:or|/) (?:the )?(?P<other>next|following|last|previous)|(?:and|plus) (?:the )?(?P<coming>next|following))"
)
PATTERNS: dict[str, Sequence[tuple[str, Maker]]] = {
    "date": [(r"(?:the )?d=(?P<date>(?:(?!-d=)[^;,~\s])+)", make_written_date)],
    "named": [
        (f"(?:the )?(?P<named>{alternate(DAYS_AWAY)})(?: PART)?", make_named_day),
        (f"(?:the )?(?P<feast>{alternate((*FEASTS, *MOVABLE_FEASTS))})(?: day)?", make_feast),
        ("(?:the )?(?:STEP )?weekend", make_weekend),
    ],
    "to date": [
        ("(?P<short>[yqm])td", make_period_to_date),
        ("GRAIN to date", make_period_to_date),
        ("so far (?:in )?(?:this|the) GRAIN", make_period_to_date),
        ("(?:this|the) GRAIN (?:so far|to date|up to now|until now)", make_period_to_date),
        ("(?:the )?(?P<rest>rest|remainder) of (?:the|this) GRAIN", make_period_to_date),
    ],
    "week": [
        (
            f"(?:the )?(?P<place>{alternate(ORDINALS)}|last) (?:COUNT )?(?:weeks?|(?P<fortnight>fortnight)) (?:of|in) ",
            make_part,
        ),
        ("(?:the )?(?P<place>first|second|last|front|back) (?P<half>half) of ", make_part),
        ("WEEKDAY,? ", make_dated_weekday),
        ("(?:(?:the )?week (?:of|commencing|beginning|starting)) ", make_week_of_day),
        ("(?:calendar )?(?:week|cw|kw)(?: |~)(?P<number>[0-9]{1,2})(?!~| of)", make_week_number),
        ("WEEKDAY,? (?:of|in) (?:calendar )?(?:week|cw|kw)(?: |~)(?P<number>[0-9]{1,2})", make_week_number),
        ("(?:the )?(?P<place>first|second|third|fourth|last) WEEKDAY (?:of|in) ", make_weekday_of),
        ("(?:the )?(?:(?:COUNT )?UNIT|WEEKDAY) (?P<side>before|after|following) ", make_moved_day),
    ],
    "edge": [
        ("(?:the )?(?:very )?(?P<edge>first|last) (?:(?P<working>working|business) )?day (?:of|in) ", make_edge),
        (f"(?:the )?eo(?P<short>[dwmqy])(?: of)?(?= (?:{alternate((*STEPS, *MONTHS))})) ", make_edge),
        ("(?:the )?eo(?P<short>[dwmqy])", make_edge),
        ("(?:the )?(?!half)GRAIN (?:end|(?:is|are) (?:out|over|up|through|done)|closes|runs out)", make_edge),
        ("(?:the )?(?P<edge>end|start|beginning|mid|middle|early|late|close of)(?: of)? GRAIN", make_edge),
        ("(?:the )?(?P<edge>end|start|beginning|mid|middle|early|late|close of)(?: of)? ", make_edge),
    ],
    "counted": [("(?:the )?STEP(?! an? ) ", make_counted_period)],
    "unit": [
        (
            "(?:the )?(?P<place>last|final) (?P<grain>quarter|trimester|half),? (?:of|in) "
            f"(?:(?P<year>20[0-9]{{2}})|(?:the )?(?P<year_step>the|{alternate(STEPS)}) year)",
            make_quarter,
        ),
        (f"(?:the )?STEP GRAIN {AND_NEXT}(?: one|(?: (?P=grain)))?", make_two_units),
        (f"(?:the )?STEP {AND_NEXT} GRAIN", make_two_units),
        (
            "(?:the |of )?(?:the )?STEP (?:fiscal |financial |calendar |business |full |whole |entire |sales |very )?"
            "GRAIN"
            "(?:(?<=week) WEEKDAY)?",
            make_unit,
        ),
        (
            "(?:the )?GRAIN (?P<beyond>after next|before last|(?:after|before) this(?: one)?(?= |$)|(?:past|before)$)",
            make_unit,
        ),
        ("(?:(?:the )?(?:whole|full|entire)|all) (?!half)GRAIN", make_unit),
        ("(?:my|our|his|her) (?P<grain>quarter|year)", make_unit),
        ("the (?:fiscal |financial |business |calendar )?(?!half)GRAIN(?! of)", make_unit),
    ],
    "quarter": [
        ("(?:the )?(?P<letter>[qh])~(?P<number>[1-4])YEAR", make_quarter),
        ("(?:the )?quarter (?P<number>[1-4]|one|two|three|four)YEAR", make_quarter),
        ("(?:the )?(?P<number>[1-4])(?:~(?:st|nd|rd|th) GRAIN|~q(?P<letter>))YEAR", make_quarter),
        (
            "(?:the )?(?P<place>first|second|third|fourth|last|final) (?P<grain>quarter|trimester|half)YEAR",
            make_quarter,
        ),
    ],
    "month days": [
        ("(?:the )?DAY(?:(?P<joint> to | until | through | and )|-)(?:the )?OTHER (?:of )?MONTHYEAR", make_days),
        ("MONTH (?:the )?DAY(?:(?P<joint> to | until | through | and )|-)(?:the )?OTHERYEAR", make_days),
    ],
    "month day": [
        ("(?:the )?MONTH(?:,? (?:the )?|~)DAYYEAR", make_month_day),
        ("(?:the )?DAY MONTHYEAR", make_month_day),
        ("(?:(?:the )?ORDINAL|(?:the )?(?P<day_bare>[0-9]{1,2})(?!~)) (?:of|in) MONTHYEAR", make_month_day),
    ],
    "month": [("(?:the )?(?:STEP )?MONTHYEAR", make_month)],
    "year": [
        ("(?P<fiscal>fy)(?:~| )'?(?P<year>20[0-9]{2}|[0-9]{2})", make_year),
        ("twenty twenty (?P<spoken>UNITS)", make_year),
        (
            "(?P<year>20[0-4][0-9])(?! (?:k|usd|dollars|leads|deals|people|employees|staff|heads|seats|units))",
            make_year,
        ),
    ],
    "weekday": [
        ("(?P<weeks_on>a|one|two|three) weeks? (?:on|from|this|coming|next) WEEKDAY", make_weekday),
        (
            "(?P<the>the )?(?:STEP )?WEEKDAY(?: PART)?(?:(?P<past> past)"
            "|(?:, | )(?:of |in )?(?:the )?(?P<of_week>next|this|last) week|(?P<later> week| after next)"
            f"|,? (?:the |(?=[0-9]{{1,2}}{TH}))ORDINAL(?! (?:of|in)\\b))?",
            make_weekday,
        ),
    ],
    "day": [
        (f"(?:the )?DAY of (?:the )?(?P<of_month>the|{alternate(STEPS)}) month", make_day_of_month),
        ("the (?P<day>WRITTEN)(?! (?:one|lead|deal|time|of|opp|opportunity|quarter|half))", make_day_of_month),
        (
            "(?:the )?(?P<day>[0-9]{1,2})~(?:st|nd|rd|th)(?! (?:one|lead|deal|time|opp|opportunity|quarter|half))",
            make_day_of_month,
        ),
    ],
    "hours": [("COUNT (?P<unit>hours?|hrs?|h|minutes?|mins?)(?: (?P<away>ago|from now))?", make_hours)],
    "span": [
        ("(?P<fortnight>(?:a |one |two )?fortnights?)AWAY", make_span),
        ("(?P<half>half a|a half) (?!days?\\b)UNITAWAY", make_span),
        (
            "(?!a quarter (?:past|to|after) HOUR)"
            "(?:COUNT|(?P<decimal>[0-9]{1,3}[.,]5))(?:~\\+| \\+| or more)? (?:(?P<half>and a half) |more |full "
            "|business |working |calendar |whole |straight |odd |further |good |solid )?UNIT(?P<more> and a half)?"
            "(?:~\\+| \\+| plus| or more| or longer| and more)?AWAY",
            make_span,
        ),
        ("(?P<count>[0-9]{1,4})~(?P<grain>d|w|wks?|mths?|mos?|yrs?)AWAY", make_span),
    ],
    "clock": [(CLOCK, make_clock)],
    "clock behind": [(CLOCK_BEHIND, make_clock)],
    "clock marked": [(CLOCK_MARKED, make_clock)],
    # Behind “this morning” a number is an hour, unless things are counted: `this morning 3 calls`.
    "clock alone": [(CLOCK_MARKED + r"(?! \w+s\b)", make_clock)],
}
"""How times are said; what stands first is tried first."""
BEGINNINGS: dict[str, Iterable[str]] = {
    "date": (WRITTEN, "the"),
    "named": ("the", "first", "weekend", *STEPS, *(each.split()[0] for each in (*DAYS_AWAY, *FEASTS, *MOVABLE_FEASTS))),
    "to date": "ytd qtd mtd week month quarter year half so this the rest remainder".split(),
    "week": (
        "the",
        "last",
        "week",
        "cw",
        "kw",
        "calendar",
        "front",
        "back",
        "day",
        FIGURES,
        "a",
        "an",
        "another",
        "couple",
        "few",
        *UNITS,
        *TENS,
        *ORDINALS,
        *WEEKDAYS,
    ),
    "edge": (
        *"the eod eow eom eoq eoy end start beginning mid middle early late close".split(),
        *"week month quarter year very first last".split(),
    ),
    "counted": ("the", *STEPS),
    "unit": (*"the of whole full entire all my our his her week month quarter year".split(), *STEPS),
    "quarter": ("the", "q", "h", "quarter", FIGURES, "first", "second", "third", "fourth", "last", "final"),
    "month days": ("the", FIGURES, *MONTHS, *ORDINALS, *TENS),
    "month day": ("the", FIGURES, *MONTHS, *ORDINALS, *TENS),
    "month": ("the", *STEPS, *MONTHS),
    "year": (FIGURES, "fy", "twenty"),
    "weekday": ("the", "a", "one", "two", "three", *STEPS, *WEEKDAYS),
    "day": ("the", FIGURES),
    "hours": (FIGURES, "a", "an", "couple", "few", *UNITS, *TENS),
    "span": (FIGURES, "a", "an", "another", "couple", "few", "several", "fortnight", "half", *UNITS, *TENS),
    "clock": ("c=", FIGURES, "noon", "midday", "midnight", "half", "quarter", "a", *UNITS, "twenty"),
}
"""The words with which each of these begins: trying all at every word would take long."""
NAMES_BY_WORD = {
    word: tuple(name for name, words in BEGINNINGS.items() if word in set(words))
    for words in list(BEGINNINGS.values())
    for word in words
}
STARTERS = (
    frozenset(NAMES_BY_WORD)
    | {word.split()[0] for word in BOUND_OF}
    | frozenset("between from on at around in during for within over all".split())
) - {FIGURES, WRITTEN, "c=", "of"}
"""The words with which a time can begin."""
TIME_PATTERNS = TimePatterns(PATTERNS, NAMES_BY_WORD)
