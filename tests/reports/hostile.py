"""What no form should fall over: for every field, and for whole bodies."""

TEXTS = {
    "ten thousand characters": "漏" * 10_000,
    "broken bytes": "坏字\N{REPLACEMENT CHARACTER}节",
}
HARMLESS = {
    "emoji": "垃圾满了😡👨‍👩‍👧‍👦",
    "right to left": "مرحبا بالعالم هنا",
    "a direction override": "看\u202e反过来了吗",
    "markup": "<script>alert(1)</script><b>漏水了</b>",
    "a formula": '=HYPERLINK("http://evil.example","点我看看")',
    "a template": "{{ 7*7 }} {% raw %} ${7*7}",
    "a percent sign": "水管 100%(time)s 漏了 %s %d",
}
PHONES = [
    "12345",
    "1391234567😀",
    "<b>13912345678</b>",
    "=13912345678",
    "1" * 10_000,
    "９１３９１２３４５６７８",
    "abc",
]
CATEGORIES = ["", "13", "99", "0101", "環境", "-1", "null", "[]", "01,02"]
KEYS = ["", "short", "k" * 65, "../../../etc/passwd!!", "键" * 20, "a b c d e f g h i j k l"]
PLACES = ["", "K7M2Q5", "0O1IL0", "😀", "%00", "k" * 3000, "..%2f..%2fetc", "K7M2Q4XX", "<b>"]
