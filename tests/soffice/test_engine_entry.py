"""What Excel makes of typed texts, and formulas in two spellings. Without LibreOffice."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.soffice.engine.documents import address_of, area_of, column_name, column_number
from tests.soffice.engine.entry import Entry, entered
from tests.soffice.engine.formulas import to_excel, to_office


def serial(*day: int) -> float:
    return float((dt.date(*day) - dt.date(1899, 12, 30)).days)


@pytest.mark.parametrize(("text", "entry"), [
    ("00123", Entry(123.0)), ("1E5", Entry(100000.0, "0.00E+00")), ("-1.5", Entry(-1.5)),
    ("1,234", Entry(1234.0, "#,##0")), ("1,23", Entry("1,23")), ("(5)", Entry(-5.0)),
    ("12.5%", Entry(0.125, "0.00%")), ("$5", Entry(5.0, "$#,##0")), ("5 kg", Entry("5 kg")),
    ("3-4", Entry(serial(dt.date.today().year, 3, 4), "d-mmm")),
    ("3-45", Entry(serial(1945, 3, 1), "mmm-yy")), ("13-40", Entry("13-40")),
    ("11/15/26", Entry(serial(2026, 11, 15), "m/d/yyyy")),
    ("2026-11-15", Entry(serial(2026, 11, 15), "m/d/yyyy")), ("2026-13-01", Entry("2026-13-01")),
    ("MAR1", Entry("MAR1")), ("Sep 2", Entry(serial(dt.date.today().year, 9, 2), "d-mmm")),
    ("12:30", Entry(12.5 / 24, "h:mm")), ("true", Entry(True)),
    ("=A1", Entry("=A1", formula=True)), ("=", Entry("=")), ("+A1", Entry("=+A1", formula=True)),
    ("-x", Entry("=-x", formula=True)), ("'=A1", Entry("=A1")), ("B0EX000001", Entry("B0EX000001")),
    ("中文", Entry("中文")), ("#N/A", Entry("=#N/A", formula=True)), ("-", Entry("-")),
])
def test_a_typed_text_becomes(text: str, entry: Entry) -> None:
    assert entered(text) == entry


@given(st.decimals(-10**9, 10**9, places=3))
def test_every_plain_number_is_read(number: object) -> None:
    assert entered(str(number)).value == float(str(number))


FORMULAS = [
    ("=SUM(A1:B2,1)", "=SUM(A1:B2;1)"),
    ("=Ads!A1+Ads!$B$2:$C$3", "=$Ads.A1+$Ads.$B$2:$C$3"),
    ("='My ads, 1'!A:A", "=$'My ads, 1'.A:A"),
    ("='It''s'!A1", "=$'It''s'.A1"),
    ('=IF(A1="a,b;Ads!A1",{1,2;3,4},"")', '=IF(A1="a,b;Ads!A1";{1;2|3;4};"")'),
    ("=SUM(ops_ads[Ad spend, net],1)", "=SUM(ops_ads[Ad spend, net];1)"),
    ("=广告!A1*1.5", "=$广告.A1*1.5"),
    ("=INDEX(Rules!$C$2:$C$9,MATCH(A1,Rules!$A$2:$A$9,0))",
     "=INDEX($Rules.$C$2:$C$9;MATCH(A1;$Rules.$A$2:$A$9;0))"),
]


@pytest.mark.parametrize(("excel", "office"), FORMULAS)
def test_a_formula_is_spelt_both_ways(excel: str, office: str) -> None:
    assert to_office(excel) == office
    assert to_excel(office) == excel


def test_another_workbook_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="another workbook"):
        to_office("=[Costs.xlsx]Sheet1!A1")


@given(st.integers(1, 16384))
def test_columns_have_one_name(number: int) -> None:
    assert column_number(column_name(number)) == number


@pytest.mark.parametrize("a1", ["$A$1", "$B$2:$C$9", "$A:$C", "$3:$4", "$XFD$1048576"])
def test_an_address_is_read_and_written(a1: str) -> None:
    area = area_of(a1)
    assert area is not None and address_of(area) == a1


@pytest.mark.parametrize("text", ["Ads", "A0x", "ops_ads[Ad spend]", ""])
def test_what_is_no_address(text: str) -> None:
    assert area_of(text) is None
