"""Words that mean something in a cell: nothing, yes, a class of status, a state of a deal, a kind of activity."""

from __future__ import annotations

import re

from storage.names.no_company import load_words_for_nothing

PLACEHOLDERS = load_words_for_nothing()
# In every usual spelling, so that a cell can be looked up as it stands: this is done for every cell of a file.
AS_WRITTEN = frozenset(form for word in PLACEHOLDERS for form in (word, word.upper(), word.capitalize(), word.title()))

# A placeholder, except among regions such as EMEA and APAC.
NORTH_AMERICA = "NA"

# Of a yes or no, these say nothing else; `active` and `lost` are statuses as well.
FLAGS = frozenset("yes no y n true false t f 1 0 1.0 0.0 x on off ja nein oui non si sí sim não nao da".split())
YES = frozenset(
    "yes y true t 1 1.0 x on checked ja oui si sí sim da wahr vrai verdadero vero tak converted won win customer"
    " active enabled".split()
)
NO = frozenset(
    "no n false f 0 0.0 off unchecked nein non não nao falsch faux falso nie lost open inactive disabled"
    " deactivated suspended".split()
) | {"not converted", "unconverted", "not won", "closed lost", "closed - not converted"}

# A lead status of nothing but these words, one of the first among them, is that of a lead who became a customer:
# `Closed - Converted`, `New customer`; not `Ready to be converted` or `Customer meeting`.
CONVERTED_WORDS = frozenset(
    "converted won win sold signed customer client konvertiert umgewandelt gewonnen kunde bestandskunde neukunde"
    " converti convertie gagne gagnee convertido convertida ganado ganada cliente ganho convertito convertita vinto"
    " vinta klant geconverteerd".split()
)
WORDS_BESIDE_CONVERTED = frozenset(
    "closed deal lead account contact opportunity contract status already now became is a an the new existing current"
    " active paying qualified fully successfully to into as and or 0 1 2 3 4 5 6 7 8 9 10 geschlossen ferme cerrado"
    " nuevo nouveau neuer chiuso".split()
)
# The first pattern found in a status's words decides. Denials come first: `Not Contacted` holds `contacted`, and
# `Unqualified` comes before `Qualified`.
STATUS_CLASSES = (
    ("open", r"\b(not|never|un)\s?(yet )?(contacted|touched|worked|called)\b|^to (be )?contact(ed)?\b"),
    (
        "closed",
        r"\b(unqualified|disqualified|inactive|not active|not converted|not qualified|non qualified|dead|junk|lost"
        r"|invalid|spam|closed|duplicate|reject\w*|not interested|no (longer )?interest(ed)?"
        r"|bad (fit|lead|data|number|email)|no fit|not a fit"
        r"|cancel\w*|cannot contact|do not (contact|call)|unsubscribed|out of business|archived|discarded|dropped"
        r"|unqualifiziert|disqualifiziert|verloren|perdu\w*|perdid\w*|descartad\w*|competitor)\b",
    ),
    (
        "qualified",
        r"\b(qualified|sql|open deal|opportunity|interested|converted|sales ready|hand(ed)? (off|over)|qualifiziert"
        r"|qualifi[eé]?|cualificad\w*|calificad\w*)\b",
    ),
    (
        "working",
        r"\b(contact\w*|working|progress|attempt\w*|connect\w*|nurtur\w*|follow\w*|timing|engag\w*|call\w*|email\w*"
        r"|repl\w*|respon\w*|recycl\w*|meeting|demo|scheduled|warm|on hold|paused|postponed|kontaktiert"
        r"|bearbeitung|contactad\w*|curso|cours|trattativa)\b",
    ),
    ("open", r".*"),
)

# A yes or no of an attempt: whether of the lead's or of a campaign's, only the name of the column says.
SUCCESS = frozenset(["success", "successful", "succeeded"])
FAILURE = frozenset(["failure", "fail", "failed", "unsuccessful"])
# A lead that ended so converted. `Existing customer` was one before, and `Signed up` is a beginning.
WON_LEAD = (
    r"^(?!.*\b(not|no|non|never|lost|nicht)\b)"
    r"((closed|deal|lead|opportunity|application|contract|customer|client|kunde|auftrag|is|became|now|new) )*"
    r"((won|converted|enrol+ed|admitted|purchased|bought|sold|signed(?! up)|gewonnen|konvertiert|verkauft|gagnee?"
    r"|ganad[oa]|vendid[oa]|matriculad[oa]|converti(d[oa])?)\b|(customer|client|kunde|cliente)$)"
)
# Beside the statuses of the class closed, these say that it did not.
LOST_LEAD = r"^(not|non|never|did not|nicht)\b(?!.*\bcontact)|\b(declin\w*|refus\w*|withdr[ae]w\w*)\b"

# Whole cells that can be nothing but a status of a person who is worked on.
STATUS_WORDS = frozenset(
    "new open active inactive contacted working qualified unqualified disqualified nurturing nurture lost won dead junk"
    " converted attempted connected engaged recycled closed archived interested".split()
) | {
    "not contacted",
    "open not contacted",
    "working contacted",
    "closed converted",
    "closed not converted",
    "not interested",
    "in progress",
    "on hold",
    "attempted to contact",
    "contact in future",
    "contacted in future",
    "lost lead",
    "junk lead",
    "not qualified",
    "pre qualified",
    "bad timing",
    "open deal",
}
SALUTATIONS = frozenset("mr mrs ms miss mx dr prof herr frau mme mlle m sr sra srta ing sir madam".split())

# Columns of languages whose countries all put the day before the month.
DAY_FIRST_NAMES = re.compile(
    r"fecha|datum|datede|erstellt|angelegt|creadoel|creacion|cierre|abschluss|schlusstermin|fallig|faellig|echeance"
    r"|vencimiento|creele|nachname|vorname|apellido|prenom|cognome"
)

STAGE_STATES = (
    (
        "lost",
        r"\b(lost|closed ?lost|abandon\w*|dead|cancel\w*|disqualified|rejected|no decision|verloren|perdu\w*"
        r"|perd\w+)\b",
    ),
    ("open", r"\bnot won\b"),
    ("won", r"\b(won|win|closed ?won|signed|paid|gewonnen|gagn\w*|ganad\w*|vint[ao])\b|^contract$|^customer$"),
)
# Percent, as the default stages have it, by what a stage of such words usually means.
STAGE_PROBABILITIES = (
    (90, r"\b(verbal\w*|contract\w*|commit\w*|closing|signature)\b"),
    (75, r"\b(negotiat\w*|review|bought in|verhandlung|n[eé]gociation|negociaci[oó]n|trattativa)\b"),
    (
        50,
        r"\b(propos\w*|quot\w*|offer\w*|value proposition|decision makers?|perception|angebot|devis|propuesta"
        r"|business case)\b",
    ),
    (35, r"\b(needs?|analysis|discovery|demo\w*|presentation|engag\w*|evaluat\w*|develop\w*|trial|meeting|solution)\b"),
    (20, r"\b(qualif\w*|appointment|scheduled|contact\w*)\b"),
    (10, r".*"),
)

ACTIVITY_KINDS = (
    ("call", r"\b(call\w*|phone\w*|voicemail|dial\w*|anruf|telefon\w*|appel|llamada|chiamata)\b"),
    ("email", r"\b(e ?mail\w*|mail\w*|courriel|correo)\b"),
    (
        "meeting",
        r"\b(meeting\w*|event|appointment|demo|lunch|visit\w*|conference|termin|besprechung|r[eé]union|reuni[oó]n)\b",
    ),
    ("message", r"\b(sms|text( message)?|whatsapp|linkedin\w*|chat|message|inmail|social)\b"),
    ("task", r"\b(task|to ?dos?|deadline|reminder|follow ?ups?|aufgabe|t[aâ]che|tarea)\b"),
    ("note", r"\b(note\w*|comment|memo|notiz|nota|remark)\b"),
)

DONE_WORDS = frozenset("completed complete done closed finished held yes true 1 erledigt abgeschlossen".split())

# HubSpot's life cycle stages of people who became more than a lead.
CONVERTED_STAGES = frozenset(["opportunity", "customer", "evangelist"])

QUALIFIED_STAGES = frozenset(["sales qualified lead", "salesqualifiedlead", "sql"])

ROLES = (
    ("admin", r"\b(admin\w*|system administrator|owner|ceo|cro|head of sales|sales operations|vp|vice president)\b"),
    ("manager", r"\b(manager|lead|leader|director|head|supervisor|teamleiter\w*)\b"),
    ("rep", r"\b(reps?|representative|sales\w*|seller|executive|account|agent|[sb]dr|ae|vertrieb\w*|comercial)\b"),
)

CURRENCY_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
    "₫": "VND",
    "₱": "PHP",
    "₦": "NGN",
    "฿": "THB",
    "₴": "UAH",
    "₸": "KZT",
    "₡": "CRC",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "lei": "RON",
    "лв": "BGN",
    "R$": "BRL",
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "SG$": "SGD",
    "NT$": "TWD",
    "MX$": "MXN",
    "Mex$": "MXN",
    "AR$": "ARS",
    "CLP$": "CLP",
    "COL$": "COP",
    "Rs.": "INR",
    "Rs": "INR",
    "RM": "MYR",
    "Rp": "IDR",
    "Fr": "CHF",
    "SFr": "CHF",
    "S/": "PEN",
    "RMB": "CNY",
    "CN¥": "CNY",
    "JP¥": "JPY",
    "元": "CNY",
    "円": "JPY",
}
# Signs that several countries share: the workspace's own currency where it is one of them, else the first.
SHARED_SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "¥": ("JPY", "CNY"),
}
SIGNS_BY_ZONE = {
    "Europe/Oslo": "NOK",
    "Europe/Copenhagen": "DKK",
    "Atlantic/Reykjavik": "ISK",
    "Asia/Shanghai": "CNY",
    "Australia/Sydney": "AUD",
    "Australia/Melbourne": "AUD",
    "America/Toronto": "CAD",
    "America/Vancouver": "CAD",
    "Pacific/Auckland": "NZD",
}
# Words that say in the name of a column how an amount is written, not what it is.
NOISE_IN_AMOUNT_NAMES = frozenset("in numeric number num raw net gross local".split())
CURRENCIES = frozenset(
    "USD EUR GBP INR JPY CNY KRW RUB TRY ILS VND PHP NGN THB PLN BRL AUD CAD CHF SEK NOK DKK CZK HUF RON BGN MXN ARS"
    " CLP COP PEN ZAR AED SAR QAR SGD HKD TWD MYR IDR NZD EGP KES UAH PKR BDT LKR ISK KZT CRC KWD BHD OMR JOD MAD TND"
    " GHS UYU RSD GEL".split()
)
CURRENCY_NAMES = {
    "euro": "EUR",
    "euros": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "sterling": "GBP",
    "pound sterling": "GBP",
    "british pound": "GBP",
    "us dollar": "USD",
    "us dollars": "USD",
    "american dollar": "USD",
    "canadian dollar": "CAD",
    "australian dollar": "AUD",
    "new zealand dollar": "NZD",
    "singapore dollar": "SGD",
    "hong kong dollar": "HKD",
    "dollar": "$",
    "dollars": "$",
    "swiss franc": "CHF",
    "franken": "CHF",
    "yen": "JPY",
    "japanese yen": "JPY",
    "yuan": "CNY",
    "renminbi": "CNY",
    "rupee": "INR",
    "rupees": "INR",
    "indian rupee": "INR",
    "swedish krona": "SEK",
    "norwegian krone": "NOK",
    "danish krone": "DKK",
    "kronor": "SEK",
    "zloty": "PLN",
    "polish zloty": "PLN",
    "brazilian real": "BRL",
    "mexican peso": "MXN",
    "south african rand": "ZAR",
    "rand": "ZAR",
    "uae dirham": "AED",
    "dirham": "AED",
}
# The word behind a number stands for so many zeros; lakh and crore are India's hundred thousand and ten million.
MULTIPLES = {
    "k": 3,
    "thousand": 3,
    "thousands": 3,
    "tsd": 3,
    "t": 3,
    "m": 6,
    "mm": 6,
    "mn": 6,
    "mio": 6,
    "million": 6,
    "millions": 6,
    "bn": 9,
    "b": 9,
    "billion": 9,
    "mrd": 9,
    "lakh": 5,
    "lac": 5,
    "cr": 7,
    "crore": 7,
}

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar jänner janvier janv enero ene gennaio gen janeiro januari",
            "feb february februar février fevrier févr fevr febrero febbraio fevereiro fev februari",
            "mar march märz maerz mär mrz mars marzo março marco maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag maio mei",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juillet juil julio luglio lug julho",
            "aug august août aout agosto ago augustus",
            "sep sept september septembre septiembre settembre set setembro",
            "oct october okt oktober octobre octubre ottobre ott outubro out",
            "nov november novembre noviembre novembro",
            "dec december dez dezember décembre decembre déc diciembre dic dicembre dezembro",
        ),
        1,
    )
    for word in words.split()
}
