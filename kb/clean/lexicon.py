"""Words of page furniture, in Vietnamese, French, Chinese and English. Chinese is compared in Simplified characters.

No names of sites and no rules for one: only what pages of every kind call their parts.
"""

from __future__ import annotations

import re

_I = re.IGNORECASE
_COLON = r"\s*[:：]"
_EDGE = r"[\s\W_]*"  # bullets, arrows, brackets around a label


def _words(*groups: str) -> str:
    return "(?:" + "|".join(groups) + ")"


_RELATED = _words(
    "(?:.{0,40}(?:的|》|】|”))?相关(?:文章|推荐|阅读|新闻|链接|内容|资讯|专题|热词)", "推荐(?:阅读|文章|内容)",
    "猜你喜欢", "热门(?:文章|推荐|标签|排行)", "延伸阅读", "最新(?:文章|资讯)", "大家都在看",
    "你(?:可能)?还?也?(?:可能)?(?:会)?喜欢", "更多(?:文章|内容|阅读|资讯)",
    "(?:bài viết|tin|tin tức|bài|chủ đề) liên quan", "(?:có thể )?bạn (?:có thể|cũng|sẽ) (?:quan tâm|thích)",
    "có thể bạn quan tâm",
    r"(?:(?:các )?(?:bài|bài viết|tin) )?(?:được )?(?:xem|đọc) nhiều(?: nhất)?(?: trong (?:ngày|tuần|tháng))?",
    "(?:các )?(?:bài viết|bài|tin|tin tức) (?:mới(?: nhất)?|nổi bật|cùng (?:chủ đề|chuyên mục)|khác|cũ hơn|mới hơn)",
    "xem thêm", "đọc thêm", "tham khảo thêm", "(?:à )?lire aussi",
    "à lire (?:également|ensuite|sur le même (?:sujet|thème))", "voir (?:aussi|également)",
    "(?:autres )?articles? (?:similaires?|connexes?|liés?|récents?|populaires?|recommandés?|associés?|les plus lus)",
    "sur le même (?:sujet|thème)", "(?:les )?plus lus",
    "(?:cela pourrait|ça peut|vous aimerez) (?:aussi|vous intéresser)", "dans la même (?:rubrique|catégorie)",
    "related (?:posts?|articles?|stories|links|topics)", "read (?:also|next)", "see also",
    "you (?:may|might) also like", "recommended(?: for you| reading)?", "most (?:read|popular|viewed)",
    "(?:popular|recent|latest) (?:posts|articles)",
)  # fmt: skip

_NAVIGATION = _words(
    "(?:上|下|前|后)一(?:篇|页|章|条)", "返回(?:顶部|首页|列表|上页|上一页)?", "首页", "网站(?:首页|地图)",
    "当前位置", "您的位置", "登录", "注册", "目录", "trang chủ", "trang (?:trước|sau)",
    "bài (?:trước|sau|tiếp theo|kế tiếp|trước đó)(?: đó)?", "quay lại", "về đầu trang", "đăng nhập", "đăng ký",
    "tìm kiếm", "danh mục", "chuyên mục", "liên hệ", "giới thiệu", "accueil",
    "(?:article|billet|page) (?:précédente?|suivante?)", "(?:précédent|suivant)e?",
    "retour(?: à l['’]accueil| en haut)?", "haut de page", "plan du site", "connexion", "se connecter",
    "s['’]inscrire", "rechercher", "menu", "vous êtes ici", "home", "(?:previous|next)(?: post| article| page)?",
    "back to top", "skip to (?:main )?content", "search", "log ?in", "sign ?in", "contact(?: us)?", "about(?: us)?",
    "à propos", "blog",
)  # fmt: skip

_SHARE = _words(
    "分享(?:到|至|本文)?", "收藏(?:本文)?", "打印(?:本页)?", "点赞", "微信", "微博", "qq空间", "朋友圈", "举报",
    "复制链接", "评论", r"chia sẻ(?: bài viết)?(?: (?:này|lên|qua|trên) [\w ]{2,20})?", "thích", "bình luận",
    "in bài(?: viết)?", "gửi email", "lưu tin", r"partage[rz](?: (?:sur|par|cet|l['’]) ?[\w'’ ]{2,25})?", "imprimer",
    "envoyer(?: par e-?mail)?", "commenter", "j['’]aime", "suivez-nous(?: sur [^.]{2,30})?", "tweete[rz]",
    "share(?: this| on)?", "tweet", "like", "pin it", "print", "e-?mail", "follow us", "facebook", "twitter",
    "linkedin", "pinterest", r"whatsapp", "telegram", r"google\+?", "zalo", "messenger", "reddit", "instagram",
    "youtube", "tiktok", "rss", r"\d+", "x",
)  # fmt: skip

_BYLINE = _words(
    "作者", "来源", "编辑", "责任编辑", "责编", "编译", "译者", "记者", "撰文", "文字?",
    "(?:发布|发表|更新)?(?:时间|日期)", "出处", "本文来源", "原文链接", "tác giả", "nguồn(?: tin)?",
    "người (?:đăng|viết|dịch)", "biên (?:tập|dịch)", "đăng bởi", "ngày đăng", "cập nhật(?: lần cuối)?", "auteure?",
    "rédigé par", "écrit par", "publié (?:par|le)", "mis à jour(?: le)?", "source", "traduction", "traduit par",
    "author", "(?:written|posted|published) (?:by|on)", "posted", "last updated", "translated by",
)  # fmt: skip

_KEYWORDS = _words(
    "关键(?:词|字)", "标签", "分类", "tags?", "từ khóa", "từ khoá", "thẻ", "mots[- ]clés?", "étiquettes?",
    "keywords?",
)  # fmt: skip

_CONTACT = _words(
    "电话", "热线", "手机", "邮箱", "地址", "传真", "微信号?", "qq", "网址", "联系(?:电话|方式|人)",
    "客服(?:电话|热线)?", "咨询(?:电话|热线)", "điện thoại", "đt", "sđt", "hotline", "zalo", "địa chỉ", "liên hệ",
    "tél(?:éphone|\\.)?", "courriel", "adresse", "tel", "phone", "fax", "e-?mail", "website", "address",
)  # fmt: skip

_LEGAL = _words(
    "©", r"\(c\) ?\d{4}", r"\bcopyright\b", "all rights reserved", "tous droits réservés",
    "bản quyền (?:thuộc|©|\\d)", "版权所有", "版权归", "转载请", "未经.{0,10}(?:许可|授权|同意)", "免责声明", "icp备",
    "mentions légales", "politique de confidentialité", "chính sách (?:bảo mật|quyền riêng tư)", "điều khoản sử dụng",
    "nous utilisons des cookies", "we use cookies", "privacy policy", "terms of (?:use|service)", "ghi rõ nguồn",
    "cc[- ]?(?:by|0)\\b.{0,20}(?:协议|licen[cs]e)",
)  # fmt: skip

_IMAGE = _words(
    "图片?(?:来源)?", "图源", "配图", "摄影", "题图", "(?:nguồn )?(?:hình )?ảnh", "hình(?: ảnh)?", r"images?",
    "photos?(?:graphie)?", "crédits?", "courtoisie", "courtesy", "picture", "illustration", "source",
)  # fmt: skip
_CREDIT = _words(
    "来源", "图源", "摄影?", "lịch sự", "nguồn", "courtoisie", "courtesy", "crédits?", "credits?", "source", "©",
    "getty", "shutterstock",
)  # fmt: skip

_ADVERTISEMENT_ALONE = _words(
    "广告", "赞助(?:内容)?", "quảng cáo", "nội dung tài trợ", "publicité", "annonces?", "contenu sponsorisé",
    "advertisements?", "sponsored", "banner", "ads?",
)  # fmt: skip

# What pages say to make their reader act. One is weak evidence, several in one line are what no article says.
_CUES = (
    "欢迎(?:您)?(?:拨打|咨询|来电|关注|访问|致电|添加)", "(?:服务|咨询|客服)热线", "留言咨询|在线咨询|免费咨询",
    "(?:联系|咨询)我们|我们联系", "(?:与|和)您联系|联系您", "本(?:页|站|网)(?:面)?介绍|本站|本页", "感兴趣",
    "扫(?:码|描.{0,6}二维码)", "关注(?:我们|.{0,8}公众号|.{0,4}微信)", "加(?:我)?微信",
    "(?:立即|马上|点击)(?:咨询|购买|注册|下载|领取|报名|查看|这里)", "免费(?:领取|试用|下载)", "找到潜在客户",
    "(?:đăng ký|gọi|mua|liên hệ|tải|đặt hàng)(?: cho chúng tôi)? ngay", "nhận (?:ngay |những |nhiều )*ưu đãi",
    "ưu đãi (?:lớn|hấp dẫn|đặc biệt)", "(?:tăng|auto|get|increase|hack) (?:auto )?(?:likes?|follow|view)",
    "like (?:facebook|fanpage|exchange)", "(?:gọi|qua) (?:số )?hotline", "để (?:lại thông tin|được tư vấn)",
    "miễn phí(?: ngay)? (?:tại|khi)", "theo dõi (?:chúng tôi|fanpage|kênh)", "truy cập (?:ngay |website)",
    "inscrivez-vous", "abonnez-vous", "(?:notre|la) newsletter", "cliquez (?:ici|sur)",
    "contactez(?:-|[ -]?no)(?:nous|us)?", "profitez(?:-en)? (?:de|dès)", "offre (?:spéciale|exclusive|limitée)",
    "téléchargez (?:gratuitement|notre|le guide)", "essai gratuit", "demandez (?:un devis|une démo|votre)",
    "appelez(?:-nous)?", "code promo", "subscribe (?:now|to)", "sign up", "click here",
    "(?:buy|order|call|register) now", "free trial", "our newsletter", "special offer",
)  # fmt: skip

_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|janv|févr|avr|juil|sept|déc|"
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec"
)
_DAYS = (
    "thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:星期|周)[一二三四五六日天]"
)
_TIME = r"(?:\d{1,2} ?[:hH] ?\d{2}(?::\d{2})?(?: ?[ap]m)?|gmt ?[+-]\d+)"
_DATE = (
    r"(?:\d{4}[-/.年] ?\d{1,2}[-/.月] ?\d{1,2} ?日?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)? (?:{_MONTHS})\.?,? \d{{4}}"
    rf"|(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?, ?\d{{4}}"
    r"|(?:ngày )?\d{1,2} ?(?:,? tháng |/|-) ?\d{1,2} ?(?:,? năm |/|-) ?\d{4})"
)

RELATED_HEADER = re.compile(rf"^{_EDGE}(?:【[^】]*】|《[^》]*》)?{_RELATED}{_EDGE}$", _I)
RELATED_LINE = re.compile(rf"^{_EDGE}{_RELATED}{_COLON}", _I)
NAVIGATION_ALONE = re.compile(rf"^{_EDGE}{_NAVIGATION}{_EDGE}$", _I)
NAVIGATION_LINE = re.compile(
    rf"^{_EDGE}(?:(?:上|下|前|后)一(?:篇|页|章|条)|当前位置|您的位置|vous êtes ici"
    r"|bài (?:trước|sau|tiếp theo|kế tiếp|cũ hơn|mới hơn)"
    rf"|(?:article|billet) (?:précédent|suivant)|(?:previous|next) (?:post|article)){_COLON}",
    _I,
)
SHARE_ALONE = re.compile(rf"^{_EDGE}{_SHARE}(?:[\s,|/·•+:]+{_SHARE})*{_EDGE}$", _I)
COUNTER = re.compile(
    r"^[\s\W_]*(?:\d[\d., ]*\s*(?:commentaires?|vues?|partages?|comments?|views?|likes?|shares?|评论"
    r"|bình luận|lượt (?:xem|thích|chia sẻ))"
    r"|(?:阅读|浏览|评论|点击)(?:量|数|次数)?\s*[:：(（]?\s*\d+.{0,3}|\d+\s*(?:次|人)?(?:阅读|浏览))[\s\W_]*$",
    _I,
)
BYLINE_LINE = re.compile(rf"^{_EDGE}{_BYLINE}{_COLON}", _I)
BYLINE_NAME = re.compile(r"^(?:[Pp]ar|[Bb]y|PAR|BY) (?:[A-ZÀ-Þ][\w'’.-]+ ?){2,4}(?:[,|–-].{0,40})?$")
KEYWORDS_LINE = re.compile(rf"^{_EDGE}{_KEYWORDS}{_COLON}", _I)
FIELD = re.compile(
    rf"^\s*(?:{_BYLINE}|{_KEYWORDS}|(?:阅读|浏览|点击|评论|人气)(?:量|数)?|lượt xem|vues|views){_COLON}", _I
)
CONTACT_LINE = re.compile(rf"^{_EDGE}{_CONTACT}{_COLON}", _I)
ADDRESSES = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.-]+\.(?:com|net|org|vn|fr|cn|tw|hk|info|edu|gov|io)\b(?:/\S*)?|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|\+?\(?\d(?:[\d .()-]{7,16})\d",
    _I,
)
FILE_OR_SITE = re.compile(r"\b[\w-]+\.(?:jpe?g|png|gif|webp|com|net|org|vn|fr|cn|tw)\b", _I)
LEGAL = re.compile(_LEGAL, _I)
IMAGE_LINE = re.compile(
    rf"^{_EDGE}{_IMAGE}\b[^.!?。！？:：]{{0,40}}{_COLON}|^{_EDGE}{_CREDIT}[^:：]{{0,12}}{_IMAGE}{_COLON}", _I
)
CREDIT = re.compile(_CREDIT, _I)
CAPTION = re.compile(r"^(?:hình|ảnh|bảng|sơ đồ|figure|fig\.|tableau|schéma|image|photo|图表?|表)\s*\d+\s*[.:：、 ]", _I)
ADVERTISEMENT_ALONE = re.compile(rf"^{_EDGE}{_ADVERTISEMENT_ALONE}{_EDGE}$", _I)
CUES = tuple(re.compile(cue, _I) for cue in _CUES)
ANY_CUE = re.compile("|".join(_CUES), _I)
DATE_ALONE = re.compile(
    rf"^{_EDGE}(?:{_BYLINE}{_COLON}?\s*)?(?:(?:{_TIME}|{_DAYS}|le)[\s,|-]*)*{_DATE}(?:[\s,|à-]*(?:{_TIME}|{_DAYS}))*{_EDGE}$",
    _I,
)
ENDS_IN_DATE = re.compile(
    r"\D(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?)[\s)\]】）]*$"
)
QUOTED = re.compile(r"[{“《「【«\"]([^{}“”《》「」【】«»\"\n]{4,80})[}”》」】»\"]")
