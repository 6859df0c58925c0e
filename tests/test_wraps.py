"""Lines that a program broke at a fixed width are joined again; those that someone broke are not."""

from __future__ import annotations

import re

import pytest

from kb.clean import clean
from kb.clean.wraps import broken_lines
from kb.model import CleanedArticle, RawArticle

# A small shop and its owner, who knows every guest; in three languages, three paragraphs each.
ARTICLES = {
    "vi": [
        "Mỗi sáng, cô chủ quán đứng ở cửa và chào từng người khách bằng tên. Không ai phải gọi món lần thứ hai, vì cô"
        " nhớ hết: ai thích nhiều hành, ai kiêng nước béo, ai cần thêm một chiếc ghế cho đứa nhỏ.",
        "Dịch vụ tốt không nằm ở bàn ghế đẹp. Khách quay lại vì họ thấy mình được nhớ đến, được hỏi han và được chờ"
        " đợi, chẳng khác gì người trong nhà đi xa mới về.",
        "Chị Hạnh bán vải ở chợ Tuy Hòa, mỗi tháng hai lần vào Sài Gòn lấy hàng. Hỏi vì sao chị đi mãi một nhà xe, chị"
        " chỉ cười và bảo rằng người ta nhớ tên chị.",
    ],
    "fr": [
        "Chaque matin, la patronne salue les clients par leur prénom. Nul ne commande deux fois, car elle se souvient"
        " de tout : qui prend son café sans sucre, qui attend son journal, qui préfère la table du fond.",
        "Un bon service ne tient pas au mobilier. On revient parce qu’on se sent attendu et écouté, jour après jour,"
        " comme au retour d’un long voyage que personne n’aurait remarqué ailleurs.",
        "À la sortie de la ville, Anne Verdier vend des vélos depuis vingt ans. Elle dit que le prix ne fait rien à"
        " l’affaire, et que ses clients viennent d’abord pour parler de la route.",
    ],
    "zh-Hans": [
        "每天早上，老板娘站在门口，用名字和每一位客人打招呼。没有人需要点第二次菜，因为她全都记得：谁喜欢多放葱花，谁不吃肥肉，谁要"
        "给孩子加一张椅子，谁的咖啡不放糖，谁总是坐在靠窗的那张桌子旁边看报纸",
        "好的服务不在漂亮的桌椅上。客人愿意回来，是因为觉得有人记得自己，有人关心自己，也有人等着自己，就像出远门的家人回到了家里一样"
        "自在，连门口的那只猫也认得他们，知道谁的口袋里常常有一条小鱼干",
        "她说价格并不重要，客人首先是来聊天的，聊路上的风景，聊孩子的功课，聊今年的收成，聊完了才想起来要买东西，而且总是买上一回买过"
        "的那一种，从来不问多少钱，也从来不讨价还价，这就是二十年的交情",
    ],
}


def wrapped(paragraph: str, width: int) -> list[str]:
    """Lines of at most `width` columns, a Han character taking two; none begins with a mark."""
    lines, line, columns = [], "", 0
    for word in re.findall(r"[\u3000-\uff60][、。，：！？]*|[^\s\u3000-\uff60]+ ?", paragraph):
        wide = sum(c >= "\u3000" for c in word)
        if line and columns + len(word.rstrip()) + wide > width:
            lines.append(line.rstrip())
            line, columns = "", 0
        line += word
        columns += len(word) + wide
    return [*lines, line.rstrip()]


def cleaned(text: str, path: str = "a.txt") -> CleanedArticle:
    result = clean(RawArticle(path, text, "utf-8", ""))
    for change in result.changes:
        assert change.before == text[change.start : change.end]
    return result


@pytest.mark.parametrize("width", [60, 72, 78])
@pytest.mark.parametrize("language", ARTICLES)
@pytest.mark.parametrize(("between", "newline"), [("\n\n", "\n"), ("\r\n\r\n", "\r\n"), ("\n\n", " \n")])
def test_a_wrapped_text_is_what_it_was(language: str, width: int, between: str, newline: str) -> None:
    paragraphs = ARTICLES[language]
    raw = between.join(newline.join(wrapped(paragraph, width)) for paragraph in paragraphs)
    result = cleaned(raw)
    assert result.body.text.split("\n") == paragraphs
    joined = [c for c in result.changes if c.kind == "line-break"]
    assert len(joined) == sum(len(wrapped(paragraph, width)) - 1 for paragraph in paragraphs)
    assert {c.after for c in joined} == {"" if language == "zh-Hans" else " "}
    assert {c.before.strip(" ") for c in joined} == {newline.strip(" ")}


@pytest.mark.parametrize("language", ARTICLES)
def test_paragraphs_that_are_set_in_stay_apart(language: str) -> None:
    paragraphs = ARTICLES[language] * 2
    lines = [wrapped(f"☐☐☐☐{paragraph}", 72) for paragraph in paragraphs]
    raw = "\n".join(line.replace("☐", " ") for paragraph in lines for line in paragraph)
    assert cleaned(raw).body.text.split("\n") == paragraphs


def test_without_anything_between_paragraphs_only_the_middle_of_a_sentence_is_joined() -> None:
    paragraphs = [" ".join(ARTICLES["fr"]), " ".join(ARTICLES["vi"])] * 3
    raw = "\n".join("\n".join(wrapped(paragraph, 72)) for paragraph in paragraphs)
    lines = cleaned(raw).body.text.split("\n")
    assert all(any(line in paragraph for paragraph in paragraphs) for line in lines)
    assert all(line[0].isupper() for line in lines)
    assert len(lines) < len(raw.split("\n")) / 2


def test_headings_and_lists_between_wrapped_paragraphs() -> None:
    first, second, third = (wrapped(paragraph, 72) for paragraph in ARTICLES["fr"])
    listed = [
        "- saluer chaque client par son prénom, avant même qu’il ait refermé la",
        "  porte derrière lui",
        "- noter",
    ]
    whole = "- saluer chaque client par son prénom, avant même qu’il ait refermé la porte derrière lui"
    expected = ["Le comptoir", ARTICLES["fr"][0], whole, "- noter", ARTICLES["fr"][1], "1. Le prix", ARTICLES["fr"][2]]
    raw = "\n".join(["Le comptoir", "", *first, "", *listed, "", *second, "", "1. Le prix", "", *third])
    assert cleaned(raw).body.text.split("\n") == expected
    close = "\n".join(line for line in raw.split("\n") if line)
    assert {"Le comptoir", "1. Le prix"} < set(cleaned(close).body.text.split("\n"))


def test_a_compound_that_is_broken_at_its_hyphen() -> None:
    lines = wrapped(ARTICLES["fr"][0] + " " + ARTICLES["fr"][1], 60)
    lines = [
        *lines,
        "elle demande à celui qui hésite encore devant la porte peut-",
        "être un peu trop lourde s’il veut entrer",
    ]
    assert "peut-être" in cleaned("\n".join(lines)).body.text


# A poem (the counter is of wood, the lamp is faithful); verse of six and eight syllables; free verse; lists; tables;
# addresses; clauses of equal length; a dialogue; code.
MEANT = {
    "alexandrines": "Le comptoir est de bois et la lampe est fidèle,\nLa patronne connaît chacun par son prénom,\n"
    "Elle pose le pain, la tasse et la chandelle,\nEt rien n’est jamais dit de plus que de raison.\n"
    "Le soir descend déjà sur la place déserte,\nUn client en retard pousse encore le battant,\n",
    "six and eight": "quán nhỏ nằm ở đầu làng\nngười qua kẻ lại rộn ràng sớm hôm\nbát cơm dẻo, chén canh thơm\n"
    "cô chủ nhớ hết ai ươm nụ cười\nkhách xa rồi cũng là người\nđi đâu cũng nhớ một thời quán xưa\n",
    "free verse": "je reviens au comptoir parce qu’on m’attend encore là\net la lampe allumée\nme dit que la maison n’a"
    " pas changé depuis ce matin\ntu poses une tasse\nsans rien demander de plus que mon nom et le temps qu’il fait\n",
    "old poem": "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n" * 3,
    "sentences": "每天早上，老板娘站在门口，用名字和每一位客人打招呼，大家都很高兴。\n"
    "没有人需要点第二次菜，因为她全都记得，而且从来不会弄错任何事情。\n" * 5,
    "list": "".join(f"- saluer le client numéro {i} avant même qu’il ait fermé la porte\n" for i in range(9)),
    "numbers": "".join(f"{i}. saluer le client avant même qu’il ait fermé la porte derrière\n" for i in range(1, 9)),
    "bare list": "chào khách bằng tên mỗi sáng\nhỏi thăm sức khoẻ của họ, nhớ điều họ thích\nghi lại\nxin lỗi\n" * 4,
    "table": "".join(f"thé {i}      {i * 3},50 euros la tasse      {i} tasses vendues aujourd’hui\n" for i in range(9)),
    "rows": "".join(f"thé | {i * 3},50 | tasses vendues aujourd’hui dans la boutique | {i}\n" for i in range(9)),
    "values": "".join(f"2020-05-{i:02},visite,client régulier,boutique du quai,satisfait\n" for i in range(1, 20)),
    "addresses": "Maison du Quai\n12 quai des Brumes\n44000 Nantes\nFrance\ntél. 02 00 00 00 00\n" * 3,
    "paragraphs": "".join("la patronne salue les clients par leur prénom, et elle " * k + "\n" for k in (3, 5, 2, 6)),
    "dialogue": "— bonjour, dit-elle, et elle posa le pain sur le comptoir de bois clair\n" * 6,
    "code": "for i in range(10):\n    print(i, end=' ')\n    total += i * weights[i] if i in weights else 0\n" * 4,
    "line ends": "la patronne salue les clients par leur prénom, car elle se souvient de  \n" * 6,
}  # fmt: skip


@pytest.mark.parametrize("kind", MEANT)
def test_line_ends_that_are_meant_stay(kind: str) -> None:
    assert broken_lines(MEANT[kind]) == []


def test_what_readers_lay_out_is_a_block_a_line() -> None:
    raw = "\n\n".join("\n".join(wrapped(paragraph, 72)) for paragraph in ARTICLES["fr"])
    assert not [c for c in cleaned(raw, "a.html").changes if c.kind == "line-break"]
    assert [c for c in cleaned(raw, "a.md").changes if c.kind == "line-break"]
