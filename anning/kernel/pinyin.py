"""Pinyin keys of a name, so that ``ltjd`` and ``lutai`` find 芦台街道, and both ``lsz`` and ``ysz`` find 乐善庄.

The likeliest reading comes from the phrase dictionary of pypinyin. Its rarer readings are mostly noise in names
(台 y/s, 区 o), so others are kept only for the characters of ``POLYPHONES``, the ones that place names, units and posts
really use in two ways, and of ``SURNAMES`` at the head of something as short as a person's name.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, product
from unicodedata import normalize

MOST = 12  # combinations kept for one name
LONGEST_PERSON = 3  # characters; a short place name such as 解放路 is then read both ways, which does no harm


def _table(*lines: str) -> dict[str, tuple[str, ...]]:
    words = [entry.split() for line in lines for entry in line.split(", ")]
    return {character: tuple(readings) for character, *readings in words}


POLYPHONES = _table(
    "乐 le yue, 重 zhong chong, 长 chang zhang, 行 hang xing, 曾 zeng ceng, 朝 chao zhao, 藏 cang zang, 车 che ju",
    "厦 sha xia, 蚌 beng bang, 埔 pu bu, 堡 bao pu bu, 校 xiao jiao, 降 jiang xiang, 还 hai huan, 虹 hong jiang",
    "卡 ka qia, 壳 ke qiao, 落 luo lao la, 六 liu lu, 陆 lu liu, 露 lu lou, 弄 nong long, 茄 qie jia, 塞 sai se",
    "尾 wei yi, 殷 yin yan, 粘 zhan nian, 仔 zi zai, 番 fan pan, 莘 xin shen, 浒 hu xu, 涡 wo guo, 泊 bo po",
    "圩 wei xu, 泌 mi bi, 坻 di chi, 咀 zui ju, 柏 bai bo, 角 jiao jue, 洞 dong tong, 阿 a e, 晟 sheng cheng",
    "尉 wei yu, 蔚 wei yu, 模 mo mu, 薄 bo bao, 宿 su xiu, 巷 xiang hang, 牟 mou mu, 贾 jia gu, 渑 mian sheng",
    "蛤 ge ha, 蔓 man wan, 荥 xing ying, 亳 bo hao, 铅 qian yan, 枞 cong zong",
)
SURNAMES = _table(
    "单 shan, 解 xie, 盖 ge, 区 ou, 仇 qiu, 查 zha, 翟 zhai di, 朴 piao, 缪 miao, 万 mo, 宓 fu, 冼 xian, 员 yun",
    "那 na nuo, 祭 zhai, 秘 bi, 句 gou, 乜 nie, 覃 qin tan, 谌 chen shen, 褚 chu, 瞿 qu, 隗 wei kui, 郇 xun huan",
    "召 shao, 能 nai, 冯 feng, 繁 po, 折 she, 令 ling, 沈 shen, 纪 ji, 任 ren, 洗 xian, 幺 yao, 郗 xi chi, 种 chong",
)


@lru_cache(maxsize=8192)
def initials(text: str) -> tuple[str, ...]:
    """Return the initials of ``text`` in every reading, likeliest first; letters and digits stay, signs go."""
    return _combined([tuple(dict.fromkeys(reading[0] for reading in readings)) for readings in _readings(text)])


@lru_cache(maxsize=8192)
def full(text: str) -> tuple[str, ...]:
    """Return the whole pinyin of ``text`` without tones in every reading, likeliest first (ü is v)."""
    return _combined(_readings(text))


def initials_key(text: str, longest: int = 140) -> str:
    """Return what an ``initials`` column keeps: initials and whole pinyin in all readings, parted by blanks.

    What somebody types is the beginning of one of these words. At most ``longest`` characters; the initials come first.
    """
    key = ""
    for word in dict.fromkeys((*initials(text), *full(text))):
        room = longest - len(key) - bool(key)
        if room <= 0:
            break
        key += " " * bool(key) + word[:room]
    return key


def _combined(choices: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    words = ("".join(parts) for parts in islice(product(*choices), MOST))
    return tuple(dict.fromkeys(word for word in words if word))


@lru_cache(maxsize=1024)  # initials and whole pinyin ask one after the other
def _readings(text: str) -> list[tuple[str, ...]]:
    """Return the readings of each character that can be typed; letters and digits stand for themselves."""
    from pypinyin import lazy_pinyin  # slow to load, and most processes never need it

    text = normalize("NFKC", text)
    likely: list[str] = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]
    return [
        tuple(
            dict.fromkeys((first.lower(), *_others(character, is_name_head=not place and len(text) <= LONGEST_PERSON)))
        )
        for place, (character, first) in enumerate(zip(text, likely, strict=True))
        if first.isascii() and first.isalnum()
    ]


def _others(character: str, *, is_name_head: bool) -> tuple[str, ...]:
    return POLYPHONES.get(character, ()) + (SURNAMES.get(character, ()) if is_name_head else ())
