"""Names of months in many languages, and texts of dates with English names in their place.

Python and pandas read English month names only. A column whose dates have other names (or English ones written in
several ways) says so by its ``language``; its texts are brought to English here before they are read.
"""

import re

ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Per language the twelve months; the first spelling is the one that is written, the others are read too.
_NAMES = {
    "en": "january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sept sep,"
    "october oct, november nov, december dec",
    "de": "januar jänner jan jän, februar feber feb, märz maerz mär mrz, april apr, mai, juni jun, juli jul,"
    "august aug, september sept sep, oktober okt, november nov, dezember dez",
    "fr": "janvier janv jan, février fevrier févr fevr fév fev, mars mar, avril avr, mai, juin, juillet juil jul,"
    "août aout aoû aou, septembre sept sep, octobre oct, novembre nov, décembre decembre déc dec",
    "es": "enero ene, febrero feb, marzo mar, abril abr, mayo may, junio jun, julio jul, agosto ago,"
    "septiembre setiembre sept sep set, octubre oct, noviembre nov, diciembre dic",
    "it": "gennaio genn gen, febbraio febbr feb, marzo mar, aprile apr, maggio magg mag, giugno giu, luglio lug,"
    "agosto ago, settembre sett set, ottobre ott, novembre nov, dicembre dic",
    "nl": "januari jan, februari feb, maart mrt maa, april apr, mei, juni jun, juli jul, augustus aug,"
    "september sept sep, oktober okt, november nov, december dec",
    "pt": "janeiro jan, fevereiro fev, março marco mar, abril abr, maio mai, junho jun, julho jul, agosto ago,"
    "setembro set, outubro out, novembro nov, dezembro dez",
    "pl": "stycznia styczeń sty, lutego luty lut, marca marzec mar, kwietnia kwiecień kwi, maja maj,"
    "czerwca czerwiec cze, lipca lipiec lip, sierpnia sierpień sie, września wrzesień wrz,"
    "października październik paź paz, listopada listopad lis, grudnia grudzień gru",
    "cs": "ledna leden led, února únor úno, března březen bře, dubna duben dub, května květen kvě,"
    "června červen čvn čer, července červenec čvc, srpna srpen srp, září zář, října říjen říj,"
    "listopadu listopad lis, prosince prosinec pro",
    "sv": "januari jan, februari feb, mars mar, april apr, maj, juni jun, juli jul, augusti aug,"
    "september sept sep, oktober okt, november nov, december dec",
    "da": "januar jan, februar feb, marts mar, april apr, maj, juni jun, juli jul, august aug,"
    "september sept sep, oktober okt, november nov, december dec",
    "no": "januar jan, februar feb, mars mar, april apr, mai, juni jun, juli jul, august aug,"
    "september sept sep, oktober okt, november nov, desember des",
    "fi": "tammikuuta tammikuu tammi, helmikuuta helmikuu helmi, maaliskuuta maaliskuu maalis,"
    "huhtikuuta huhtikuu huhti, toukokuuta toukokuu touko, kesäkuuta kesäkuu kesä, heinäkuuta heinäkuu heinä,"
    "elokuuta elokuu elo, syyskuuta syyskuu syys, lokakuuta lokakuu loka, marraskuuta marraskuu marras,"
    "joulukuuta joulukuu joulu",
    "hu": "január jan, február febr feb, március márc, április ápr, május máj, június jún, július júl,"
    "augusztus aug, szeptember szept, október okt, november nov, december dec",
    "ru": "января январь янв, февраля февраль февр фев, марта март мар, апреля апрель апр, мая май,"
    "июня июнь июн, июля июль июл, августа август авг, сентября сентябрь сент сен, октября октябрь окт,"
    "ноября ноябрь нояб ноя, декабря декабрь дек",
    "tr": "ocak oca, şubat şub, mart mar, nisan nis, mayıs may, haziran haz, temmuz tem, ağustos ağu, eylül eyl,"
    "ekim eki, kasım kas, aralık ara",
    "ro": "ianuarie ian, februarie feb, martie mar, aprilie apr, mai, iunie iun, iulie iul, august aug,"
    "septembrie sept, octombrie oct, noiembrie noi nov, decembrie dec",
}
WRITTEN = {language: tuple(m.split()[0] for m in names.split(",")) for language, names in _NAMES.items()}
MONTHS = {
    language: {word: at for at, words in enumerate(names.split(",")) for word in words.split()}
    for language, names in _NAMES.items()
}
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim "
    "lunes martes miércoles miercoles jueves viernes sábado sabado domingo mié mie jue vie sáb sab dom "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica gio "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo "
    "segunda terça quarta quinta sexta segunda-feira terça-feira quarta-feira quinta-feira sexta-feira seg ter qua "
    "qui sex poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw pt sob niedz "
    "pondělí úterý středa čtvrtek pátek neděle po út st čt pá ne "
    "måndag tisdag onsdag torsdag fredag lördag söndag mån tis ons tors fre lör sön "
    "mandag tirsdag lørdag søndag man tir tor lør søn maanantai tiistai keskiviikko torstai perjantai lauantai "
    "sunnuntai понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar luni marți miercuri joi vineri sâmbătă duminică"
)
_FILLERS = "de del den le el il of the r г года uhr kl at um"
WEEKDAYS = frozenset(_WEEKDAYS.split())
FILLERS = frozenset(_FILLERS.split())
WORD = re.compile(r"[^\W\d_]+(?:-feira)?(?:\.(?!\d))?")
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ère|º|ª|°)(?![^\W\d_])", re.IGNORECASE)
HALF_DAY = re.compile(r"(?<![^\W\d_])([ap])\.? ?m(?![^\W\d_])\.?", re.IGNORECASE)
BLANKS = re.compile(r"\s+")


def in_english(text, language):
    """Return a date's ``text`` with full English month names, without weekday, ordinal endings and small words.

    >>> in_english("Montag, 14. März 2021", "de"), in_english("1er sept. 2020", "fr")
    ('14. March 2021', '1 September 2020')
    """
    months = MONTHS.get(language, {})

    def word(match):
        plain = match.group().rstrip(".").casefold()
        at = months.get(plain)
        if at is None:
            return "" if plain in FILLERS else match.group()
        return ENGLISH[at]

    text = ORDINAL.sub("", BLANKS.sub(" ", text))
    first = WORD.match(text)
    if first and first.group().rstrip(".").casefold() in WEEKDAYS:
        rest = text[first.end() :].lstrip(" ,")
        if first.group().rstrip(".").casefold() not in months or months_in(
            rest, language
        ):  # "mar" is Tuesday and March
            text = rest
    text = HALF_DAY.sub(lambda match: match[1].upper() + "M", text)
    return BLANKS.sub(" ", WORD.sub(word, text)).strip()


def months_in(text, language):
    """Return how many words of ``text`` are months in ``language``."""
    months = MONTHS.get(language, {})
    return sum(word.rstrip(".").casefold() in months for word in WORD.findall(text))


def month_name(number, language):
    """Return the name of month 1 … 12 as it is written in ``language``; English where that is not known.

    >>> month_name(3, "de"), month_name(3, "fr"), month_name(3, "")
    ('März', 'mars', 'March')
    """
    if language not in WRITTEN or language == "en":
        return ENGLISH[number - 1]
    name = WRITTEN[language][number - 1]
    return name.capitalize() if language == "de" else name
