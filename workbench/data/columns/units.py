"""What stands beside the digits of a number: units, currencies, and words that multiply."""

from collections import Counter

from workbench.runtime.text_values import without_unit

_CURRENCIES = """
€ $ £ ¥ ₹ ₽ ₩ ₺ ₴ ₪ ₫ ฿ ₦ ₱ ₡ ¢ zł kr Kč Ft R R$ US$ A$ C$ HK$ NZ$ S$ NT$ Rs Rs. Fr. Fr kn lei лв Lt Ls din Bs S/ S/.
RM USD EUR GBP CHF JPY CAD AUD NZD INR CNY RMB SEK NOK DKK ISK PLN CZK HUF RON BGN HRK RSD RUB UAH TRY BRL MXN ARS CLP
COP PEN ZAR KRW SGD HKD TWD THB IDR MYR PHP VND ILS AED SAR EGP NGN KES PKR BDT LKR
Rp Rp. KSh Tk ₸ ₾ Euro euro euros dollars ct
"""
_MEASURES = """
% ‰ km m cm mm µm nm dm mi ft in yd kg g mg µg t oz lb lbs st l L ml mL cl dl hl gal kW kWh MWh GWh TWh MW GW W Wh V
kV mV A mA mAh Ah °C °F °C. ° deg K h hrs hr min mins s sec secs ms kmh km/h kph mph m/s mpg km/l kmpl l/100km g/km hp
bhp PS ch cc CC ccm m² m2 m³ m3 km² km2 cm² cm³ sqm qm sqft sq.ft. ft² ha acres yrs yr years year months month mos
weeks week days day hours hour minutes seconds Jahre Jahr Monate Monat Tage Tag Std Std. Min. ans mois jours años
meses días anni mesi Stk Stück pcs pieces Mbps Gbps kbps Mbit/s MB/s B kB KB MB GB TB KiB MiB GiB Hz kHz MHz GHz px
dpi fps MP pts pt bps bp pp rpm J kJ MJ cal kcal Pa hPa kPa MPa bar mbar psi mmHg ppm ppb dB dBm Nm kN N lx lm Ω mg/dL
mg/dl mg/l mmol/l g/dl g/l g/dL g/L mg/L mmol/L µmol/l µmol/L umol/L nmol/l nmol/L pmol/l pmol/L µg/dL µg/l µg/L ng/ml
ng/mL ng/dL pg/ml pg/mL U/l U/L IU/l IU/L IU/ml IU/mL mIU/L mU/L mEq/L mval/l mmol/mol µg/m³ µg/m3 ug/m3 g/cm³ kg/m²
kg/m2 kg/m³ W/m² W/m2 IU x × +
"""
CURRENCIES = frozenset(_CURRENCIES.split())
MEASURES = frozenset(_MEASURES.split())
UNITS = CURRENCIES | MEASURES
LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "B": 1e9, "b": 1e9, "T": 1e12, "t": 1e12}
GERMAN_THOUSANDS = ("T€", "TEUR", "TCHF")  # T is thousand there, and trillion in $5T
FAMILY = ("K", "M", "B")  # a file that writes one of them may write the others tomorrow
WORDS = {
    "tsd": 1e3, "tausend": 1e3, "thousand": 1e3, "mil": 1e3, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7,
    "cr": 1e7, "mio": 1e6, "mn": 1e6, "mln": 1e6, "mill": 1e6, "million": 1e6, "millions": 1e6, "millionen": 1e6,
    "mrd": 1e9,
    "mia": 1e9, "bn": 1e9, "bln": 1e9, "mld": 1e9, "mlrd": 1e9, "md": 1e9, "billion": 1e9, "billions": 1e9,
    "milliarden": 1e9, "milliarde": 1e9, "tn": 1e12, "trn": 1e12, "bio": 1e12, "trillion": 1e12, "billionen": 1e12,
}  # fmt: skip
PREFIXES = {"n": 1e-9, "µ": 1e-6, "m": 1e-3, "c": 1e-2, "d": 1e-1, "h": 1e2, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}
PREFIXES |= {"T": 1e12, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40}
# Which prefixes each unit is really written with: "h" before "s" is no hecto-second.
BASES = {
    "B": ("k", "K", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"), "bps": ("k", "K", "M", "G", "T"), "Hz": ("k", "M", "G"),
    "W": ("m", "k", "M", "G", "T"), "Wh": ("k", "M", "G", "T"), "V": ("m", "k"), "A": ("m", "k"), "Pa": ("h", "k", "M"),
    "J": ("k", "M", "G"), "cal": ("k",), "g": ("µ", "m", "k"), "m": ("n", "µ", "m", "c", "d", "k"),
    "l": ("m", "c", "d", "h"), "L": ("m",), "s": ("n", "µ", "m"),
}  # fmt: skip
UNIT_SHARE = 0.6  # of the cells that must carry a unit
OTHERS_SHARE = 0.05  # of the cells that may carry another one: they do not fit


def unit_and_scales(pairs, *, pointed):
    """Return (unit, scales) that the numbers of a column are written with, or None where they are no measures.

    Parameters
    ----------
    pairs : Counter of (str, str, bool)
        What stands before the digits, what behind them, and whether a blank is between, with counts.
    pointed : bool
        Numbers with a suffix have a decimal mark, so that they are amounts and no codes.
    """
    if set(pairs) == {("", "", False)}:
        return "", ()
    return _amounts(pairs, pointed) or _same_base(pairs) or _one_unit(pairs)


def _multiplier(suffix):
    """Return the factor that ``suffix`` stands for, or None."""
    if suffix == "MM":
        return 1e6
    return LETTERS.get(suffix) or (WORDS.get(suffix.rstrip(".").casefold()) if len(suffix) > 1 else None)


def _split(before, after):
    """Return (currency, suffix) of what stands around the digits, or None."""
    if before and before not in CURRENCIES:
        return None
    if not after or _multiplier(after):
        return before, after
    if before:
        return None
    if after in CURRENCIES:
        return after, ""
    for end in range(len(after) - 1, 0, -1):
        suffix, currency = after[:end].strip(), after[end:].strip()
        if _multiplier(suffix) and (currency in CURRENCIES or (suffix[0].isupper() and _is_noun(after[end:]))):
            return currency, suffix
    return None


def _is_noun(text):
    """Return whether a text behind numbers is a word such as in "12 reviews": any unit that all cells share will do."""
    word = text.strip()
    return text[:1] == " " and len(word) > 2 and word.isalpha() and (word.islower() or word.istitle())


def _amounts(pairs, pointed):
    """Amounts that are scaled: 110M, €60K, 1.2 bn USD."""
    currencies, suffixes, gaps, others = Counter(), Counter(), 0, 0
    for (before, after, gap), count in pairs.items():
        found = _split(before, after)
        if found is None:
            others += count
            continue
        currencies[found[0]] += count
        if found[1]:
            suffixes[found[1]] += count
            gaps += count * gap
    total = pairs.total()
    plain = currencies.pop("", 0)
    if not suffixes or others > OTHERS_SHARE * total or len(currencies) > 1:
        return None
    unit, count = currencies.most_common(1)[0] if currencies else ("", 0)
    if unit and count < UNIT_SHARE * (count + plain):
        return None
    if not unit and not _is_sure(suffixes, pointed, 2 * gaps > suffixes.total()):
        return None
    names = set(suffixes) | (set(FAMILY) if suffixes.keys() & set(FAMILY) else set())
    factors = {name: _multiplier(name) for name in names}
    if any(after.replace(" ", "") in GERMAN_THOUSANDS for _, after, _ in pairs):
        factors["T"] = 1e3
    return unit, tuple(sorted(factors.items(), key=lambda scale: (scale[1], scale[0])))


def _is_sure(suffixes, pointed, gap):
    """Return whether suffixes without a currency multiply: 5 m is metres, 293 K kelvin, 12B a house number."""
    if len({suffix.casefold() for suffix in suffixes}) > 1:
        return bool(suffixes.keys() - {"b", "t", "T", "B"})
    (only,) = {suffix.upper() if suffix in "kK" else suffix for suffix in suffixes}
    if len(only) > 1 or "k" in suffixes:
        return True
    return (only == "M") or (only == "K" and not gap) or (only == "B" and pointed)


def _same_base(pairs):
    """One measure in several sizes: 500 MB and 1.2 GB are bytes."""
    for base, allowed in BASES.items():
        names, fitting = set(), 0
        for (before, after, _), count in pairs.items():
            prefix = after.removesuffix(base)
            if not before and after.endswith(base) and (not prefix or prefix in allowed):
                fitting += count
                names.add(prefix)
        if len(names) > 1 and fitting >= (1 - OTHERS_SHARE) * pairs.total():
            return base, tuple(sorted(((name, PREFIXES[name]) for name in names - {""}), key=lambda scale: scale[1]))
    return None


def _one_unit(pairs):
    units, total = Counter(), pairs.total()
    for (before, after, _), count in pairs.items():
        if before and after:
            units["", "both"] += count
        else:
            units[before or after, "before" if before else "after"] += count
    plain = units.pop(("", "after"), 0)
    (unit, side), _ = units.most_common(1)[0]
    if (unit + "s", side) in units:
        unit += "s"  # the plural is read with the singular
    count = sum(n for (other, _), n in units.items() if other and without_unit("1" + other, unit) == "1")
    others = total - plain - count
    known = unit in UNITS or unit.lower() in UNITS or unit.rstrip(".") in UNITS
    known = known or (
        side == "after" and total > 2 and _is_noun(" " + unit) and all(gap for _, after, gap in pairs if after)
    )
    if not known or others > OTHERS_SHARE * total or count < UNIT_SHARE * (count + plain):
        return ("", ()) if plain >= (1 - OTHERS_SHARE) * total else None
    if unit not in CURRENCIES and (unit, "before") in units:
        return None  # "A 12" is a code, not amperes
    return unit, ()


def mixed_units(pairs):
    """Return the units of a column with their counts where it mixes measures that are not converted, else ()."""
    units = Counter()
    for (before, after, _), count in pairs.items():
        found = _split(before, after)
        units[(found[0] if found else "") or before or after] += count
    several = [(unit, count) for unit, count in units.most_common() if unit in UNITS]
    covered = sum(count for _, count in several)
    enough = len(several) > 1 and several[1][1] > OTHERS_SHARE * units.total()
    return several if enough and covered >= (1 - OTHERS_SHARE) * units.total() else ()
