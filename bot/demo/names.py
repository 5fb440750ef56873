"""Invented people and companies that could exist: first names, surnames and towns of one region go together."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bot.demo.firm import Industry


@dataclass(frozen=True)
class Region:
    """A country's names. `team` works it, `phone` the form of its telephone numbers, `legal` how its companies end."""

    country: str
    team: str
    phone: str
    legal: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    firms: tuple[str, ...]
    cities: tuple[str, ...]


def _region(country: str, team: str, phone: str, legal: str, **words: str) -> Region:
    lists = {name: tuple(listed.split(", ")) for name, listed in words.items()}
    return Region(country, team, phone, tuple(legal.split(", ")), **lists)


REGIONS = (
    _region(
        "United States",
        "Americas",
        "+1 555 01##",
        "Inc., LLC",
        first="Alicia, Brandon, Carla, Derek, Elena, Frank, Gloria, Howard, Janelle, Kevin, Lorraine,"
        " Miguel, Natalie, Oscar, Paula, Raymond, Sheila, Terrence, Valerie, Wesley",
        last="Ashby, Barrow, Castillo, Delgado, Ellison, Farrow, Greer, Holloway, Ibarra, Jennings,"
        " Kessler, Lockwood, Mercer, Navarro, Osborne, Pruitt, Quintana, Rhodes, Stafford, Whitaker",
        firms="Harlow, Redbrook, Summit Lake, Kettle Creek, Prairie, Stonebridge, Bayside, Copper Hill,"
        " Millbrook, Lakeview, Ridgeway, Fairhaven, Juniper, Silver Pine, Oak Harbor, Tamarack,"
        " Willow Bend, Granite, Blue Heron, Cottonwood",
        cities="Columbus, Denver, Portland, Raleigh, Minneapolis, Tucson",
    ),
    _region(
        "Canada",
        "Americas",
        "+1 555 01##",
        "Inc., Ltd.",
        first="Amelie, Benoit, Colette, Gavin, Isabelle, Kieran, Luc, Maureen, Philippe, Renee, Stuart, Yvonne",
        last="Beaulieu, Charron, Desrosiers, Fournier, Gagnon, Lavoie, MacIsaac, Pelletier, Renaud,"
        " Sinclair, Thibault, Wheaton",
        firms="Northline, Maple Ridge, Saint-Clair, Lac Bleu, Fundy, Cedar Point, Riviere-Claire,"
        " Timberlea, Aurora, Grand Pre, Snowdon, Belle Rive",
        cities="Montreal, Halifax, Calgary, Ottawa",
    ),
    _region(
        "Brazil",
        "Americas",
        "+55 11 5555 01##",
        "Ltda., S.A.",
        first="Beatriz, Caio, Fernanda, Gustavo, Helena, Joana, Leandro, Mateus, Patricia, Renato, Thiago, Vanessa",
        last="Almeida, Barbosa, Cardoso, Duarte, Fonseca, Guimaraes, Monteiro, Nogueira, Pacheco,"
        " Ribeiro, Teixeira, Vasconcelos",
        firms="Serra Clara, Rio Branco, Boa Vista, Santa Luz, Campo Novo, Ipanema Sul, Porto Verde,"
        " Lagoa Azul, Mantiqueira, Pedra Alta, Vila Nova, Ouro Fino",
        cities="Campinas, Curitiba, Recife, Santos",
    ),
    _region(
        "United Kingdom",
        "Europe",
        "+44 1632 9601##",
        "Ltd., plc",
        first="Alistair, Bronwen, Callum, Deborah, Eleanor, Fergus, Gemma, Hamish, Imogen, Keith, Lorna,"
        " Nigel, Rosalind, Simon",
        last="Aldridge, Blackwood, Cartwright, Dunmore, Fairclough, Garside, Hargreaves, Kirkbride,"
        " Lomax, Marchbank, Ormerod, Pemberton, Rowntree, Thackeray",
        firms="Ashdown, Fellside, Kingsmere, Tamar Valley, Whitcombe, Moorland, Severn Bank",
        cities="Leeds, Bristol, Norwich, Glasgow",
    ),
    _region(
        "Germany",
        "Europe",
        "+49 30 5550 1##",
        "GmbH, AG",
        first="Annika, Bernd, Claudia, Dieter, Elke, Florian, Gesine, Henrik, Jutta, Karsten, Monika,"
        " Rainer, Silke, Torsten",
        last="Achterberg, Brinkmann, Dressler, Eichhorn, Falkenberg, Grosskopf, Hartwig, Kuhlmann,"
        " Lindemann, Mertens, Oberhauser, Pfeiffer, Rademacher, Steinhoff",
        firms="Norderau, Alpenhof, Havelland, Rheintal, Lindenberg, Seewald, Elbufer",
        cities="Hamburg, Leipzig, Freiburg, Bremen",
    ),
    _region(
        "Italy",
        "Europe",
        "+39 02 5550 1##",
        "S.r.l., S.p.A.",
        first="Alessia, Bruno, Carlotta, Dario, Emanuela, Fabrizio, Ginevra, Lorenzo, Marta, Nicolo, Ornella, Pietro",
        last="Baldini, Cavallari, D'Angelis, Fioravanti, Galimberti, Lombardini, Marchetti, Orsini,"
        " Pellegrino, Rinaldi, Santoro, Tedesco",
        firms="Valdorata, Monteverdi, Lago Blu, San Marco, Collina, Riva Alta, Pietra Chiara, Belvento,"
        " Torrealta, Oliveto",
        cities="Bologna, Verona, Turin, Bari",
    ),
    _region(
        "Sweden",
        "Europe",
        "+46 8 465 004 ##",
        "AB",
        first="Agneta, Bjorn, Cecilia, Elin, Fredrik, Gunilla, Henning, Karin, Lennart, Malin, Oskar, Viktoria",
        last="Ahlgren, Bergqvist, Dahlberg, Ekstrand, Forsell, Hedlund, Kjellberg, Nyholm, Rosenqvist,"
        " Sandell, Tornqvist, Wallander",
        firms="Norrvik, Storskog, Fjällnära, Havsbris, Granberg, Solvik, Björkdal, Isbäck, Tallmo, Skärgård",
        cities="Gothenburg, Uppsala, Malmö, Umeå",
    ),
    _region(
        "India",
        "Asia Pacific",
        "+91 22 5550 01##",
        "Pvt. Ltd.",
        first="Anjali, Bhavesh, Chitra, Deepak, Farah, Girish, Ishaan, Kavita, Lakshmi, Manish, Nandini,"
        " Prakash, Ritu, Suresh, Tanvi, Vikram",
        last="Agarwal, Banerjee, Chaudhary, Deshmukh, Ganguly, Iyengar, Joshi, Kulkarni, Menon,"
        " Nambiar, Pillai, Raghavan, Sengupta, Trivedi, Venkatesan, Wadhwa",
        firms="Sahyadri, Himalaya, Malabar, Ganga, Konkan, Nilgiri, Deccan",
        cities="Pune, Chennai, Hyderabad, Ahmedabad",
    ),
    _region(
        "Japan",
        "Asia Pacific",
        "+81 3 5550 01##",
        "K.K.",
        first="Akira, Chiyo, Daisuke, Emi, Fumiko, Haruto, Kaori, Makoto, Naoko, Ryo, Sachiko, Takumi, Yuka",
        last="Aoyama, Endo, Fujikawa, Hasegawa, Ishibashi, Kaneda, Matsuura, Nishimura, Okamoto,"
        " Sakurai, Takenaka, Uehara, Yoshioka",
        firms="Kitayama, Shirakawa, Minato, Asahigawa, Hokuto, Midorigaoka, Aozora, Tsubaki, Fujimi, Wakaba",
        cities="Osaka, Sapporo, Nagoya, Fukuoka",
    ),
    _region(
        "Singapore",
        "Asia Pacific",
        "+65 5550 01##",
        "Pte. Ltd.",
        first="Adeline, Boon Kiat, Cheryl, Desmond, Farid, Grace, Hui Min, Jasmine, Kelvin, Nurul, Priscilla, Zhi Hao",
        last="Chia, Goh, Halim, Koh, Lau, Ng, Ong, Pang, Quek, Seah, Teo, Yeo",
        firms="Marina, Telok Bay, Kallang, Changi Point, Straits, Orchard Hill, Sentosa, Bukit Green,"
        " Lion City, Raffles Quay, Pandan, Jurong East, Angsana, Tembusu, Keppel Bay, Seletar, Bedok,"
        " Mandai",
        cities="Singapore",
    ),
)


@dataclass(frozen=True)
class Firm:
    """A company that may buy."""

    name: str
    domain: str
    industry: Industry
    employees: int
    region: Region
    city: str


class Invention:
    """Makes up people and companies, none of them twice."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self._used: set[str] = set()
        self._turns: dict[tuple[str, ...], list[str]] = {}

    def firm(self, region: Region, industry: Industry, employees: int) -> Firm:
        """A company of the region and industry; the larger ones carry their legal form."""
        stems = (*region.firms, *(name for name in region.last if len(name) > 4))
        stem = self._fresh(lambda: f"{self._turn(stems)} {self.dice.choice(industry.endings)}")
        named_so = industry.incorporated and self.dice.random() < 0.3
        legal = f" {self.dice.choice(region.legal)}" if named_so else ""
        domain = "".join(each for each in folded(stem) if each.isalnum()) + ".example"
        return Firm(stem + legal, domain, industry, employees, region, self.dice.choice(region.cities))

    def person(self, region: Region) -> tuple[str, str]:
        """First name and surname."""
        last = self._turn(region.last)
        first = self._fresh(lambda: f"{self._turn(region.first)} {last}").removesuffix(f" {last}")
        return first, last

    def phone(self, region: Region) -> str:
        return "".join(str(self.dice.randrange(10)) if each == "#" else each for each in region.phone)

    def _turn(self, words: tuple[str, ...]) -> str:
        """One of the words after the other, each time round in another order, so that few share one."""
        left = self._turns.setdefault(words, [])
        if not left:
            left.extend(self.dice.sample(words, len(words)))
        return left.pop()

    def _fresh(self, draw: Callable[[], str]) -> str:
        for _ in range(1000):
            words = draw()
            if words not in self._used:
                self._used.add(words)
                return words
        raise LookupError("the lists of names are too short")


def folded(words: str) -> str:
    """Lower case without accents, as in an address."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(each for each in plain if not unicodedata.combining(each)).lower()


def address(first: str, last: str, domain: str) -> str:
    """`anna.berg@norrvikdairy.example`."""
    local = ".".join("".join(each for each in folded(part) if each.isalnum()) for part in (first, last))
    return f"{local}@{domain}"
