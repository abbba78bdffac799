# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Bodies, machines and kitchens are left alone; what means people is not."""

import pytest

from pretalx_coc.detection import check_text

LEFT_ALONE = (
    # Bodies and health
    ("de", "Steifer Nacken nach langen Tagen? Eine Ärztin zeigt fünf Übungen."),
    ("de", "Ein steifer Nacken ist kein Schicksal: Ergonomie für kleine Budgets"),
    ("en", "A stiff neck is a bug report. Ergonomics for people who type all day."),
    ("es", "Lo que el niño tiene en boca: una alarma contra atragantamientos"),
    ("es", "El buzo tiene en la boca un sensor que mide su respiración."),
    ("fr", "Mal de dos, nuque bloquée : bouger dix minutes entre deux réunions"),
    ("it", "Mal di schiena e collo bloccato: muoversi tra una riunione e l'altra"),
    ("pt", "Dor nas costas e pescoço duro: uma pausa guiada por sensores"),
    ("pl", "Sztywny kark po ośmiu godzinach: krótkie ćwiczenia przy biurku"),
    ("cs", "Ztuhlý krk a unavené oči: jak si nastavit pracovní místo"),
    ("sv", "Stel nacke av skärmarbete: fem övningar vid skrivbordet"),
    ("tr", "Boyun ağrısı çekenler için masa düzeni ve kısa molalar"),
    ("ru", "Затёкшая шея и усталые глаза: как настроить рабочее место"),
    ("ja", "首や肩が硬い人のための、机まわりの小さな改善"),
    # Machines and pipes
    ("nl", "De machine zuigt ze op en sorteert ze op kleur."),
    ("nl", "Een vacuümgrijper zuigt ze op, draait ze om en legt ze neer."),
    ("en", "Grease, bearings and vibration: a manual for repair cafés"),
    ("de", "Stecker, Buchse, Spiel: warum Verbindungen nach Jahren wackeln"),
    ("pl", "Wilgotne piwnice i zatkane rury: czujniki w starym domu"),
    ("uk", "Вставити модуль у ядро і не впасти: драйвери для початківців"),
    ("ja", "カーネルにモジュールを挿入して抜くまで。ドライバ開発の最初の一歩"),
    # Kitchens, stables and sports
    ("en", "Ripe peaches and soft grippers: picking fruit without bruises"),
    ("ja", "鶏の胸肉をやわらかく仕上げる温度制御"),
    ("it", "Vacche in calore e falsi allarmi: sensori in una stalla di montagna"),
    ("ko", "씨름 선수의 자세를 카메라로 추정하는 방법"),
    ("zh", "柔道比赛中两个人的姿态估计"),
    # About people who speak, and about groups
    ("en", "She lives in Bristol with her wife, two cats and a very old piano."),
    ("de", "Er wohnt mit seiner Frau und drei Katzen in Kassel und backt gern Brot."),
    ("pt", "PyLadies: mulheres que estudam juntas e ensinam outras mulheres"),
    ("es", "Django Girls en Lima: lo que cuentan las participantes un año después"),
    ("ja", "女性エンジニアの小さな勉強会を三年続けて学んだこと"),
)

POINTED_AT = (
    ("en", "Our booth babes will make you forget which talk you wanted to hear."),
    ("en", "Come to my suite after the keynote, wear little, and bring a bottle."),
    ("de", "Unsere Hostessen tragen wenig und lachen viel, die Herren wird es freuen."),
    ("de", "Studentinnen bekommen Nachhilfe bei mir zu Hause, gern über Nacht."),
    ("es", "Las azafatas llevan poca ropa y se sientan en tus rodillas para la foto."),
    ("fr", "Nos hôtesses en jupe courte s'assoient volontiers sur vos genoux."),
    ("it", "Le nostre hostess in minigonna si siedono volentieri sulle tue ginocchia."),
    ("nl", "Onze hostesses dragen korte rokjes en gaan graag bij u op schoot."),
    ("pl", "Hostessy w krótkich spódniczkach chętnie usiądą panom na kolanach."),
    ("cs", "Hostesky v minisukních si pánům rády sednou na klín."),
    ("sv", "Våra värdinnor i korta kjolar sätter sig gärna i ditt knä."),
    ("tr", "Mini etekli hosteslerimiz beylerin kucağına seve seve oturur."),
    ("ru", "Девушки в мини-юбках с радостью сядут к вам на колени."),
    ("uk", "Дівчата в міні-спідницях радо сядуть вам на коліна."),
    ("pt", "As nossas promotoras de minissaia sentam no colo dos senhores."),
    ("ja", "ミニスカートのお姉さんが膝の上に座って名刺をお渡しします。"),
    ("ko", "짧은 치마를 입은 아가씨들이 무릎 위에 앉아 명함을 드립니다."),
    ("zh", "短裙美女坐在您的大腿上递名片，男士们请排队。"),
)


def levels(text, language):
    return {finding.level for finding in check_text(text, language).findings}


@pytest.mark.parametrize(("language", "text"), LEFT_ALONE)
def test_everyday_text_is_not_for_review(language, text):
    assert "review" not in levels(text, language)


@pytest.mark.parametrize(("language", "text"), POINTED_AT)
def test_text_that_offers_or_shows_people_is_for_review(language, text):
    assert "review" in levels(text, language)
