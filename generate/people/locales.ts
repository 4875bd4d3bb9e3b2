/**
 * The locales of Faker that can be asked for, each with the country that its people live in (by Faker's English name):
 * those with first names, last names and cities of their own, or that take what they lack from their language's
 * (`en_GB` its first names from `en`). A table and not a scan: Faker's locales cost 40 MB together.
 *
 * Not offered: `base` and `en_BORK` (no people), `eo`, `ku_ckb` and `ku_kmr_latin` (no country, no cities), `ar` (no one
 * country's cities; names the people of Arab countries), `bn_BD`, `cy`, `mn_MN_cyrl` and `ta_IN` (no names), `yo_NG` (no
 * cities), `en_AU_ocker` (a caricature of `en_AU`).
 */
export const localeCountries = {
  af_ZA: "South Africa",
  az: "Azerbaijan",
  cs_CZ: "Czechia",
  da: "Denmark",
  de: "Germany",
  de_AT: "Austria",
  de_CH: "Switzerland",
  dv: "Maldives",
  el: "Greece",
  en: "United States of America",
  en_AU: "Australia",
  en_CA: "Canada",
  en_GB: "United Kingdom",
  en_GH: "Ghana",
  en_HK: "Hong Kong",
  en_IE: "Ireland",
  en_IN: "India",
  en_NG: "Nigeria",
  en_NP: "Nepal",
  en_US: "United States of America",
  en_ZA: "South Africa",
  es: "Spain",
  es_MX: "Mexico",
  fa: "Iran",
  fi: "Finland",
  fr: "France",
  fr_BE: "Belgium",
  fr_CA: "Canada",
  fr_CH: "Switzerland",
  fr_LU: "Luxembourg",
  fr_SN: "Senegal",
  he: "Israel",
  hr: "Croatia",
  hu: "Hungary",
  hy: "Armenia",
  id_ID: "Indonesia",
  it: "Italy",
  ja: "Japan",
  ka_GE: "Georgia",
  ko: "Republic of Korea",
  lv: "Latvia",
  mk: "North Macedonia",
  nb_NO: "Norway",
  ne: "Nepal",
  nl: "Netherlands",
  nl_BE: "Belgium",
  pl: "Poland",
  pt_BR: "Brazil",
  pt_PT: "Portugal",
  ro: "Romania",
  ro_MD: "Moldova",
  ru: "Russian Federation",
  sk: "Slovakia",
  sl_SI: "Slovenia",
  sr_RS_latin: "Serbia",
  sv: "Sweden",
  th: "Thailand",
  tr: "Turkey",
  uk: "Ukraine",
  ur: "Pakistan",
  uz_UZ_latin: "Uzbekistan",
  vi: "Vietnam",
  zh_CN: "China",
  zh_TW: "Taiwan",
  zu_ZA: "South Africa",
} as const satisfies Readonly<Record<string, string>>;

/** How those of a country share its people where nobody says; the others have none or all of them. */
const localeShares: Readonly<Record<string, number>> = {
  de_CH: 0.73,
  fr_CH: 0.27,
  nl_BE: 0.6,
  fr_BE: 0.4,
  en_CA: 0.78,
  fr_CA: 0.22,
  zu_ZA: 0.45,
  en_ZA: 0.35,
  af_ZA: 0.2,
  // Another name of `en`, and Nepal's names in Latin script.
  en_US: 0,
  en_NP: 0,
};

export const localeShare = (locale: Locale): number => localeShares[locale] ?? 1;

export type Locale = keyof typeof localeCountries;

export const locales = Object.keys(localeCountries).filter(isLocale);

export function isLocale(name: string): name is Locale {
  return Object.hasOwn(localeCountries, name);
}
