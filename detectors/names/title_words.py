"""Words around names, in one table: forms of address, titles, ranks, and what children are called.

What they are good for: all but ``GROUPS`` support a name that the tagger found before them; the polite ones and the titles
are cut off the end of a name and announce it by themselves; before a rank only a surname that stands alone counts (新垣職員,
not 関係職員); words that also mean a thing by themselves (代表, 家) announce nothing.
"""

from __future__ import annotations

POLITE = ("様", "さま", "さん", "氏", "殿", "くん", "君", "ちゃん", "先生")
TITLES = tuple(
    "本部長 部長代理 課長代理 部長 課長 係長 社長 専務 常務 室長 局長 次長 主任 主査 主事 主幹 教授 准教授 医師 看護師 弁護士 議員 委員長 委員 選手 理事 監督 会長 店長 園長 "
    "校長 教諭 技師".split()
)
RANKS = tuple(
    "教頭 副校長 所長 支店長 支社長 工場長 施設長 理事長 事務長 班長 師長 副部長 副市長 市長 町長 村長 知事 職員 指導員 相談員 調査員 研究員 警備員 保健師 "
    "校医 園医 産業医 嘱託医 薬剤師 栄養士 介護士 保育士 助産師 理学療法士 作業療法士 取締役 監査役 執行役員 助教 助手 記者 巡査 警部 検事 裁判官 書記官 大臣 被告 容疑者 先輩 夫人 "
    "初段 二段 三段 四段 五段 六段 七段 八段 九段 "
    "おじさん おばさん おじいちゃん おばあちゃん おじいさん おばあさん "
    "マネージャー マネジャー リーダー ディレクター チーフ コーチ キャプテン".split()
)
RANK_ENDS = frozenset(rank[-1] for rank in RANKS)
"""What a rank cannot do without: most words are spared the comparison with all of them."""
SUPPORTS = tuple(
    "副 首相 大統領 博士 代表 両 夫妻 家 宅 嬢 女史 隊長 団長 書記 議長 幹事 監事 顧問 相談役 執行役".split()
)
GROUPS = ("御中", "各位")
"""Of those who are many: nobody is named before them."""

NOT_BEFORE = {"委員": "会", "監督": "署員", "理事": "会"}
"""Characters that make another word of a title: 委員会, 監督署."""

CHILDREN = (*(f"{order}{sex}" for order in "長次二三四五" for sex in "男女"), "息子")
"""What may stand right before a given name: 長女結衣."""

ROLES = (
    *"職長 先発 主砲 主将 捕手 投手 代打 弊社 当社 同僚 友人 座長 主治医 担当医".split(),
    *(f"{place}番" for place in "二三四五六七八九"),
)
"""What may stand right before a surname: 先発髙橋, 四番山川."""

LEADING = (*CHILDREN, *ROLES)
"""All that may stand right before a name."""
