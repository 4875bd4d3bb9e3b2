import type { Knex } from "knex";

/**
 * Counts of users_raw that a dashboard can read in milliseconds however many rows there are, and the codes by which a
 * map knows the countries.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(usersSummary);
  await knex.raw(`
    CREATE TABLE country_codes (
      country varchar(128) PRIMARY KEY,
      alpha_3 text NOT NULL UNIQUE CHECK (alpha_3 ~ '^[A-Z]{3}$')
    );
    COMMENT ON COLUMN country_codes.alpha_3 IS 'ISO 3166-1';

    CREATE VIEW run_names AS
    SELECT id AS run_id, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' · ' || right(id::text, 6) AS run
      FROM runs;
    COMMENT ON VIEW run_names IS 'what a dashboard calls a run: its time, and enough of its id to tell two of a second apart';
  `);
  const rows = alpha3Codes
    .trim()
    .split("\n")
    .map((line) => ({ alpha_3: line.trim().slice(0, 3), country: line.trim().slice(4) }));
  await knex("country_codes").insert(rows);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP VIEW run_names;
    DROP TABLE country_codes;
  `);
  await knex.raw(dropUsersSummary);
}

export const usersSummary = `
    CREATE TABLE users_summary (
      run_id uuid,
      stored_minute timestamptz NOT NULL,
      country varchar(128),
      repair text,
      users bigint NOT NULL CHECK (users > 0),
      CONSTRAINT users_summary_key UNIQUE NULLS NOT DISTINCT (run_id, stored_minute, country, repair)
    ) WITH (fillfactor = 70);
    COMMENT ON TABLE users_summary IS 'exact counts of the rows of users_raw up to users_summary_progress.next_id';
    COMMENT ON COLUMN users_summary.run_id IS 'NULL for other producers'' messages';
    COMMENT ON COLUMN users_summary.repair IS 'the first thing that was repaired, without the values; NULL for what came faultless';

    CREATE TABLE users_summary_progress (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      restart boolean NOT NULL DEFAULT false,
      next_id bigint NOT NULL DEFAULT 1,
      settled_id bigint NOT NULL DEFAULT 0,
      pending_id bigint NOT NULL DEFAULT 0,
      pending_xid xid8 NOT NULL DEFAULT '0',
      CHECK (next_id <= settled_id + 1),
      CHECK (settled_id <= pending_id)
    );
    COMMENT ON COLUMN users_summary_progress.restart IS 'true: everything is to be counted anew';
    COMMENT ON COLUMN users_summary_progress.next_id IS 'rows below it are counted';
    COMMENT ON COLUMN users_summary_progress.settled_id IS 'no row up to it can still appear';
    COMMENT ON COLUMN users_summary_progress.pending_id IS 'settled once every transaction below pending_xid has ended';

    -- The product itself only ever adds rows; whoever changes or removes some by hand has them all counted again.
    CREATE FUNCTION restart_users_summary() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO users_summary_progress (restart) VALUES (true) ON CONFLICT (only_row) DO UPDATE SET restart = true;
      RETURN NULL;
    END $$;
    CREATE TRIGGER users_summary_restart AFTER UPDATE OR DELETE OR TRUNCATE ON users_raw
      FOR EACH STATEMENT EXECUTE FUNCTION restart_users_summary();
`;

export const dropUsersSummary = `
    DROP TRIGGER users_summary_restart ON users_raw;
    DROP FUNCTION restart_users_summary;
    DROP TABLE users_summary_progress, users_summary;
`;

/** Faker's country names with the codes that the npm package i18n-iso-countries 7.14 has for them. */
const alpha3Codes = `
  AFG Afghanistan
  ALA Åland Islands
  ALB Albania
  DZA Algeria
  ASM American Samoa
  AND Andorra
  AGO Angola
  AIA Anguilla
  ATA Antarctica
  ATG Antigua and Barbuda
  ARG Argentina
  ARM Armenia
  ABW Aruba
  AUS Australia
  AUT Austria
  AZE Azerbaijan
  BHS Bahamas
  BHR Bahrain
  BGD Bangladesh
  BRB Barbados
  BLR Belarus
  BEL Belgium
  BLZ Belize
  BEN Benin
  BMU Bermuda
  BTN Bhutan
  BOL Bolivia
  BES Bonaire, Sint Eustatius and Saba
  BIH Bosnia and Herzegovina
  BWA Botswana
  BVT Bouvet Island
  BRA Brazil
  IOT British Indian Ocean Territory (Chagos Archipelago)
  BRN Brunei Darussalam
  BGR Bulgaria
  BFA Burkina Faso
  BDI Burundi
  KHM Cambodia
  CMR Cameroon
  CAN Canada
  CPV Cape Verde
  CYM Cayman Islands
  CAF Central African Republic
  TCD Chad
  CHL Chile
  CHN China
  CXR Christmas Island
  CCK Cocos (Keeling) Islands
  COL Colombia
  COM Comoros
  COG Congo
  COK Cook Islands
  CRI Costa Rica
  CIV Côte d'Ivoire
  HRV Croatia
  CUB Cuba
  CUW Curaçao
  CYP Cyprus
  CZE Czechia
  COD Democratic Republic of the Congo
  DNK Denmark
  DJI Djibouti
  DMA Dominica
  DOM Dominican Republic
  ECU Ecuador
  EGY Egypt
  SLV El Salvador
  GNQ Equatorial Guinea
  ERI Eritrea
  EST Estonia
  SWZ Eswatini
  ETH Ethiopia
  FRO Faroe Islands
  FLK Falkland Islands (Malvinas)
  FJI Fiji
  FIN Finland
  FRA France
  GUF French Guiana
  PYF French Polynesia
  ATF French Southern Territories
  GAB Gabon
  GMB Gambia
  GEO Georgia
  DEU Germany
  GHA Ghana
  GIB Gibraltar
  GRC Greece
  GRL Greenland
  GRD Grenada
  GLP Guadeloupe
  GUM Guam
  GTM Guatemala
  GGY Guernsey
  GIN Guinea
  GNB Guinea-Bissau
  GUY Guyana
  HTI Haiti
  HMD Heard Island and McDonald Islands
  VAT Holy See (Vatican City State)
  HND Honduras
  HKG Hong Kong
  HUN Hungary
  ISL Iceland
  IND India
  IDN Indonesia
  IRN Iran
  IRQ Iraq
  IRL Ireland
  IMN Isle of Man
  ISR Israel
  ITA Italy
  JAM Jamaica
  JPN Japan
  JEY Jersey
  JOR Jordan
  KAZ Kazakhstan
  KEN Kenya
  KIR Kiribati
  PRK Democratic People's Republic of Korea
  KOR Republic of Korea
  KWT Kuwait
  KGZ Kyrgyz Republic
  LAO Lao People's Democratic Republic
  LVA Latvia
  LBN Lebanon
  LSO Lesotho
  LBR Liberia
  LBY Libyan Arab Jamahiriya
  LIE Liechtenstein
  LTU Lithuania
  LUX Luxembourg
  MAC Macao
  MDG Madagascar
  MWI Malawi
  MYS Malaysia
  MDV Maldives
  MLI Mali
  MLT Malta
  MHL Marshall Islands
  MTQ Martinique
  MRT Mauritania
  MUS Mauritius
  MYT Mayotte
  MEX Mexico
  FSM Micronesia
  MDA Moldova
  MCO Monaco
  MNG Mongolia
  MNE Montenegro
  MSR Montserrat
  MAR Morocco
  MOZ Mozambique
  MMR Myanmar
  NAM Namibia
  NRU Nauru
  NPL Nepal
  NLD Netherlands
  NCL New Caledonia
  NZL New Zealand
  NIC Nicaragua
  NER Niger
  NGA Nigeria
  NIU Niue
  NFK Norfolk Island
  MKD North Macedonia
  MNP Northern Mariana Islands
  NOR Norway
  OMN Oman
  PAK Pakistan
  PLW Palau
  PSE Palestine
  PAN Panama
  PNG Papua New Guinea
  PRY Paraguay
  PER Peru
  PHL Philippines
  PCN Pitcairn Islands
  POL Poland
  PRT Portugal
  PRI Puerto Rico
  QAT Qatar
  REU Réunion
  ROU Romania
  RUS Russian Federation
  RWA Rwanda
  BLM Saint Barthélemy
  SHN Saint Helena
  KNA Saint Kitts and Nevis
  LCA Saint Lucia
  MAF Saint Martin
  SPM Saint Pierre and Miquelon
  VCT Saint Vincent and the Grenadines
  WSM Samoa
  SMR San Marino
  STP Sao Tome and Principe
  SAU Saudi Arabia
  SEN Senegal
  SRB Serbia
  SYC Seychelles
  SLE Sierra Leone
  SGP Singapore
  SXM Sint Maarten
  SVK Slovakia
  SVN Slovenia
  SLB Solomon Islands
  SOM Somalia
  ZAF South Africa
  SGS South Georgia and the South Sandwich Islands
  SSD South Sudan
  ESP Spain
  LKA Sri Lanka
  SDN Sudan
  SUR Suriname
  SJM Svalbard & Jan Mayen Islands
  SWE Sweden
  CHE Switzerland
  SYR Syrian Arab Republic
  TWN Taiwan
  TJK Tajikistan
  TZA Tanzania
  THA Thailand
  TLS Timor-Leste
  TGO Togo
  TKL Tokelau
  TON Tonga
  TTO Trinidad and Tobago
  TUN Tunisia
  TUR Turkey
  TKM Turkmenistan
  TCA Turks and Caicos Islands
  TUV Tuvalu
  UGA Uganda
  UKR Ukraine
  ARE United Arab Emirates
  GBR United Kingdom
  USA United States of America
  UMI United States Minor Outlying Islands
  URY Uruguay
  UZB Uzbekistan
  VUT Vanuatu
  VEN Venezuela
  VNM Vietnam
  VGB Virgin Islands, British
  VIR Virgin Islands, U.S.
  WLF Wallis and Futuna
  ESH Western Sahara
  YEM Yemen
  ZMB Zambia
  ZWE Zimbabwe
`;
