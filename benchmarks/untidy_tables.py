"""Invented tables with known values, in many languages, for ``benchmarks.untidy``."""

import datetime
from dataclasses import dataclass, field

# language: (first names, surnames, cities, labels, sentences, column names, yes/no, encodings that hold it)
WESTERN = ("cp1252", "iso8859-1", "mac-roman", "cp850", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
CENTRAL = ("cp1250", "utf-8", "utf-8-sig", "utf-16")
LANGUAGES = {
    "en": (
        "Anna|Ben|Chloë|Daniel|Emma|Frank|Grace|Henry|Isla|Jack",
        "Smith|O’Neill|Brown|Taylor|Wilson|St. John|Evans|Baker|Clark|Hall",
        "London|Leeds|York|Bath|Dover|Newport|Ely|Wells|Truro|Stoke-on-Trent",
        "red|green, dark|blue|not stated|new \"old\" stock",
        "Delivered late, but complete.|The customer said \"never again\" and left.|No remarks|"
        "Call back on Monday; ask for Ann",
        "id|name|city|group|amount|rate|count|date|paid|remark|email|code",
        "yes|no", ("ascii", "cp437", *WESTERN),
    ),
    "de": (
        "Jürgen|Käthe|Günther|Anna|Björn|Sören|Ute|Heiko|Änne|Max",
        "Müller|Schröder|Weiß|Groß|Köhler|Meier|Schulz|Jäger|Böhm|Vogel",
        "Köln|München|Düsseldorf|Berlin|Würzburg|Lübeck|Görlitz|Bonn|Gießen|Hof",
        "groß|klein|mittel, grün|übrige|„neu“",
        "Die Lieferung kam zu spät, war aber vollständig.|Rückruf am Montag; Frau Köhler fragen|Größe geändert|keine",
        "Nr|Name|Stadt|Größe|Betrag|Anteil|Anzahl|Datum|bezahlt|Bemerkung|E-Mail|Schlüssel",
        "ja|nein", WESTERN,
    ),
    "fr": (
        "Élodie|François|Hélène|Jérôme|Zoé|André|Maïté|Noël|Gérard|Léa",
        "Lefèvre|Dubois|Garçon|Béranger|Noël|Côté|Forêt|Le Goff|Hébert|Moreau",
        "Orléans|Besançon|Nîmes|Sète|Angoulême|Lyon|Fécamp|Le Mans|Évreux|Dôle",
        "été|hiver|à l’étude|déjà vu|très «neuf»",
        "La livraison était en retard, mais complète.|À rappeler l’après-midi ; demander Hélène|Rien à signaler|"
        "Coût élevé",
        "numéro|prénom|ville|catégorie|montant|taux|quantité|date|payé|remarque|courriel|code",
        "oui|non", WESTERN,
    ),
    "es": (
        "José|María|Íñigo|Begoña|Álvaro|Lucía|Raúl|Inés|Ángel|Sofía",
        "Núñez|Peña|García|Muñoz|López|Ibáñez|Ortuño|Vega|Marín|Gil",
        "Cádiz|Logroño|León|Málaga|Mérida|Jaén|Córdoba|Ávila|Madrid|La Coruña",
        "pequeño|mediano|grande, azul|último|ninguno",
        "El envío llegó tarde, pero completo.|¿Llamar mañana? Preguntar por Íñigo|Sin comentarios|Año nuevo",
        "número|nombre|ciudad|categoría|importe|tasa|cantidad|fecha|pagado|observación|correo|código",
        "sí|no", WESTERN,
    ),
    "pl": (
        "Łukasz|Małgorzata|Paweł|Zofia|Grażyna|Michał|Żaneta|Jędrzej|Kasia|Wiesław",
        "Wójcik|Dąbrowski|Król|Woźniak|Górski|Zając|Wróbel|Głowacki|Ścibor|Kubiak",
        "Łódź|Kraków|Gdańsk|Poznań|Wrocław|Toruń|Rzeszów|Białystok|Częstochowa|Sopot",
        "mały|średni|duży, żółty|różne|brak",
        "Dostawa spóźniła się, ale była kompletna.|Zadzwonić w środę; pytać o Zofię|Bez uwag|Zmieniono rozmiar",
        "numer|imię|miasto|rodzaj|kwota|udział|liczba|data|zapłacono|uwagi|poczta|kod",
        "tak|nie", CENTRAL,
    ),
    "cs": (
        "Jiří|Tomáš|Zdeněk|Kateřina|Ondřej|Šárka|Matěj|Lukáš|Žofie|Alena",
        "Novák|Dvořák|Černý|Procházka|Kučera|Veselý|Růžička|Šimek|Bláha|Kříž",
        "Plzeň|Brno|Liberec|Olomouc|České Budějovice|Děčín|Jihlava|Zlín|Tábor|Kroměříž",
        "malý|střední|velký, žlutý|různé|žádný",
        "Dodávka přišla pozdě, ale úplná.|Zavolat ve středu; ptát se na Šárku|Bez poznámek|Změna velikosti",
        "číslo|jméno|město|druh|částka|podíl|počet|datum|zaplaceno|poznámka|pošta|kód",
        "ano|ne", CENTRAL,
    ),
    "ru": (
        "Иван|Анна|Пётр|Ольга|Сергей|Мария|Дмитрий|Елена|Юрий|Наталья",
        "Иванов|Смирнова|Кузнецов|Попова|Соколов|Лебедева|Козлов|Новикова|Морозов|Волкова",
        "Москва|Казань|Самара|Омск|Пермь|Тверь|Уфа|Тула|Сочи|Нижний Новгород",
        "малый|средний|большой, красный|прочее|новый",
        "Доставка опоздала, но была полной.|Позвонить в среду; спросить Ольгу|Без замечаний|Размер изменён",
        "номер|имя|город|группа|сумма|доля|количество|дата|оплачено|примечание|почта|код",
        "да|нет", ("cp1251", "koi8-r", "utf-8", "utf-16", "utf-8-sig"),
    ),
    "el": (
        "Γιώργος|Ελένη|Νίκος|Μαρία|Κώστας|Σοφία|Δημήτρης|Άννα|Παύλος|Ζωή",
        "Παπαδόπουλος|Οικονόμου|Νικολάου|Γεωργίου|Δήμου|Βασιλείου|Ιωάννου|Αθανασίου|Ράπτης|Μακρής",
        "Αθήνα|Πάτρα|Βόλος|Λάρισα|Χανιά|Ρόδος|Δράμα|Κέρκυρα|Σπάρτη|Θεσσαλονίκη",
        "μικρό|μεσαίο|μεγάλο, κόκκινο|άλλο|νέο",
        "Η παράδοση άργησε, αλλά ήταν πλήρης.|Τηλέφωνο την Τετάρτη|Χωρίς σχόλια|Αλλαγή μεγέθους",
        "αριθμός|όνομα|πόλη|ομάδα|ποσό|ποσοστό|πλήθος|ημερομηνία|πληρωμένο|σχόλιο|ταχυδρομείο|κωδικός",
        "ναι|όχι", ("cp1253", "utf-8", "utf-16"),
    ),
    "tr": (
        "Ayşe|Çağrı|Gökhan|İbrahim|Şule|Ümit|Özlem|Tuğba|Işıl|Murat",
        "Yılmaz|Çelik|Öztürk|Şahin|Aydın|Doğan|Kılıç|Aslan|Koç|Güneş",
        "İstanbul|Muğla|Eskişehir|Iğdır|Çorum|Ankara|Kütahya|Şanlıurfa|Diyarbakır|Bursa",
        "küçük|orta|büyük, kırmızı|diğer|yeni",
        "Teslimat gecikti, ama eksiksizdi.|Çarşamba günü arayın; Şule’yi sorun|Açıklama yok|Boyut değişti",
        "sıra|adı|şehir|grup|tutar|oran|sayı|tarih|ödendi|açıklama|posta|kod",
        "evet|hayır", ("cp1254", "utf-8", "utf-16"),
    ),
    "ja": (
        "太郎|花子|健一|美咲|翔太|さくら|大輔|陽子|直樹|恵",
        "佐藤|鈴木|高橋|田中|伊藤|渡辺|山本|中村|小林|加藤",
        "東京|大阪|名古屋|札幌|福岡|京都|仙台|広島|横浜|神戸",
        "小|中|大、赤|その他|新品",
        "配達は遅れたが、全部そろっていた。|水曜日に電話する|特になし|サイズを変更した",
        "番号|名前|都市|区分|金額|割合|数量|日付|支払済|備考|メール|コード",
        "はい|いいえ", ("cp932", "euc_jp", "utf-8", "utf-8-sig", "utf-16"),
    ),
    "zh": (
        "伟|芳|娜|秀英|敏|静|丽|强|磊|洋", "王|李|张|刘|陈|杨|赵|黄|周|吴",
        "北京|上海|广州|深圳|成都|杭州|武汉|西安|南京|重庆", "小|中|大，红色|其他|新",
        "货物到得晚，但是完整。|星期三打电话|没有备注|尺寸已更改",
        "编号|姓名|城市|类别|金额|比例|数量|日期|已付|备注|邮箱|代码",
        "是|否", ("gb18030", "utf-8", "utf-8-sig", "utf-16"),
    ),
    "tw": (
        "志明|春嬌|俊傑|淑芬|雅婷|家豪|怡君|宗翰|美玲|建宏", "陳|林|黃|張|李|王|吳|劉|蔡|楊",
        "臺北|高雄|臺中|臺南|新竹|嘉義|基隆|花蓮|屏東|宜蘭", "小|中|大，紅色|其他|新",
        "貨物遲到，但是完整。|星期三打電話|沒有備註|尺寸已變更",
        "編號|姓名|城市|類別|金額|比例|數量|日期|已付|備註|信箱|代碼", "是|否", ("big5", "utf-8", "utf-16"),
    ),
    "ko": (
        "민수|지영|현우|수진|영호|은정|준호|미경|성민|하나", "김|이|박|최|정|강|조|윤|장|임",
        "서울|부산|대구|인천|광주|대전|울산|수원|창원|제주", "소형|중형|대형, 빨강|기타|신품",
        "배송이 늦었지만 모두 왔다.|수요일에 전화할 것|특이 사항 없음|크기 변경",
        "번호|이름|도시|분류|금액|비율|수량|날짜|지불|비고|메일|코드", "예|아니오", ("cp949", "utf-8", "utf-16"),
    ),
}  # fmt: skip
KINDS = ("id", "name", "city", "group", "amount", "rate", "count", "date", "paid", "remark", "email", "code")


@dataclass
class Column:
    """One column: its name, its kind (one of KINDS) and its values; None where there is none."""

    name: str
    kind: str
    values: list = field(default_factory=list)


def make_table(random, language, *, n_rows, n_columns):
    """Return the columns of an invented table."""
    words = [part.split("|") for part in LANGUAGES[language][:7]]
    chosen = {"amount", "name"} | set(random.sample(KINDS, max(2, n_columns - 2)))
    kinds = [kind for kind in KINDS if kind in chosen]
    if random.random() < 0.3:
        random.shuffle(kinds)
    columns = [Column(words[5][KINDS.index(kind)], kind) for kind in kinds]
    for column in columns:
        may_miss = column.kind not in ("id", "name", "code") and random.random() < 0.35
        for row in range(n_rows):
            missing = may_miss and random.random() < 0.08
            column.values.append(None if missing else _value(random, column.kind, row, words))
    return columns


def _value(random, kind, row, words):
    firsts, surnames, cities, labels, sentences, _, yes_no = words
    if kind == "id":
        return row + 1
    if kind == "name":
        return f"{random.choice(firsts)} {random.choice(surnames)}"
    if kind in ("city", "group", "remark"):
        return random.choice({"city": cities, "group": labels, "remark": sentences}[kind])
    if kind == "amount":
        return round(random.choice((9.0, 120.0, 2_500.0, 48_000.0)) * random.random() * random.choice((1, 1, 1, -1)), 2)
    if kind == "rate":
        return round(random.gauss(12.0, 6.0), 3)
    if kind == "count":
        return random.randrange(0, random.choice((20, 3_000)))
    if kind == "date":
        return datetime.date(2015, 1, 1) + datetime.timedelta(days=random.randrange(3_600))
    if kind == "paid":
        return random.choice(yes_no)
    if kind == "email":
        return f"user{random.randrange(9_999)}@example.org"
    return f"{random.choice('ABCK')}{random.choice('XYZQ')}-{random.randrange(10_000):04}"
