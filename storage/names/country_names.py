"""The names of countries, to tell a column of countries from one of cities."""

from __future__ import annotations

COUNTRIES = frozenset(
    name.strip()
    for name in """afghanistan|albania|algeria|andorra|angola|argentina|armenia|australia|austria|azerbaijan|bahamas
|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bhutan|bolivia|bosnia and herzegovina|botswana|brazil|brunei
|bulgaria|burkina faso|burundi|cambodia|cameroon|canada|cape verde|central african republic|chad|chile|china|colombia
|comoros|congo|costa rica|croatia|cuba|cyprus|czech republic|czechia|denmark|djibouti|dominica|dominican republic
|ecuador|egypt|el salvador|england|estonia|eswatini|ethiopia|fiji|finland|france|gabon|gambia|georgia|germany|ghana
|greece|grenada|guatemala|guinea|guyana|haiti|honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland
|israel|italy|ivory coast|jamaica|japan|jordan|kazakhstan|kenya|korea|kosovo|kuwait|kyrgyzstan|laos|latvia|lebanon
|lesotho|liberia|libya|liechtenstein|lithuania|luxembourg|macau|madagascar|malawi|malaysia|maldives|mali|malta
|mauritania|mauritius|mexico|moldova|monaco|mongolia|montenegro|morocco|mozambique|myanmar|namibia|nepal|netherlands
|new zealand|nicaragua|niger|nigeria|north macedonia|northern ireland|norway|oman|pakistan|palestine|panama|paraguay
|peru|philippines|poland|portugal|puerto rico|qatar|romana|romania|russia|rwanda|saudi arabia|scotland|senegal|serbia
|sierra leone|singapore|slovakia|slovenia|somalia|south africa|south korea|spain|sri lanka|sudan|suriname|sweden
|switzerland|syria|taiwan|tajikistan|tanzania|thailand|togo|trinidad and tobago|tunisia|turkey|turkiye|turkmenistan
|uganda|ukraine|united arab emirates|united kingdom|united states|united states of america|uruguay|uzbekistan
|venezuela|vietnam|wales|yemen|zambia|zimbabwe|usa|us|uk|uae|u s|u k|deutschland|osterreich|schweiz|suisse|svizzera
|espana|francia|italia|allemagne|alemania|belgique|belgie|nederland|polska|brasil|sverige|norge|danmark|suomi
|republic of korea|korea republic of|great britain|de|at|ch|fr|es|it|nl|be|pl|se|no|dk|fi|ie|pt|gb|ca|au|nz|in|cn|jp
|sg|br|mx|za|ae""".replace("\n", "").split("|")
)
