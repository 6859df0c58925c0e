"""Words that advertisers push into other people's pages, by language and by how much one says: the cheap first look.

A word here proves nothing: articles sell and lend too. It only says where `kb.clean.injected` looks closer. Written
from what such phrases are about (offers and calls, loans, gambling, repair, moving, travel, health, beauty, goods,
property, training, being found by search engines), with some words of the pages in tests/pages/dev.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STRONG, WEAK = 2, 1

_VIETNAMESE_STRONG = """
giá rẻ|rẻ nhất|giá tốt|giá sỉ|giá gốc|giá xưởng|giá bao|bao giá|báo giá|đồng giá|giảm giá|xả kho|thanh lý|khuyến mãi
khuyến mại|ưu đãi|trả góp|chính hãng|hàng hiệu|cao cấp|trọn gói|miễn phí|tư vấn|uy tín|hotline|gọi ngay|mua ngay
liên hệ ngay|đăng ký ngay|đặt ngay|nhận ngay|lấy liền|lấy ngay|giao tận|tận nơi|tận nhà|tại nhà|cấp tốc|gia công
nhập khẩu|xách tay|hàng fake|loại 1|bảo hành|vay tiền|cho vay|vay vốn|vay online|vay nhanh|vay nóng|thế chấp
tín chấp|lãi suất|giải ngân|đáo hạn|cầm đồ|tín dụng|rút tiền|nhà cái|cá độ|cá cược|casino|xổ số|soi cầu|lô đề|nổ hũ
đổi thưởng|game bài|kèo nhà|nạp rút|nạp lần|tài xỉu|đánh bài|bắn cá|slot|sửa chữa|sửa máy|sửa tủ|sửa khóa|sửa ống
sửa điện|thông cống|thông tắc|cống nghẹt|hút bể|hầm cầu|diệt mối|diệt côn|chống thấm|lắp đặt|lắp mạng|bơm mực
vệ sinh máy|máy lạnh|điều hòa|máy giặt|tủ lạnh|bể phốt|chuyển nhà|chuyển văn|dọn nhà|thu mua|phế liệu|thuê xe
cho thuê|vé máy|máy bay|tour|khách sạn|homestay|khứ hồi|du lịch|combo|xe máy|xe nâng|máy xúc|ô tô|bằng lái|thuốc
giảm cân|sinh lý|tăng cường|mọc tóc|trắng da|viên uống|thẩm mỹ|nha khoa|trồng răng|niềng răng|implant|cắt mí
nâng mũi|xương khớp|phòng khám|gia truyền|thuốc nam|mỹ phẩm|kem trộn|trị nám|trị mụn|spa|sữa non|tăng chiều|đẹp da
nước hoa|collagen|detox|áo thun|váy cưới|váy đầm|túi xách|giày dép|giày thể|đồng hồ|đồng phục|quần áo|thời trang
rolex|nike|iphone|samsung|order|taobao|shopee|nhà đất|chung cư|căn hộ|đất nền|bất động|phòng ngủ|nhà trọ|nội thất
gỗ óc|cửa cuốn|rèm cửa|gạch ốp|sơn epoxy|tôn lợp|thi công|nhôm kính|website|seo|google|facebook|top google|backlink
tăng like|marketing|quảng cáo|fanpage|thiết kế web|hosting|tiếng anh|ielts|toeic|luyện thi|gia sư|chứng chỉ
công chứng|dịch thuật|kế toán|thuế|thành lập công|bảo hiểm|sim số|phong thủy|xem bói|cộng tác|việc làm|tuyển dụng
xuất khẩu lao|đại lý|bán sỉ|bán buôn|bán lẻ|shop sỉ|in ấn|tờ rơi|hoa tươi|quà tặng|camera|máy lọc|bán sim|bếp từ
nhận đặt|chuyên cung|chuyên sỉ|chuyên bán|chuyên nhận|full hd|full box|tải game|tải app|link xem|link tải|cccd|cmnd
"""
_VIETNAMESE_WEAK = """
giá|rẻ|mua|bán|thuê|vay|sửa|đặt|tặng|giảm|nhanh|chuyên|dịch vụ|cửa hàng|công ty|xưởng|shop|đại|hãng|máy|xe|nhà|hàng
tiền|nạp|online|trực tuyến|an toàn|chất lượng|chuyên nghiệp|số lượng|số lượng lớn|toàn quốc|nội địa|24h|24/7|tuyển
nhận|bao|phí|rút|sỉ|lẻ|cũ|mới|mini|vip|hot|sale|free|ship|cơ sở|siêu thị|nệm|gần đây|gần biển|hôm nay|liên hệ
đăng ký|gọi|cung cấp|phòng|khóa học|khoá học|quận|tphcm|zalo|lô|game|bóng đá|app|web|doanh nghiệp|bảo|mạng|cáp|gỗ
sơn|đá|thép|nhựa|vải|nuôi|trị|chữa|bệnh|răng|da|tóc|mắt|mũi|học|khóa|thi|bằng|vé|tàu|bay|khuyến|mãi|ngân hàng|thẻ
lãi|góp|hoa|quà|cưới|tiệc|spa|massage|karaoke|in|thùng|hộp|bao bì|túi|giày
"""
_FRENCH_STRONG = """
pas cher|pas chère|moins cher|devis|gratuit|gratuite|gratuitement|livraison|promo|promotion|solde|discount
déstockage|destockage|outlet|bon plan|prix choc|prix usine|prix fixe|meilleur prix|meilleur taux|offre spéciale
code promo|sans engagement|sans dépôt|sans ordonnance|sans justificatif|sans caution|en ligne|cliquez|achetez
profitez|commandez|appelez|demandez|inscrivez|téléchargez|télécharger|découvrez|contactez|réservez|comparez|gagnez
boostez|boostent|expédie|expédions|serrurier|serrurerie|plombier|plomberie|dépannage|débouchage|électricien
chauffagiste|vitrier|couvreur|zingueur|débarras|déménagement|déménageur|dératisation|désinsectisation|punaise
vidange|ramonage|nettoyage|casino|bonus|machine à|jackpot|roulette|poker|parier|pari|cote|grattage|loto|tirage|prêt
crédit|rachat|emprunt|fiché|mutuelle|assurance|comparateur|comparatif|simulation|taux|trading|bitcoin|crypto|forex
viagra|cialis|générique|pilule|minceur|maigrir|brûleur|cbd|voyance|voyant|marabout|médium|tarot|retour affectif
rencontre|célibataire|escort|location|louer|vente|achat|acheter|vendre|occasion|reconditionné|reconditionnée
grossiste|destockeur|usine|revendeur|hôtel|séjour|vol|croisière|billet|aéroport|taxi|vtc|vacances|camping
dernière minute|tout compris|montre|sac|basket|chaussure|bijou|parfum|lunette|sneaker|lingerie|maroquinerie|nike
adidas|iphone|samsung|rolex|vuitton|référencement|seo|site internet|site web|création site|agence|logiciel
hébergement|backlink|netlinking|google|première page|pompe à|panneau|panneaux solaires|photovoltaïque|isolation
comble|chaudière|climatisation|fenêtre|volet|store|véranda|piscine|cuisine équipée|matelas|canapé|appartement
immobilier|immobilière|diagnostic|t2|t3|t4|studio|villa|loft|formation|cpf|éligible|permis|diplôme|traduction
traiteur|photographe|imprimerie|flyer|avocat|comptable|huissier|notaire|détective|gardiennage|épilation|implant
dentaire|botox|greffe|liposuccion|anti-ride|anti-rides|complément alimentaire|iptv|abonnement|streaming|pneu
croquette|tondeuse|cigarette|chariot|boutique officielle|grande marque
"""
_FRENCH_WEAK = """
prix|tarif|offre|euro|eur|avis|urgence|urgent|rapide|rapidement|immédiat|immédiate|facile|express|garanti|garantie
certifié|agréé|pro|professionnel|boutique|magasin|marque|luxe|qualité|kit|complet|premium|premier|officiel
officielle|neuf|neuve|spécial|spéciale|exclusif|domicile|minute|heure|jour|semaine|mois|téléphone|internet|mobile
carte|compte|argent|or|cash|paiement|retrait|réponse|réservation|expert|artisan|entreprise|société|service
spécialiste|intervention|réparation|installation|pose|fabrication|rénovation|travaux|maison|auto|voiture|moto|camion
utilitaire|homme|femme|enfant|senior|jeune|bébé|chien|chat|santé|beauté|bio|crème|soin|cuir|bois|meuble|déco|jardin
chantier|engin|crédits|banque|bancaire|finance|placement|investir|jeu|jeux|foot|match|cours|école|anglais|mariage
fête|cadeau|fleur|impression|box|forfait|sim|ordinateur|portable|tablette|appareil|électrique|électronique|solaire
chauffage|gaz|eau|air|centre|proche|quartier|partout|à domicile|en france
"""
_ENGLISH_STRONG = """
cheap|cheapest|viagra|cialis|pharmacy|pills|prescription|casino|betting|jackpot|slot|slots|poker|loan|loans|payday
replica|discount|wholesale|outlet|coupon|seo|backlinks|followers|likes|bitcoin|crypto|forex|trading|essay|essays
dissertation|escorts|singles|dating|dentist|plumber|locksmith|mortgage|insurance|supplement|supplements|buy|sale
deals|deal|shipping|delivery|download|click|subscribe|ranking|rankings|hosting|vpn|porn|xxx|wholesaler|supplier
refurbished|bonus|refund
"""
_ENGLISH_WEAK = """
best|free|online|price|prices|order|sell|shop|store|quotes|now|today|fast|instant|guaranteed|guarantee|approval
credit|debt|save|get|call|win|rich|easy|quick|shoes|watches|handbags|bags|phone|phones|case|cases|diet|weight|fat
hair|skin|herbal|hotel|hotels|flights|travel|tickets|car|cars|home|repair|service|services|agency|writer|writers
writing|real estate|near me|for sale|no credit|open now|luxury|designer|brand|official|genuine|worldwide|overnight
emergency|lawyer|attorney|clinic|agent|software|version|full|crack|available
"""
_CHINESE_STRONG = """
价格|报价|多少钱|费用|收费|便宜|优惠|特价|折扣|打折|促销|批发|直销|厂家|生产厂|厂商|代理|加盟|招商|连锁加盟|加盟店
排行榜|十大品牌|排名|哪家好|哪家|哪里买|怎么样|有哪些|电话|热线|咨询|微信|加微|联系方式|上门|服务商|公司|有限公司
专业|正品|高仿|原单|尾货|货源|代购|团购|现货|出售|出租|转让|回收|收购|租赁|高价|低价|包邮|秒到账|现金价|贷款|小额贷
网贷|借款|借钱|放款|拨款|抵押|无抵押|免担保|免留车|当铺|当舖|信用卡|代还|套现|配资|开户|理财|股票|外汇|信贷|急用钱
秒批|利率|零利率|分期|发票|代开|赌场|博彩|投注|彩票|六合彩|开奖|棋牌|百家乐|娱乐城|娱乐场|真人|注册送|彩金|首储|首存
体验金|提现|返水|现金版|老虎机|私服|爆率|外挂|代练|账号|刷单|兼职|日结|赚钱|维修|安装|清洗|疏通|下水道|马桶|开锁
修锁|换锁|搬家|保洁|家政|月嫂|防水|补漏|除甲醛|灭鼠|杀虫|装修|翻新|拆除|改装|加氟|空调|冷气|热水器|管道|工程队|施工
旅行社|旅游|一日游|五日游|包车|租车|自驾|机票|酒店预订|民宿|套餐|签证|移民|留学|跟团|减肥|壮阳|增高|丰胸|整形|医美
音波|双眼皮|植发|植牙|种植牙|祛斑|美白|瘦脸|玻尿酸|脱毛|男科|妇科|白癜风|根治|秘方|祖传|中医|风湿|治疗|医院|诊所|药
性病|不孕|绝育|手表|名表|手袋|包包|珠宝|翡翠|玉镯|钻戒|黄金|白酒|茅台|化妆品|面膜|香水|烟|茶叶|家具|定制|净水器|门窗
家居|建材|楼盘|房产|房源|厂房|别墅|公寓|学区房|售楼|二手房|二手车|二手|机车|钢琴|建站|网站建设|网站|小程序|开发公司
软文|推广|营销|策划|公关|引流|涨粉|刷粉|快排|关键词|优化|带货|抖音|直播|主播|网红|微商|代运营|品牌策划|品牌推广|外包
设计|代写|论文|查重|毕业论文|考研|辅导班|培训班|培训学校|培训机构|培训|文凭|学历|考证|驾校|代考|保过|包过|协议班
商标|注册公司|代理记账|记账|工商注册|律师|离婚|征信社|抓奸|侦探|公证|翻译公司|叉车|挖掘机|数控|机床|模具|液压|水泵
输送泵|油缸|除尘|水箱|钢结构|路灯|砂浆|包装机|设备厂|设备|机械|五金|阀门|轴承|不锈钢|塑料|注塑|电缆|重型|卡车|展会
案例|思路|技巧|方案|软件下载|下载|点击|领取|免费|优惠券|立即|拨打|扫码|抢购|秒杀|特卖|周年庆|预约|承包商|一览表
价格表|一手|保证
"""
_CHINESE_WEAK = """
品牌|平台|服务|流程|教程|机构|团队|方法|公司电话|全国|全网|在线|线上|快速|办理|当天|当日|可|包|送|价|费|租|售|卖|买
款|贷|厂|店|修|装|洗|赌|博|彩|奖|药|医|疗|治|美容|整|机|车|房|楼|厦|宅|货|批|购|销|商|代|招|网|微|抖|号|元|万|折|券
特|优|正规|靠谱|最新|最高|最低|首选|第一|知名|资深|老牌|大型|小型|全自动|高端|高级|豪华|进口|国产|原装|新款|爆款
热门|双倍|首日|加急|秒|速|急|现金|资金|资料|材料|产品|配件|零件|工厂|工业|工程|技术|系统|定做|加工|制作|生产|供应
采购|交易|市场|投资|项目|店铺|商城|专卖|旗舰|门店|连锁|招聘|月薪|高薪|急招|安全|稳定|成功|效果|见效|无效退款|退费
退款|保养|保险|理赔|车险|年检|过户|拍卖|典当|寄存|仓储|物流|快递|货运|专线|托运|空运|海运|报关|机车|汽车|手机|电脑
电视|冰箱|洗衣机|打印机|监控|安防|婚纱|摄影|写真|婚庆|喜糖|鲜花|蛋糕|奶茶|火锅|餐饮|底料|烧烤|小吃|宠物|狗粮|猫|英语
钢琴|舞蹈|瑜伽|健身|美甲|美发|足疗|按摩|桑拿|会所
"""
_PLACES = {
    "vi": """
hà nội|sài gòn|hồ chí minh|hcm|tp hcm|đà nẵng|hải phòng|cần thơ|bình dương|đồng nai|biên hòa|thủ đức|gò vấp|tân bình
bình thạnh|cầu giấy|thanh xuân|hà đông|long biên|bắc ninh|bắc giang|hưng yên|hải dương|quảng ninh|hạ long|nam định
thái bình|thanh hóa|nghệ an|vinh|huế|quảng nam|hội an|quảng ngãi|quy nhơn|nha trang|khánh hòa|đà lạt|lâm đồng
buôn ma|pleiku|vũng tàu|phan thiết|long an|mỹ tho|bến tre|vĩnh long|ninh kiều|an giang|phú quốc|kiên giang|cà mau
sa pa|sapa|thái nguyên|việt trì|vĩnh phúc|bangkok|hàn quốc|nhật bản|đài loan|úc|mỹ|đức
""",
    "fr": """
paris|lyon|marseille|toulouse|nice|nantes|montpellier|strasbourg|bordeaux|lille|rennes|reims|toulon|grenoble|dijon
angers|nîmes|villeurbanne|aix|brest|limoges|tours|amiens|metz|besançon|perpignan|orléans|rouen|mulhouse|caen|nancy
avignon|cannes|antibes|biarritz|deauville|annecy|pau|bayonne|colmar|essonne|yvelines|gironde|versailles|créteil
nanterre|neuilly|boulogne|roissy|orly|île-de-france|idf|paca|bruxelles|genève|lausanne|marrakech|djerba|agadir|tunis
hongrie|barcelone|londres|dubaï|france|suisse|belgique
""",
    "zh": """
北京|上海|广州|深圳|天津|重庆|成都|杭州|武汉|西安|郑州|南京|苏州|长沙|东莞|佛山|宁波|青岛|沈阳|大连|厦门|福州|济南
合肥|昆明|哈尔滨|长春|石家庄|太原|南昌|贵阳|南宁|海口|三亚|兰州|银川|西宁|乌鲁木齐|呼和浩特|无锡|常州|温州|珠海|中山
惠州|潍坊|烟台|唐山|洛阳|徐州|泉州|嘉兴|绍兴|义乌|扬州|南通|河南|河北|山东|山西|江苏|浙江|广东|广西|湖南|湖北|四川
福建|安徽|江西|云南|贵州|陕西|甘肃|海南|香港|澳门|台湾|台北|台中|台南|高雄|桃园|新竹|花莲|花东|基隆|嘉义|屏东|宜兰
垦丁|蜀都|宝安区|浦东|朝阳区|韩国|日本|泰国|迪拜
""",
}


def _words(listed: str) -> list[str]:
    return [word for line in listed.split("\n") for word in line.split("|") if word]


def _table(strong: str, weak: str) -> Mapping[str, int]:
    return MappingProxyType({**dict.fromkeys(_words(weak), WEAK), **dict.fromkeys(_words(strong), STRONG)})


ENGLISH = _table(_ENGLISH_STRONG, _ENGLISH_WEAK)
WORDS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "vi": _table(_VIETNAMESE_STRONG, _VIETNAMESE_WEAK),
        "fr": _table(_FRENCH_STRONG, _FRENCH_WEAK),
        "zh": _table(_CHINESE_STRONG, _CHINESE_WEAK),
    }
)
PLACES: Mapping[str, frozenset[str]] = MappingProxyType(
    {language: frozenset(_words(names)) for language, names in _PLACES.items()}
)
