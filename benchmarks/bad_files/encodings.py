"""The same table in every text encoding of Python; what comes back is right, refused or wrong."""

import codecs
import encodings
import pkgutil
from functools import cache

from benchmarks.bad_files.cases import Case, of_bytes

# Words of one language each; an encoding is tried with the first that it can write.
LANGUAGES = {
    "Japanese": "東京 大阪 名古屋 ひらがな カタカナ 漢字 日本語 表計算 価格 売上",
    "Chinese": "北京 上海 广州 价格 数量 名称 中文 表格 数据 城市",
    "Traditional Chinese": "臺北 高雄 價格 數量 名稱 中文 表格 資料 城市 國家",
    "Korean": "서울 부산 가격 수량 이름 한국어 표 자료 도시 나라",
    "Russian": "Москва Казань цена количество имя город страна данные таблица",
    "Ukrainian": "Київ Львів ціна кількість ім'я місто країна дані їжак",
    "Kazakh": "Алматы Қазақстан баға саны аты қала ел деректер кесте",
    "Tajik": "Душанбе нарх миқдор ном шаҳр кишвар ҷадвал маълумот",
    "Greek": "Αθήνα Πάτρα τιμή ποσότητα όνομα πόλη χώρα δεδομένα",
    "Hebrew": "ירושלים חיפה מחיר כמות שם עיר ארץ נתונים טבלה",
    "Arabic": "القاهرة دمشق سعر كمية اسم مدينة بلد بيانات جدول",
    "Thai": "กรุงเทพ เชียงใหม่ ราคา จำนวน ชื่อ เมือง ประเทศ ข้อมูล",
    "German": "Köln Düsseldorf Größe Preis Straße Übung Äpfel Österreich",
    "French": "Genève Besançon Orléans hôtel forêt naïve prix élève",
    "Polish": "Łódź Kraków Gdańsk cena ilość imię ćwiczenie źródło żółw",
    "Hungarian": "Győr Pécs ár mennyiség név őszi tűz Székesfehérvár",
    "Turkish": "İstanbul Eskişehir fiyat şehir ülke ağaç çiçek ığdır",
    "Baltic": "Rīga Šiauliai cena ātrums žemė ūkis ėmė įmonė ķēde",
    "Vietnamese": "Hà Nôi Huê giá sô luong tên thành phô",
    "Icelandic": "Reykjavík Þingvellir verð fjöldi nafn borg ísland",
    "English": "London Leeds price amount name city country data table",
}

# Encodings that can also write languages they were not made for.
MADE_FOR = {
    "gb": "Chinese",
    "hz": "Chinese",
    "iso2022_kr": "Korean",
    "euc_kr": "Korean",
    "cp949": "Korean",
    "johab": "Korean",
    "big5": "Traditional Chinese",
    "cp950": "Traditional Chinese",
}


@cache
def codec_names() -> tuple[str, ...]:
    """Return every text encoding that Python can write, by its own name."""
    names = {codecs.lookup("utf-8").name}
    for module in pkgutil.iter_modules(encodings.__path__):
        try:
            info = codecs.lookup(module.name)
            if info._is_text_encoding and "a,1\n".encode(info.name).decode(info.name) == "a,1\n":
                names.add(info.name)
        except (LookupError, UnicodeError, ImportError):
            continue
    return tuple(sorted(names - {"undefined", "unicode-escape", "raw-unicode-escape", "idna", "punycode"}))


def table_of(language: str, delimiter: str = ";") -> tuple[list[str], list[list[str]]]:
    """Return (header, rows) of the table in a language."""
    words = LANGUAGES[language].split()
    rows = [[str(n), words[n % len(words)], words[n * 3 % len(words)], f"{n * 1.25:.2f}"] for n in range(80)]
    return ["n", words[0], words[1], "x"], rows


def cases() -> list[Case]:
    """Return the table in each encoding; ``expect`` is the (header, rows) that stand in the file."""
    made = []
    for codec in codec_names():
        own = [language for begin, language in MADE_FOR.items() if codec.startswith(begin)]
        for language in own or LANGUAGES:
            header, rows = table_of(language)
            text = "".join(";".join(cells) + "\n" for cells in (header, *rows))
            try:
                content = text.encode(codec)
            except UnicodeError:
                continue
            made.append(of_bytes("encodings", f"{codec}, {language}", content, {"header": header, "rows": rows}))
            break
    return made
