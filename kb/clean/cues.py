"""Words of page furniture, in Vietnamese, French, Chinese and English. Chinese is compared in Simplified characters.

No names of sites and no rules for one: only what pages of every kind call their parts. A phrase is a piece of a regular
expression, in lower case, with straight apostrophes and old tone marks (khóa, hòa). MARKS say what a line is wherever
it stands, HINTS only together with other evidence, ENTRIES when a line is made of nothing else. A line that ends in a
backslash goes on in the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MARKS: Mapping[str, str] = {
    "navigation": r"""
        # to other places of the page or site
        bỏ qua (?:và|để) (?:tới|đến)|(?:chuyển|đi|nhảy) (?:đến|tới) nội dung(?: chính)?|về đầu trang|lên đầu trang
        (?:quay )?về trang chủ
        aller (?:directement )?(?:au contenu|à la recette|au menu|à la navigation)|haut de page
        retour (?:en haut|à l'accueil|à la liste|au sommaire)
        passer au contenu|plan du site|vous êtes ici|skip to (?:main )?content|jump to recipe|back to top|site map
        跳(?:到|至|转到)(?:主要)?内容|返回(?:顶部|首页|列表|上一?页|目录)|回(?:到)?(?:首页|顶部|上一?页)
        网站(?:首页|导[航览]|地图)|(?:当前|您的|您现在的|你的)位置|您(?:所在|现在)的?位置
        bạn đang (?:ở|xem)|sơ đồ (?:trang|website|site)|设为首页|加入收藏|收藏本[站页]
        # the reader's account, reading aids, languages
        đăng nhập|đăng xuất|quên mật khẩu|giỏ hàng(?: của bạn)?|se connecter|connectez-vous|déconnexion
        mot de passe oublié|mon (?:compte|panier)|espace (?:client|abonnés?|membre|stagiaire|adhérents?)
        log ?in|sign ?in|登录|登入|注册|会员(?:中心|登录|专区)|购物车|忘记密码
        cỡ chữ|nghe (?:đọc )?bài(?: viết)?|đọc bài viết|agrandir le texte|taille (?:du texte|de police)
        écouter (?:la page|l'article|cet article)|字[号体级](?:大小|设定|设置)?[:： ]|大 中 小|小 中 大|a\+ a-|a- a\+
        无障碍(?:浏览|阅读)?|长者(?:模式|版)|听(?:全文|新闻)
        (?:bài|tin|nội dung) (?:này )?(?:chỉ )?dành cho (?:thành viên|hội viên|thuê bao)
        (?:article|contenu) réservé aux abonnés|il vous reste \d+ ?%|阅读全文|展开(?:全文|阅读)|(?:打开|下载)app
        手机版|扫一扫
        (?:下载|打开|安装).{0,6}app|(?:以上|本文|此).{0,6}(?:解决了?|回答了?)(?:您|你)的(?:问题|疑问)
        (?:tập|chương|phần|kỳ) (?:trước|sau|kế|tiếp theo)$|(?:épisode|chapitre|numéro|étape) (?:précédente?|suivante?)
        (?:previous|next) (?:episode|chapter)|(?:继续|去)(?:购物|逛逛|结算)
        xem giỏ hàng|tiếp tục mua|continuer mes achats
        # sharing and reacting
        chia sẻ (?:bài|lên|qua|trên|ngay)|(?:lưu|in|gửi) (?:bài(?: viết)?|tin|trang)|sao chép (?:liên kết|link)
        copy link|thả tim|báo (?:lỗi|vi phạm|xấu)|theo dõi (?:chúng tôi|trên google|fanpage)
        partage[rz](?: (?:cet|l'|la|sur|par|ce|avec)\S*)?|copier le lien|imprimer(?: la| cette| l')?
        envoyer (?:à un|par)|épingler(?: cette)?|suivez-nous|signaler (?:une erreur|un problème|un abus|ce)
        ajouter aux favoris|télécharger (?:cette|la fiche|le pdf|ce document)|tweete[rz]
        share (?:this|on|via)|pin it|print (?:this|page)|follow us
        分享(?:到|至|本文)|打印(?:本[页文])?|列印|关闭(?:窗口|本页)|点赞|在看|打赏|收藏本文|复制链接|举报|投诉|纠错
        踩\(
        # comments
        (?:gửi|viết|để lại|thêm|đăng|xem|ẩn) (?:một )?(?:bình luận|ý kiến|phản hồi|nhận xét)|bình luận \(
        (?:\d+ )?(?:bình luận|suy nghĩ) về|phải đăng nhập|trích dẫn|hãy là người đầu tiên
        ý kiến (?:bạn đọc|của bạn|độc giả)|email của bạn sẽ không
        (?:laisser|ajouter|poster|publier|voir|lire|écrire) (?:un|les|le|votre|tous les) commentaires?
        votre adresse e-?mail ne sera|champs (?:obligatoires|requis)|réagir(?: à| \(|$)|répondre à|livre d'or
        soyez le premier
        leave a (?:reply|comment)|post a comment|发表(?:评论|回复|留言)
        (?:我要|参与|查看|网友|精选|写|沒有|没有)(?:评论|留言)|评论区|回复楼主|共\d+条|文明上网
        # how often it was read, how well it was liked
        [\d.,]+ ?(?:k|tr|m)? ?(?:lượt (?:xem|đọc|thích|chia sẻ)|bình luận|phút đọc)|lượt (?:xem|đọc|truy cập)\s*:
        thời gian đọc|đang (?:trực tuyến|truy cập|online)|tổng (?:số )?(?:lượt )?truy cập|[\d.,]+ (?:đánh giá|phiếu)
        temps de lecture|[\d. ]+ ?min(?:utes?)? de lecture|lu [\d .]+ fois
        [\d. ]+ (?:vues?|votes?|avis|partages|commentaires?|réactions?|j'aime)|\d [àa] \d sur \d
        [\d.,]+ ?(?:views|comments|shares|likes|votes|min read)
        (?:阅读|浏览|点击|访问|人气)(?:量|数|次数|人次)?[:： （(]*约? ?[\d.,]+
        [\d.,]+ ?万? ?(?:次|人)(?:阅读|浏览|访问)|\d+ ?条(?:评论|留言|回复)|浏览(?:次数|量|人次)
        (?:网页|总)?(?:访问|浏览)量|字数 ?[:： ]?\d+|赞 ?[(（\d]|预计阅读
        (?:bài viết|trang|thông tin) (?:này )?(?:có )?hữu ích|đánh giá (?:bài|trang)
        cette (?:page|information|réponse) vous a|(?:cet article|cette page).{0,20}utile|notez cet
        (?:本文|这篇|此页|页面).{0,8}(?:有用|有帮助)
        # pages of a list, keywords, archives, contents
        trang (?:trước|sau|kế|tiếp|đầu|cuối)\b|trang \d+ ?/ ?\d+|bài (?:trước|kế|sau|tiếp theo)(?:\b|$)
        page (?:suivante|précédente|\d+ (?:sur|/) \d+)|(?:article|billet|fiche) (?:précédente?|suivante?)
        (?:previous|next) (?:post|article|page)
        上一[页章]|下一[页章]|较[新旧]的文章|共 ?\d+ ?页|末页|尾页
        lưu trữ\s*:|archives?\s*:\s*\S+ ?\S* ?\(\d|网志存档|(?:文章)?归档|存档|catégories?\s*:|chuyên mục\s*:
        分类[于：:]
        (?:từ khóa|thẻ|tags?|chủ đề|mots[- ]clés?|étiquettes?|keywords|catégories)\s*[:：]
        (?:关键[词字]|标签)\s*[:：]
        sommaire \[|\[(?:masquer|afficher|modifier|ẩn|sửa|edit|隐藏|编辑)[^\]]{0,20}\]|mục lục \[|目录 ?\[
        -- ?chọn|chọn đơn vị|liên kết (?:web|site|website)\s*:|chữ ký\s*:|==.{2,12}==|je ne suis pas un robot
        mã (?:xác nhận|bảo mật|captcha)|验证码|昵称 邮箱|être rappelé|(?:tên|nom|họ tên) ?\*|tìm chủ đề
        rechercher (?:sur|dans|un)|tìm kiếm (?:trên|trong|\.\.\.|…)|请输入(?:关键|搜索|您)
        # things to do with the page: maps, files, lists of one's own
        (?:xem|mở) bản đồ|thêm vào (?:yêu thích|danh sách|bộ sưu tập|lịch)|tải (?:về|tệp|file|tài liệu) (?:pdf|đính)
        [\d.,]+ người (?:thấy|cho là|đã thích)|thể loại(?: ẩn)?\s*:|chuyển tiếp cho bạn bè|giới thiệu cho bạn bè
        voir (?:la carte|le plan|l'itinéraire)|télécharger (?:la|le|les|cette|ce|l')|transf[ée]re[rz]?(?: (?:cet|à)|-le)
        ajouter à (?:mon|ma|mes)|ajouter (?:aux|au calendrier)|réserver (?:mon|ma|mes) \w+$|remonter
        (?:view|open) (?:the )?map|add to (?:my|calendar|favou?rites)|forward this
        (?:查看|打开)地图|路线规划|附件(?:下载|\s*[:：])|(?:请)?(?:按|点)(?:此|这里|我)(?:[^,，。]{0,6}$)|加入(?:最爱|我的|行程)
        (?:线上|在线)(?:续借|预约|办理|申请|缴费)|(?:馆藏|书目|成绩|订单)查询|(?:转发|推荐)给(?:朋友|好友)
    """,
    "related": r"""
        (?:bài viết|tin tức|tin|bài|chủ đề|sản phẩm|video|nội dung|câu hỏi|chuyên đề|văn bản) (?:liên quan|tương tự|\
        cùng (?:chủ đề|chuyên mục|loại|tác giả|số)|nổi bật|đọc nhiều|xem nhiều|mới nhất|mới hơn|cũ hơn|khác|gợi ý|\
        đề xuất|nên đọc|tiếp theo)
        (?:các |những )?(?:tin|bài(?: viết)?) (?:khác|mới|đã đưa|cũ|cùng)|(?:tin|bài)? ?(?:đọc|xem) nhiều(?: nhất)?$
        có thể bạn (?:quan tâm|thích|chưa biết|sẽ thích)|(?:xem|đọc|tham khảo|tìm hiểu) thêm\s*(?:[:：>»]|$)|đọc tiếp
        (?:mời )?(?:bạn|quý vị|độc giả) (?:xem|đọc) thêm|cùng (?:chuyên mục|chủ đề|số này|tác giả)|đừng bỏ lỡ
        dành cho bạn|sự kiện sắp (?:tới|diễn ra)|bình chọn ngay|đề xuất cho bạn|tin (?:nóng|nổi bật|vắn)$
        liên kết hữu ích
        (?:à|a) (?:lire|voir|découvrir|écouter|consulter)(?: aussi| également| ensuite)?\s*(?:[:：>»]|$|sur|dans)
        (?:lire|voir|découvrez|lisez|écoutez|voyez)(?: aussi| également)(?:\s*[:：>»]|$)?|sur le même (?:sujet|thème)
        dans la même (?:rubrique|catégorie|série)|du même auteur
        (?:les )?(?:articles? )?(?:les )?plus (?:lus?|vus?|populaires|commentés|partagés)
        articles? (?:similaires?|connexes?|liés?|récents?|populaires?|recommandés?|associés?|suggérés?)
        (?:derniers|autres|nos) (?:articles|billets|numéros)
        vous (?:aimerez|pourriez|devriez)(?: peut-être)?(?: aussi| également)?
        (?:cela|ça|ces articles) (?:pourrait|pourraient|peut|vont)|ne manquez pas
        (?:recommandés?|sélectionnés?) pour vous|pages? (?:liées?|connexes?)
        prochaines? (?:dates|sessions?|événements?|rendez-vous)\s*:
        (?:nos|produits) (?:partenaires|similaires|associés)\s*(?::|$)|ils nous font confiance|question \? réponse
        related (?:posts?|articles?|stories|links|topics|products)|read (?:also|next|more)|see also
        you (?:may|might) also like|recommended (?:for you|reading)|most (?:read|popular|viewed)
        (?:popular|recent|latest|more) (?:posts|articles|stories)
        相关(?:文章|推荐|阅读|新闻|链接|连结|内容|资讯|专题|热词|产品|视频|问题|帖子|主题|导读|附件|信息|搜索|知识|\
        报道)|(?:推荐|延伸|拓展|扩展|关联|相关)(?:阅读|文章|内容|新闻)|猜你(?:喜欢|想看)|为[您你]推荐
        (?:热门|最新|精彩|往期|近期|今日|本周|编辑|本站|图文|热点|更多|同类|其他|其它|站内)(?:文章|推荐|排行|回顾|\
        资讯|活动|热文|帖子|话题|新闻|内容|精彩|热点|直达)|(?:人气|点击|阅读|热门|热度)排行榜?|大家(?:都|还)在看
        (?:看过|喜欢|读过)(?:本文|此内容|该文|这篇)?的人|你(?:可能)?还?也?(?:可能)?(?:会)?(?:也)?喜欢|(?:上|前)一篇
        (?:下|后)一篇|友情链接|合作媒体|(?:本栏|副刊|专栏|作者)(?:的)?其他文章|点此阅读
    """,
    "advertisement": r"""
        quảng cáo|nội dung (?:được )?tài trợ|tài trợ bởi|thông tin doanh nghiệp
        (?:contenu|article|billet) (?:sponsorisé|partenaire)|publicité|la suite après|sponsored|advertisements?|广告
        赞助(?:内容|商)?|推广
        thêm vào giỏ|mua (?:ngay|hàng)|đặt (?:hàng|mua|lịch|bàn|vé|phòng) (?:ngay|trước)
        đăng ký (?:ngay|nhận|học|tư vấn|khóa)|nhận (?:ngay|báo giá|tư vấn|ưu đãi|bản tin|tin|bộ|trọn)|gọi ngay
        liên hệ ngay|tải (?:ngay|miễn phí|app|ứng dụng)|(?:chỉ )?còn \d+ (?:chỗ|chiếc|suất|vé|ngày|sản phẩm)
        giảm (?:giá|ngay|đến|tới|\d)|khuyến mãi|ưu đãi (?:đặc|hấp|lớn|\d)
        miễn phí (?:vận chuyển|giao hàng|ship|dùng thử)|dùng thử|để lại (?:email|số|thông tin|sđt)
        tham gia (?:nhóm|kênh|ngay)|bản tin (?:hằng|hàng|tuần|miễn)|quý khách|(?:like|follow) (?:fanpage|trang)
        auto (?:likes?|follow)
        ajouter au panier|achetez|commandez|réservez (?:dès|votre|vite|maintenant)|inscrivez-vous|abonnez-vous
        recevez (?:notre|nos|chaque|la|gratuitement|toute)|(?:notre|la|nos|une) (?:newsletter|infolettre)
        essai gratuit
        (?:essayez|testez|découvrez|profitez|rejoignez|téléchargez) (?:gratuitement|notre|nos|l'appli|dès|vite|de |-)
        essayez \S+ \d+ jours|rejoignez(?: les)? [\d  ]+|sans engagement|sans carte bancaire
        offre (?:de|du|spéciale|exclusive|limitée|valable|d')|code promo|en promo(?:tion)?\b|au lieu de \d
        livraison (?:gratuite|offerte)|places? (?:restantes?|disponibles?)|\d+ jours gratuits
        (?:satisfait ou )?remboursé|devis gratuit|demandez (?:un|une|votre)|faites un don|votre don
        soutenez(?:-nous| )|adhérez|à vendre\b|déductible
        (?:laissez-nous|indiquez|entrez|saisissez) votre (?:courriel|e-?mail|adresse)
        subscribe|sign up|click here|(?:buy|order|call|register|shop|download) now|free (?:trial|shipping)
        our newsletter|special offer|add to cart
        (?:点击|立即|马上|长按|扫码|赶快|欢迎)(?:咨询|购买|注册|下载|领取|报名|查看|预约|订阅|关注|加入|抢购|上方|\
        下方|试用|申请|拨打|来电|访问|致电|添加|选购|识别|登记)|关注(?:我们|公众号|.{0,8}公众号|微信)
        扫(?:码|描.{0,6}二维码)|加(?:我)?微信|(?:服务|咨询|客服|订购|加盟)热线|(?:留言|在线|免费)咨询
        (?:联系|咨询)我们|(?:与|和)您联系|联系您|免费(?:领取|试用|下载|体验|报名|安装)|免安装费|找到潜在客户|限时
        限量|限前|优惠|折扣|立减|包邮|免运|满[\d千百]+免|原价|特价|秒杀|预售|促销|打折|输入代码
        (?:订阅|寄一封|我们的)(?:电子报|邮件|周刊)|留下(?:你|您)的?(?:信箱|邮箱|电话|微信)
        (?:享|打)?[一二三四五六七八九]折(?:[^断叠]|$)|会员(?:即享|立享|专享)|请我喝
        giảm sốc|sốc \d|(?:quà tặng|tặng) (?:ngay|kèm|miễn phí)|giao hàng (?:trong|tận|toàn quốc|hỏa tốc)|chỉ từ \d
        trả góp \d|chưa (?:là hội viên|có tài khoản)
        [\d ]+€ offerts?|offerte? (?:à l'|dès|pour)|vous est offert|premier mois|rejoignez-nous
        pas encore (?:abonné|inscrit|membre|adhérent|client|syndiqué)|crédit d'impôt|frais de port|satisfait ou
        not (?:yet )?a member|first month|limited (?:time|offer)
        (?:bấm|nhấp|nhấn|click) (?:vào )?(?:đây|ngay)|(?:hàng|sách) đặt trước
        số lượng có hạn|nâng cấp (?:ngay|lên|tài khoản|gói)
        quyên góp ngay|ủng hộ (?:chúng tôi|ngay)|đánh giá (?:5|năm) sao|đã có tài khoản
        cliquez ici|(?:en )?précommande|plus que \d+|profitez (?:de|d')|réserve[rz] (?:sur|en ligne|ici)|testez(?:-l|-v)
        (?:de )?remise|dès \d+ ?€|à partir de \d+ ?€|(?:laissez|mettez|donnez)-nous
        cinq étoiles|déjà (?:abonnée?|client|membre|inscrit)
        réservée?s? aux abonné|passez (?:à la version|en premium)|faire un don|je (?:donne|m'abonne|m'inscris)
        (?:click|tap) here|pre-?order|only \d+ left|upgrade (?:to|now)|donate|already (?:a|have)
        解锁|升级(?:到|为|旗舰|会员|版)|仅需 ?\d|只(?:需|要) ?\d+ ?(?:元|块)
        (?:立即|马上|我要)(?:捐款|捐赠|支持|开通)|五星好评|已有账号
        即享|(?:首单|新人|新用户)(?:优惠|立减|礼)
        早鸟|(?:开始|火热|正在)报名|第\d+期(?:开|招|报)|拼团|下单|(?:加|再)送\d|买\S{1,4}送|还不是会员|首月
    """,
    "legal": r"""
        ©|\(c\) ?\d{4}|copyright|all rights reserved|terms of (?:use|service)|privacy policy|cookies?\b|licen[cs]e\b
        (?:giữ |mọi )?bản quyền|giấy phép|ghi rõ nguồn|chịu trách nhiệm (?:về |nội )|không chịu trách nhiệm
        chính sách (?:bảo mật|quyền riêng tư|cookie|đổi trả)|điều khoản|mst\s*:|mã số thuế|cơ quan chủ quản
        tổng biên tập|vui lòng (?:hỏi|xin phép|trích|dẫn|không sao)|cấm sao chép|không (?:được )?sao chép
        tham khảo, không thay|mã nguồn|thiết kế (?:web|trang|bởi|website)|gp-\w+
        tous droits|droits (?:de reproduction )?réservés|mentions légales
        (?:politique|charte) de (?:confidentialité|protection|cookies)|données personnelles
        gestion des (?:cookies|traceurs)|traceurs|cg[uv]\b|conditions (?:générales|d'utilisation)
        reproduction (?:interdite|libre|autorisée|même partielle)|sauf mention contraire|(?:siret|siren|rcs|n° tva)\b
        commission paritaire|directeur de (?:la )?publication|hébergé par|hébergeur|programme d'affiliation
        liens? affiliés?|(?:enregistré|immatriculée?|agréée?) sous le n
        ne (?:vaut pas|constitue pas|saurait|se substitue)|tout (?:accepter|refuser)|accessibilité\s*:
        site (?:réalisé|conçu|créé)|propulsé par|à titre (?:indicatif|informatif)
        版权|著作权|转载|未经.{0,10}(?:许可|授权|同意|允许)|免责|icp备|公?网安备|许可证|备案|隐私
        (?:仅|只)(?:代表|供参考)|(?:与|不代表)本[站网刊报](?:观点|立场|无关)|侵权|盗(?:链|连|用)|不构成|许可协议
        法律声明|使用条款|服务条款|标识码|审查证明|强力驱动|技术(?:支持|提供)|资[料讯]开放|举报(?:电话|邮箱|热线)
        违法和不良|本站图片
        theo giấy phép|điều khoản bổ sung|mang tính (?:chất )?tham khảo|ban quản trị không|không thay thế
        décline(?:nt)? toute|avec le (?:soutien|concours) d|n'engagent? que|diffus(?:é|able)e?s? sous licence
        违者必究|(?:获取|取得|获得)授权|仅供.{0,10}(?:参考|普及)|不能(?:作为|代替|取代|替代).{0,10}(?:依据|诊断|意见|建议)|^声明[:：]
    """,
    "contact": r"""
        (?:điện thoại|đt|sđt|hotline|đường dây nóng|tổng đài|fax|zalo|email|e-?mail|thư điện tử|địa chỉ|trụ sở|\
        văn phòng|vp\w*|tòa soạn|cơ sở \d|chi nhánh|website|liên hệ|tel|phone|address)\s*[:：]
        tư vấn[^:.]{0,20}: ?[\d(+]|liên hệ (?:quảng cáo|đăng|tòa soạn|công tác)|giờ (?:làm việc|mở cửa|hành chính)
        (?:tél(?:éphone)?\.?|courriel|mél|adresse|contact|fax|siège(?: social)?|rédaction|standard|permanence|\
        horaires|agence|secrétariat|accueil)\s*[:：]|(?:tél|tel)\.? ?\d
        (?:ouverte?|permanence|accueil) (?:du|le|les|tous)\b|appelez le|prix d'un appel|service gratuit
        nous (?:écrire|contacter|joindre|trouver)
        (?:电话|热线|手机|邮箱|信箱|邮编|地址|传真|微信号?|qq群?|网址|客服|总机|联系(?:电话|方式|人)|咨询(?:电话|\
        热线)|投稿(?:邮箱|信箱)?|商务合作|读者来信|主办(?:单位)?|承办(?:单位)?|乘车路线|急诊|官方(?:帐号|账号|微信|\
        微博)|客服时间|服务时间|营业时间|工作时间|办公时间)\s*[:： ]
    """,
    "byline": r"""
        (?:tác giả|nguồn(?: tin)?|người (?:đăng|viết|dịch)|biên (?:tập|dịch)|bài(?: và ảnh| viết)?|bài, ảnh|\
        đăng bởi|viết bởi|thực hiện|ghi)\s*[:：]|(?:viết|đăng|biên soạn|tổng hợp) bởi|^pv\b|^theo [^,.]{2,40}$
        cộng tác viên|phóng viên|thành viên từ|bút danh|về tác giả
        (?:auteure?|source|traduction|texte|propos recueillis|photos?)\s*(?:par|:)
        (?:rédigée?|écrite?|publiée?|proposée?|traduite?|posté|mis en ligne) par
        ^(?:de )?(?:notre |nos )?(?:correspondant|envoyé)|avec afp|^par .{3,40}$|à propos de l'auteur
        (?:written|posted|published) by|^by .{3,40}$|author\s*:
        (?:作者|来源|编辑|责任编辑|出处|本文来源|本文作者|责编|编译|译者|记者|撰文|供稿|通讯员|审核|校对|摄影|\
        信息来源|稿源|采访|原文|排版|监制|文字?|图)\s*[:：/／丨|｜]|本报记者|采访撰文|^文[:：/]|^原创\s
        关于(?:我|作者|博主)|作者简介
    """,
    "date": r"""
        (?:ngày )?(?:đăng|cập nhật|xuất bản)(?: lúc| ngày| lần cuối)?\s*[:：]|ngày đăng
        (?:publié|mis à jour|posté|vérifié|modifié|actualisé|paru|mise à jour)(?: le| la| :| il y a)
        dernière (?:modification|mise à jour)|(?:last )?updated|posted on|published on
        (?:sửa đổi|chỉnh sửa|cập nhật) lần cuối
        (?:发布|发表|更新|创建|修改)(?:时间|日期|于)?\s*[:：]|^\W*(?:时间|日期)\s*[:：]|发表于|发布于|编辑于
    """,
}  # fmt: skip

# Sure enough to be told of a line that says no more: headings of lists, labels. They need no company.
ALONE: Mapping[str, str] = {
    "related": r"""
        đọc nhiều|xem nhiều|(?:tin |bài )?nổi bật|tin mới|xem thêm|đọc thêm|gợi ý|tiêu điểm|voir aussi|lire aussi
        à lire|à voir|tendances|à la une|plus lus|推荐|热点|热门|延伸阅读|更多|最新
    """,
    "advertisement": "annonces?|banner|ads?|sponsor|ad",
    "navigation": r"""
        menu|☰ ?menu|bình luận|chia sẻ|commentaires?|partager|评论|分享|留言|收藏|目录|返回|讨论
    """,
}

# One by one they may be a heading of the article; a row or a column of them is a menu.
ENTRIES = r"""
        trang chủ|tin tức|thời sự|thế giới|quốc tế|kinh doanh|kinh tế|giải trí|thể thao|pháp luật|giáo dục|sức khỏe
        đời sống|du lịch|khoa học|công nghệ|số hóa|xe|ý kiến|tâm sự|video|ảnh|podcast|góc nhìn|bất động sản|văn hóa
        xã hội|chính trị|bạn đọc|sản phẩm|dịch vụ|giải pháp|dự án|khách hàng|đối tác|tuyển dụng|tuyển sinh|đào tạo
        nghiên cứu|sinh viên|cựu sinh viên|liên hệ|giới thiệu|về chúng tôi|hỗ trợ|hỏi đáp|câu hỏi thường gặp
        hướng dẫn|bảng giá|báo giá|khuyến mãi|thanh toán|tài khoản|tìm kiếm|danh mục|chuyên mục|mục lục|diễn đàn
        thư viện|sự kiện|khóa học|tài liệu|văn bản|dịch vụ công|thủ tục hành chính|tiếng việt|english|bài viết|blog
        trực tiếp|kết quả|thành viên|nội quy|thoát|thích|cảm ơn|trước|sau|cuối|đầu|đóng|có|không
        accueil|actualités?|actus?|à la une|politique|économie|société|international|monde|sports?|culture|sciences?
        santé|planète|environnement|tech|high-tech|idées|opinions?|débats?|loisirs|voyages?|cuisine|recettes|entrées
        plats|desserts|mode|maison|jardin|auto|immobilier|emploi|annonces|régions?|météo|vidéos?|photos?|podcasts?
        newsletters?|abonnements?|abonnés|s'abonner|connexion|compte|panier|recherche|rechercher|menu|fermer
        voir tout|tout voir|en savoir plus|lire la suite|lire le journal|boutique|produits|(?:nos )?services
        solutions|tarifs|entreprise|qui (?:sommes-nous|suis-je)|à propos|contact|contactez-nous|nous rejoindre|faq
        aide|support|offres|carrières|recrutement|presse|partenaires|accessibilité|agenda|forum|ressources|démarches
        droits|annuaire|sommaire|catalogue|financement|équipe|blog|archives|discussion|historique|modifier|page|oui
        non|en partie|précédent|suivant|catégories|gestion|métiers|équipements|communes|avis de décès|logement
        particuliers|fr|en|de|citer|répondre|haut|signaler|éditer|trả lời|trích dẫn|báo cáo|theo dõi|chia sẻ
        home|news|about(?: us)?|search|help|login|shop|store|careers|events|gallery|next|previous|close|more|rss
        facebook|twitter|linkedin|pinterest|whatsapp|telegram|google\+?|zalo|messenger|reddit|instagram|youtube
        tiktok|threads|x
        首页|新闻|资讯|国内|国际|财经|科技|体育|娱乐|教育|健康|房产|汽车|军事|社会|文化|视频|图片|评论|专题|专栏|时政
        民生|法治|旅游|生活|时尚|美食|论坛|博客|搜索|关于我们|联系我们|产品中心|解决方案|新闻中心|公司动态|行业动态
        部门动态|人才招聘|案例|下载|帮助(?:中心)?|问答|常见问[答题]|我的订单|导航|客户端|简体|繁体|归档|分类|标签
        友链|即时|副刊|马经|电子报|政务公开|政务服务|互动交流|医院概况|科室导航|专家门诊|就医指南|健康科普|党建园地
        双语词汇|微信|微博|qq空间|朋友圈|收藏|关闭|打印|赞|分享
    """

# Weak alone: what a page says to its reader, and what it is named by.
HINTS: Mapping[str, str] = {
    "advertisement": r"""
        miễn phí|đăng ký|ưu đãi|chúng tôi (?:gửi|sẽ)|của bạn|cho bạn|bạn cần|tư vấn|đóng góp|mỗi (?:sáng|tuần|tháng)
        gratuit(?:e|ement|s)?|votre|vos|chaque (?:mardi|semaine|mois|jeudi|matin|lundi|vendredi|dimanche)|nouveau !
        partenaire|formation|session|inscription|don\b
        免费|报名|预约|咨询|下载|公众号|二维码|电子报|热线|感兴趣|本(?:页|站|网)(?:面)?介绍|本页|您
    """,
    "related": "thông báo|chuyên đề|fiche n°|专题|专栏|活动|讲座|预告|通知|公告",
}

# What makes it worth while to look for phrases in a long line.
OF_LONG_LINES = (
    "hotline", "ưu đãi", "đăng ký", "bản quyền", "cookie", "newsletter", "abonne", "inscri", "droits", "copyright", "©",
    "热线", "咨询", "版权", "转载", "公众号", "免责",
)  # fmt: skip

_I = re.IGNORECASE
_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|janv|févr|avr|juil|sept|déc|"
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec"
)
_DAYS = (
    "thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:星期|周|礼拜)[一二三四五六日天]"
)
_TIME = (
    r"(?:(?:上午|下午|晚上|早上|à|lúc|at)? ?\d{1,2} ?[:hg时点] ?(?:\d{2})?(?::\d{2})?(?: ?[ap]m)?分?|gmt ?[+-]\d+"
    r"|(?:il y a )?\d+ ?(?:giờ|phút|ngày|tuần|tháng|heures?|minutes?|jours?|semaines?|hours?|days?)(?: trước| ago)"
    r"|\d+ ?(?:小时|分钟|天|周|个月)前|hôm (?:nay|qua)|aujourd'hui|hier|昨天|今天)"
)
DATE = (
    r"(?:\d{3,4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?!\d)"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)? (?:{_MONTHS})\b\.?,?(?: \d{{4}})?|(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd"
    rf"|th)?,? ?\d{{4}}"
    r"|[〇零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}日)?"
    r"|(?:ngày )?\d{1,2} ?(?:,? tháng |/) ?\d{1,2}(?: ?(?:,? năm |/|-) ?\d{4})?|\d{1,2}月 ?\d{1,2}日?(?:,? ?\d{4})?)"
)
MOMENT = re.compile(rf"{DATE}|{_TIME}|{_DAYS}", _I)  # what a line that only tells a date is made of
HAS_DATE = re.compile(DATE, _I)
# Figures as dates have them: quick to look for, and few texts that lack a date have them.
MAY_BE_DATE = re.compile(
    rf"\d ?[-/.年] ?\d|\d(?:er|st|nd|rd|th)? (?:{_MONTHS})\b|\d ?,? tháng|\d月"
    r"|[a-z.] \d{1,2}(?:st|nd|rd|th)?,? ?\d{4}|年[一二三四五六七八九十]{1,3}月",
    _I,
)
WEB = re.compile(
    r"[:.@](?:(?:(?<=http:)|(?<=https:))//|(?<=\bwww\.)|(?<=[\w-]\.)(?:com|net|org|vn|fr|cn|tw|hk|info|edu|gov|io"
    r"|example)\b|(?<=\w@)[\w-]+\.\w)",
    _I,
)
# Neither 1.290.000 nor (1587-1702) nor 2023-2024.
TELEPHONE = re.compile(
    r"(?<![\d.,])(?!\d{1,3}(?:[. ]\d{3})+(?![ .()-]?\d))(?!\(?\d{4} ?[-–] ?\d{4}(?!\d))(?!\d{4}[-./]\d\d?[-./]\d\d?)"
    r"(?:\+ ?\d|\(0?\d|\d)(?:[\d .()-]{7,16})\d"
)
LEAST_TELEPHONE = 8  # figures
# A place where letters are delivered: number and street, floor and house, postal code and town.
STREET = re.compile(
    r"(?=[\dskpqtl路街大巷邮])(?:"  # a look at the first letter: most places are passed over at once
    r"\b\d{1,4}(?: bis| ter)?,? (?:rue|av(?:enue|\.)|boulevard|bd|place|quai|chemin|route|allée|impasse|cours)\b"
    r"|\b\d{5} [a-zà-ý]{3}"
    r"|(?:số |km )?\d+[a-z]?(?:/\d+)* (?:đường|phố|ngõ|hẻm|đ\.)|(?:phường|quận|thị trấn|thành phố"
    r"|tp\.) ?[\w ]{2,12},|tầng \d+|tòa nhà|lô \d"
    r"|(?:路|街|大道|巷)(?:\d+|零)?\d* ?号|\d+ ?号?楼|邮编)",
    _I,
)
PRICE = re.compile(
    r"\d[\d .,]*(?:€|\$|£|₫|đ\b|vnđ|vnd|usd|eur|nghìn đồng|triệu đồng|元|块钱)|[€$£¥￥] ?\d|-\d+ ?%"
    r"|\d+ ?% (?:off|de réduction|de remise)|giảm \d+|\d折",
    _I,
)
# The picture's maker.
CREDIT = re.compile(
    r"^[\s\W]*(?:(?:nguồn )?(?:hình )?(?:ảnh|hình)(?: minh họa)?\s*[:：/]|(?:crédits?|photo\w*|images?"
    r"|illustration|courtoisie|courtesy|hình ảnh lịch sự)[^.!?]{0,24}[:：©]"
    r"|©|(?:图片?(?:来源)?|图源|配图|摄影|题图|供图)\s*[:：/／]|\(?(?:ảnh|photo)\s*[:：])",
    _I,
)
CAPTION = re.compile(
    r"^(?:(?:hình|ảnh|bảng|sơ đồ|biểu đồ|figure|fig\.|tableau|schéma|image|photo|图表?|表)\s*\d+\s*[.:：、 ]"
    r"|图为|图中|(?:ảnh|photo) (?:chụp|:)|ci-(?:dessus|contre|dessous))",
    _I,
)
QUOTED = re.compile(r"[{“《「【«\"]([^{}“”《》「」【】«»\"\n]{4,80})[}”》」】»\"]")
