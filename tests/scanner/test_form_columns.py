"""What practice wants to read in every form is there, as a column, as a labelled value or as a box to sign in.

The table is the contract practice in our own words, a pattern a fact; it is not made of the forms.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.acts.issuing import Order, context_of, japanese
from scanner.inventory.reader import Reader
from scanner.report.forms.interface import Form
from scanner.report.forms.registry import FORMS
from scanner.report.forms.table import OURS
from tests.scanner.world import World, table

WANTED = {
    "1": "台帳番号 名称 契約番号|件名 利用目的 由来 収集方法 受領日 受領元 媒体 形態 記録項目 本人の範囲 本人数.*申告 本人数.*検出 要配慮 特定個人情報 秘匿性 保管場所"
    " 承諾番号 責任者.*部署 アクセス権者 複写数.*承諾 複写数.*観測 再委託.*提供先 保存期限 廃棄.*返還.*予定 最終確認 状態",
    "2": "日時 端末 場所 アカウント 従事者番号 行為 台帳番号 本人数|件数 対象 移動先 事務種別 処理事由 承諾.*持出番号 確認者 記録の別",
    "3": "報告期間 区分 事項 件数 責任者確認",
    "4": "区分 名称 所在地 機器名.*共有名 管理責任者 施錠.*入退室 承諾番号 承諾日 期限",
    "5a": "役割 氏名又は組織 権限 任期 連絡先 代行者",
    "5b": "従事者番号 氏名 所属 役割 作業範囲 開始日 終了日 アカウント",
    "5c": "場所 主体 実権限 名簿上の権限 差異 是正期限",
    "5d": "原本系列 申告項目 検出項目 差分 判断 処置",
    "6": "番号 契約 対象 件数 媒体 製造番号 必要性 持出先 持出者 持出日 返却予定 暗号化 パスワードの見直し 承認者 承認日 承諾番号 返却日 返却確認者 消去確認日"
    " 消去確認者 観測との一致",
    "6b": "観測日時 媒体 台帳番号 件数 登録番号 判定 返却.*消去確認日",
    "6c": "日付 送信者 宛先 手段 対象 件数 暗号化 承諾番号 確認者1 確認者2 受領確認",
    "7": "申請番号 申請日 契約 対象 項目.*件数 行為 目的.*必要性 部数 媒体.*形式 場所 送付先 手段 期限 安全措置 廃棄予定日 廃棄方法 申請者 保護管理責任者 承諾番号"
    " 承諾日 承諾者 条件 実績部数 廃棄確認日 廃棄確認者",
    "7b": "台帳番号 承諾番号 承諾部数 観測数 超過 所在 期限",
    "7c": "台帳番号 本来の契約 本来の目的 発見場所の目的 指示.*承諾番号 判断",
    "8": "行為 対象 本人数 宛先.*公開先 確認者1 確認者2 結果 備考",
    "9a": "指示番号 指示日 指示者 対象 内容.*理由 期限 実施者",
    "9b": "指示番号 指示者 対象 情報項目 媒体 数量 不要となった日 理由 方法 水準 使用ソフト.*業者 実施者 立会者 実施日 実施場所 残存確認 証明書番号 保護管理責任者",
    "9c": "対象の原本系列 検査範囲 検査日時 読めたファイル数 読取不能数 未検査機器 媒体 残存数 判定 受け入れた者",
    "10": "端末 資産番号 暗号化 認証方式 パスワードの方針 パスワードの見直し日 平文 ウイルス対策 定義日 OS 最終更新 サポート終了 画面ロック 共有 公開領域",
    "10R": "契約件名.*番号 事務完了日 返還日 No 台帳番号 名称 由来 媒体.*管理番号 本人数 受領時の記録.*日 受領時の記録.*番号 複写数 複写の処置 引渡方法 暗号化 引渡者"
    " 受領者 受領日 別途指示 残存確認 備考",
    "12": "名称 階層 業務 取り扱う個人情報 作業場所 承諾番号 承諾日 期限 監督",
    "12b": "共有先 手段 ファイル数 再委託承諾番号 判定",
    "13": "研修名 日付 内容 対象者数 受講者 未受講者 再受講日 講師 資料",
    "14b": "日付 実施者 対象 結果 是正事項 完了日",
    "15": "番号 日付 区分 内容 期限 対応 回答日 添付",
    "16": "発送日 媒体 製造番号 対象 件数 暗号化 方法 運搬者 追跡番号 引渡者 受領者 到着日 到着照合 消去確認",
    "17": "従事者番号 氏名 誓約日 誓約書の版 離任日 離任時確認日 確認者",
    "18": "番号 条項 事実 発見日 影響 原因 是正 期限 終了日|完了 委託者報告",
    "19": "条項 措置 観測.*自動 申告 最終確認 未了件数 責任者",
}  # fmt: skip


def _made(world: World, number: str, **asked: object) -> Form:
    with japanese():
        order = Order(number, contract="A", asked={**asked, "base": world.root}, today=world.day)
        return FORMS[number].builder(context_of(order, world.home, Reader(world.home.database), world.rules))


def test_every_form_says_what_practice_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    contract = world.contract()
    contract["disposal"] = [{"id": "D-1", "executed_on": world.day - timedelta(days=1)}]
    world.put("srv/A/原本.xlsx", table(6, 11))
    world.receive("srv/A/原本.xlsx", "A")
    world.scan()
    missing = {}
    for number, words in WANTED.items():
        form = _made(world, number)
        assert all(len(row) == len(form.columns) for row in form.rows), number
        labels = [*form.columns, *(label for label, _ in form.facts), *getattr(FORMS[number].paper, "signers", ())]
        lacking = [word for word in words.split() if not any(re.search(word, label) for label in labels)]
        if lacking:
            missing[number] = lacking
    assert not missing
    ours = {spec.number for spec in OURS if spec.number in FORMS}
    assert ours - set(WANTED) == {"9d", "11a", "11b", "11c", "13b", "14c"}, "their items are told by their own tests"
