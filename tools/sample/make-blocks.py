#!/usr/bin/env python3
"""Writes blocks.csv: 300 invented blocks in 6 real states, with the columns of the Local Government
Directory's block list. The state codes and names are real; every district and block is invented.

    tools/sample/make-blocks.py            writes tools/sample/blocks.csv
    tools/sample/make-blocks.py --check    writes nothing; exit 1 if the file is stale

No chance in it: the same file on every machine.
"""
import pathlib
import sys

# Codes from here on belong to no block of the directory.
FIRST_BLOCK = 900001
FIRST_DISTRICT = 9001

# State: ten stems, five endings for its blocks, one ending for its districts.
STATES = [
    (9, "UTTAR PRADESH",
     "GENDA BELAMUKHI SUKHTAL AMRAILI DHANIKA KUSUMBA TULSIKA NEEMWARI PEEPLIKA JAMUNIA",
     "PURVA GAHRA TALA KUIYAN BAGICHI", "DESHI"),
    (10, "BIHAR",
     "MAKHANKA LITCHIYA SHAHTUTI KADAMBIKA CHAITIYA DHANROP BHUTTALI SARSONA TISIYA ARHARKA",
     "DIYARA TOLVA CHAURI POKHRA DIHVA", "KHAND"),
    (18, "ASSAM",
     "KAPOUPHUL BOGITORA TAGARMUR NAHORKATHA SHEWALIR MADHURIM RUPALIM DHOLPAT BIHUTOLI KOLDOI",
     "PATHARUA BEELMUKH SAPORIA CHUKIA HABIPUR", "MUKHI"),
    (21, "ODISHA",
     "PADMAKULA KETAKIA CHAMPEIKA MALATIKA KADALIA NADIAKULA DHANAKERA MUGAKHETA BIRIKHANDA TALAKERI",
     "SASANI GADIA PATNIKA JHARIA BANDHIA", "MANDALA"),
    (27, "MAHARASHTRA",
     "JASWANDE MOGARKA SHEVANTIK ABOLIKE KARDALIN JWARIKHED HURDEGA KOKAMBI AMBEMOHAR TURISHET",
     "WASTIKA MALRAN KHINDWADI TEKDIGA ODHEWADI", "PRANTIK"),
    (33, "TAMIL NADU",
     "MULLAIVAN THAMARAIK KURINJAI SEMBARUTH VETCHIMAL KAMBUTHOL RAGIVAYAL ELLUKADU PANAITHOP VAZHAIMAN",
     "CHOLAIYUR ODAIYAM MEDAIPET VAYALKUDI KARAIPADI", "VATTAM"),
]


def rows():
    block, district = FIRST_BLOCK, FIRST_DISTRICT
    for code, state, stems, endings, district_ending in STATES:
        for stem in stems.split():
            for ending in endings.split():
                yield (code, state, district, f"{stem} {district_ending}", block, f"{stem} {ending}")
                block += 1
            district += 1


def main():
    text = "state_code,state_name,district_code,district_name,block_code,block_name\n"
    text += "".join(",".join(map(str, row)) + "\n" for row in rows())
    path = pathlib.Path(__file__).with_name("blocks.csv")
    if sys.argv[1:] == ["--check"]:
        if not path.exists() or path.read_text() != text:
            sys.exit("tools/sample/blocks.csv is stale: run tools/sample/make-blocks.py")
    elif sys.argv[1:]:
        sys.exit(__doc__.strip())
    else:
        path.write_text(text)


if __name__ == "__main__":
    main()
