"""What a file is written in: encodings, separators, titles, totals, and files that are none."""

from __future__ import annotations

import json

import pytest

from storage.tables import Account, Lead
from tests.storage.imports.conftest import Importing

PLAIN = "First Name;Last Name;Company;Lead Source\nJürgen;Müller;Bäckerei Groß;Messe\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_umlauts_arrive_whatever_the_encoding(sqlite_importing: Importing, encoding: str) -> None:
    result = sqlite_importing("leads.csv", PLAIN.encode(encoding))

    assert (result.error, result.created) == (None, 1)
    assert sqlite_importing.one(Lead).name == "Jürgen Müller"
    assert sqlite_importing.one(Lead).company == "Bäckerei Groß"


def test_cyrillic_of_old_windows_is_not_read_as_western(sqlite_importing: Importing) -> None:
    text = "First Name,Last Name,Company\n" + "Иван,Петров,Ромашка и компания\nАнна,Сидорова,Северный ветер\n" * 5
    sqlite_importing("leads.csv", text.encode("cp1251"))

    assert "Иван Петров" in {lead.name for lead in sqlite_importing.rows(Lead)}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator(sqlite_importing: Importing, separator: str) -> None:
    rows = [["Last Name", "Company", "Annual Revenue"], ["Doe", "Initech", "1.234.567,89"], ["Roe", "Globex", "99,5"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    sqlite_importing("leads.csv", text)

    assert [str(lead.annual_revenue) for lead in sqlite_importing.rows(Lead)] == ["1234567.89", "99.5"]


def test_a_german_training_file_tells_who_converted_and_when_leads_began(sqlite_importing: Importing) -> None:
    rows = "Vorname;Nachname;Firma;Quelle;Angelegt am;Konvertiert\nEva;Groß;Adler AG;Messe;03.02.2025;Ja\n"
    sqlite_importing("leads.csv", rows + "Uwe;Lang;Falke KG;Anzeige;17.02.2025;Nein\n", finished=True)

    assert [lead.lifecycle for lead in sqlite_importing.rows(Lead)] == ["converted", "closed"]
    assert [f"{lead.created_at:%Y-%m-%d}" for lead in sqlite_importing.rows(Lead)] == ["2025-02-03", "2025-02-17"]


def test_the_hint_that_excel_writes_into_the_first_line(sqlite_importing: Importing) -> None:
    assert sqlite_importing("leads.csv", "sep=;\nLast Name;Company\nDoe;Initech\n").created == 1


def test_a_report_has_titles_above_and_totals_below(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "report.csv",
        "Leads of this quarter\n\nLast Name,Company,Lead Status\nDoe,Initech,Open\nTotal,1,\nTotal Records: 1,,\n",
    )

    assert (result.created, result.rejected) == (1, 2)
    assert result.reasons == {"is a line of totals or a note, not a record": 2}


def test_two_columns_of_one_name_and_one_without(sqlite_importing: Importing) -> None:
    result = sqlite_importing("leads.csv", "Last Name,Company,Note,Note,,\nDoe,Initech,first,second,third,\n")

    assert list(result.columns) == ["Last Name", "Company", "Note", "Note (2)", "column 5", "column 6"]
    assert result.columns["column 6"] is None
    assert sqlite_importing.one(Lead).custom == {"Note (2)": "second", "column 5": "third"}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("leads.csv", b"", "is empty"),
        ("leads.csv", b"  \n \n", "is empty"),
        ("leads.xlsx", b"PK\x03\x04rest", "Excel"),
        ("leads.csv", bytes(range(256)) * 4, "not a text file"),
        ("leads.csv", b"one,two\n1,2\n", "fit no kind"),
        ("leads.json", b"{", "not valid JSON, from line 1 on. Export it again"),
        ("leads.json", b'{"a": 1}', "no list of records"),
        ("leads.json", b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(
    sqlite_importing: Importing, name: str, content: bytes, says: str
) -> None:
    result = sqlite_importing(name, content)

    assert result.error is not None
    assert says in result.error
    assert sqlite_importing.rows(Lead) == []


def test_a_missing_file_and_a_folder_are_named_and_the_others_imported(sqlite_importing: Importing) -> None:
    good = sqlite_importing.write("leads.csv", "Last Name,Company\nDoe,Initech\n")
    folder, missing = sqlite_importing.folder, sqlite_importing.folder / "none.csv"
    results = sqlite_importing.files(folder, missing, good)

    assert "is a folder" in str(results[0].error)
    assert "There is no file" in str(results[1].error)
    assert results[2].created == 1


def test_column_names_alone_are_no_rows(sqlite_importing: Importing) -> None:
    result = sqlite_importing("leads.csv", "Id,LastName,Company,Status,IsConverted\n")

    assert (result.kind, result.error, result.rows) == ("lead", None, 0)


def test_a_description_of_tables_is_not_imported_as_a_table(sqlite_importing: Importing) -> None:
    result = sqlite_importing(
        "dictionary.csv", "accounts,,,\naccount,sector,revenue,employees\n\nproduct,account,deal_stage,close_date\n"
    )

    assert "several tables" in str(result.error)


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"records": rows}])
def test_json_as_apis_give_it(sqlite_importing: Importing, wrap: object) -> None:
    rows = [
        {
            "attributes": {"type": "Account", "url": "/x"},
            "Id": "001bm00001ZL8U9AAL",
            "Name": "Edge",
            "NumberOfEmployees": 12,
        }
    ]
    result = sqlite_importing("a.json", json.dumps(wrap(rows)))  # type: ignore[operator]

    assert result.kind == "account"
    assert (sqlite_importing.one(Account).name, sqlite_importing.one(Account).employees) == ("Edge", 12)


def test_several_kinds_in_one_document_are_imported_in_order(importing: Importing) -> None:
    document = {
        "leads": [{"external_id": "L1", "last_name": "Doe", "company": "Initech", "owner": "U1"}],
        "users": [{"external_id": "U1", "name": "Nora Lind", "email": "nora@x.example"}],
    }
    path = importing.write("company.json", json.dumps(document))
    results = importing.files(path)

    assert [(result.part, result.kind, result.created) for result in results] == [
        ("leads", "lead", 1),
        ("users", "user", 1),
    ]
    assert importing.one(Lead).owner_id is not None


def test_markup_and_hidden_characters_are_taken_out(sqlite_importing: Importing) -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore")
    sqlite_importing(
        "leads.csv",
        "Last Name,Company,Description\n"
        f'Do\u200be{hidden},"<a href=""x"">R&amp;D</a>","<p>One</p><p>Two<br>a < b</p>"\n',
    )
    lead = sqlite_importing.one(Lead)

    assert (lead.last_name, lead.company, lead.description) == ("Doe", "R&D", "One\nTwo\na < b")


def test_a_separator_without_quotes_rejects_its_row_into_the_rejects_file(sqlite_importing: Importing) -> None:
    result = sqlite_importing("leads.csv", "Last Name,Company\nDoe,Initech\nRoe,Globex, Inc.\n")

    assert (result.created, result.rejected) == (1, 1)
    assert result.rejects_file == sqlite_importing.folder / "leads.csv.rejects.csv"
    assert "Roe" in result.rejects_file.read_text()
    assert "separator" in result.rejects_file.read_text()
