"""A block directory as large as the country's, with invented names."""

COUNTRY = 7_241


def write(path, count=COUNTRY):
    rows = ["state_code,state_name,district_code,district_name,block_code,block_name"]
    rows += [f"9,UTTAR PRADESH,9001,GENDA DESHI,{900_000 + number},BLOCK {number}" for number in range(1, count + 1)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
