"""What words give away besides the subject: support, chasing, thanks, jokes, notices. One table, one look-up."""

import re
from functools import lru_cache

from bot.domain.text import clean

#: Signal → pattern. Each is a plain yes or no about the text alone.
SIGNALS: dict[str, re.Pattern[str]] = {
    "support": re.compile(
        r"^\s*(\+1|加1|加一|同上|同感|同问|附议|顶|同$)|(我家|我们?这?|我屋|俺家|额家|我们家|[一二三四五六七八九\d]{1,6}(楼|栋|单元|户)?)?也(是|有|没|不|一样|漏|停|听|闻|看见|这样)|一样的?$|同没|同求|支持|同意|赞成"
    ),
    "also": re.compile(r"也|一样|同样|都(没|不|有|是|停|黑|凉|漏)|同(没|求|问|样)|不止"),
    "own_place": re.compile(r"^(我?家?|我们?|俺)?(\d{3,4}(室|号|户|家)?(?!\d|元|块|年|斤)|[\d一二三四五六七八九十]{1,3}(号楼|号|楼|栋|幢|座|单元|道|层|巷|门洞|#|#楼))"),
    "witness": re.compile(r"看见|看到|瞅见|听见|听到|听着|闻到|闻着|碰见|碰到|撞见|路过|亲眼|遇到|遇见|我刚|刚才|感觉到|摸着"),
    "lately": re.compile(r"昨|前天|前晚|上(个)?(礼拜|周|星期|月)|天天|每天|一直|好几(天|回|次)|从.{1,8}(到现在|就)|半夜|凌晨|这几天|早就|老是|总是"),
    "agree": re.compile(r"支持|同意|赞成|这(个)?主意|好主意|能成|我出|报名|算我|真需要|必须|早该|顶一个|加我"),
    "answer": re.compile(r"^(是|对|不是|就是|应该是|好像是|估计是|在|从|大概|可能)|左边|右边|中间|门口|那边|楼顶|边上|旁边|拐角|后头|前头|上头|底下"),
    "told": re.compile(r"(我|已经|已)?(打|报)(了)?(1\d\d|警|95598|物业电话)|电话打了|打过电话|报修了"),
    "chase": re.compile(r"还(没|不|在|是没|.{1,2}着)|怎么还|到现在|[一二两三四五六七八九十几\d]{1,6}(天|个?星期|个?礼拜|个?月|小时)了|什么时候(能|才|修|来)|啥时候|催|没人(管|来|理)|有人管|又(来|停|坏|漏|堵|没|黑|开始)"),
    "thanks": re.compile(r"谢谢|感谢|辛苦|多谢|唔该晒|劳驾|麻烦了?你|点赞|给力|\[强\]|\[抱拳\]"),
    "patient": re.compile(r"吸氧|输氧|氧气|制氧|呼吸机|透析|胰岛素|雾化|吸痰|监护仪|心脏起搏"),
    "settled": re.compile(r"修好了|好了$|好了[!！,， ]|恢复了|通了|来(水|电|气)了|解决了|搞定|热了|找到了|不漏了|弄好"),
    "joke": re.compile(r"哈哈|嘿嘿|笑死|\[(偷笑|捂脸|破涕为笑|呲牙|坏笑|旺柴|狗头|笑哭|doge)\]|🤣|😂|开玩笑"),
    "notice": re.compile(r"^【|温馨提示|各位(业主|居民|住户|邻居|家人)|特此通知|敬请谅解|接龙|截单|自提|拼团|\[链接\]|\[红包\]|【转发】|转发"),
    "ack": re.compile(r"^(收到|好的?|嗯+|哦+|ok|行|可以|知道了|明白|了解|是的|对|对的|没事|不客气)[了啊呀哈的吧~!！。 ]*(\[[^\]]+\])*$", re.I),
    "question": re.compile(r"[?？]|吗$|么$|呢$|没有?$|不$|哪|几|谁|啥|怎么|多少|是不是|有没有"),
    "media": re.compile(r"^(\[(图片|视频|语音|动画表情)\][^\u4e00-\u9fff]*)+$"),
    "sticker": re.compile(r"^(\[[^\]]{1,6}\]|[^\w\u4e00-\u9fff])+$"),
    "sale": re.compile(r"转让|出售|出[一两]?[个张台把]|二手|自取|包邮|\d{1,6}元?(一|/)[斤箱份盒]|团购|拼单|预定|预订|下单|求购|收购"),
    "past": re.compile(r"(前|去|大前)年|小时候|当年|以前|上回|那年|[一二两三四五六七八九十]年前"),
    "hypothetical": re.compile(r"^(要是|如果|假如|万一|哪天)|的话"),
    "denial": re.compile(r"(我家|我们?这|我屋|额屋|[一二三四五六七八九\d]{1,6}(道|号楼|楼|栋|单元|户)?)[^,，。]{0,4}(有水|有电|热|正常|没停|没事|好着|好好的|没有啊|不漏|没漏)"),
    "elsewhere": re.compile(r"(别的|隔壁|人家|我(妈|爸|闺女|儿子|婆婆|同事|朋友|单位|公司|老家)[^,，。]{0,6})(小区|家|单位|公司|那边|城里)"),
    "here": re.compile(r"我家|咱|我们(楼|家|单元|这)|楼上|楼下|隔壁|对门|楼道|单元|电梯|门口|小区"),
    "wanted": re.compile(r"谁(有|会|认识|能|知道)|有没有(人|师傅|谁)|求(助|推荐|一个|个)|帮忙|来(个|几个)?人|急(!|！|$)|救命|快来"),
}  # fmt: skip


@lru_cache(maxsize=4096)
def signals(text: str) -> frozenset[str]:
    """The names of all signals that *text* gives."""
    plain = clean(text)
    return frozenset(name for name, pattern in SIGNALS.items() if pattern.search(plain))
