"""The one journey: from a placard's QR to points, a score, and a published monthly award, by six people."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.period import SHANGHAI, Month
from tests.journeys import browser as chrome
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RESULT = "已清运并冲洗地面，以后每天收两次。"
NEWCOMER = "19955500017"


class Desk:
    """One computer at the community centre: the demo lets its user be any member of staff."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()

    def be(self, username: str) -> Page:
        self.page.goto("/dev/role")
        self.page.locator(f"button[value={username}]").click()
        expect(self.page).to_have_url(re.compile("/staff"))
        return self.page

    def press(self, username: str, path: str, button: str, **typed: str) -> None:
        page = self.be(username)
        page.goto(path)
        form = page.locator("form", has=page.get_by_role("button", name=button, exact=True))
        for name, value in typed.items():
            control = form.locator(f"[name={name}]")
            if control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        form.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("#faults")).to_have_count(0)

    def wait(self, step: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.goto("/dev/clock")
            self.page.locator(f"button[value={step}]").click()


def file_a_report(page: Page, placard: str) -> tuple[str, str]:
    page.goto(placard)
    page.get_by_text("环境卫生").click()
    page.locator("#description").fill("3 号楼东侧的垃圾桶满了，两天没人清。")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到，谢谢您！")).to_be_visible()
    found = re.search(r"/t/([0-9A-Z]{8})\?key=", page.url)
    assert found
    return found[1], page.url


def handle_and_close(desk: Desk, reference: str) -> None:
    path = f"/staff/reports/{reference}"
    desk.press("dispatcher", path, "受理立案", subcategory="0101")
    desk.press("dispatcher", path, "派遣", department="SAN")
    desk.press("handler", path, "签收")
    desk.press("handler", path, "开始处理")
    desk.press("handler", path, "处理完成", result=RESULT)
    expect(desk.page.get_by_role("button", name="开始核查")).to_have_count(0)
    desk.press("verifier", path, "开始核查")
    desk.press("verifier", path, "核查通过，结案", note="现场看过，已经干净了。")


def join_and_sign_in(page: Page, desk: Desk) -> None:
    page.goto("/join")
    page.locator("#name").fill("杜小满")
    page.locator("#phone").fill(NEWCOMER)
    page.get_by_text("退休人员").click()
    page.locator("#area").select_option(index=1)
    page.locator("#birth_on").fill("19610512")
    page.locator("#consent").check()
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.locator("#faults")).to_have_count(0)

    admin = desk.be("admin")
    admin.goto("/staff/volunteers")
    admin.get_by_role("link", name="杜小满").first.click()
    admin.get_by_role("button", name="核对无误，通过").click()

    page.goto("/sign-in")
    page.locator("#phone").fill(NEWCOMER)
    page.get_by_role("button", name="获取验证码").click()
    desk.page.goto("/dev/outbox")
    code = re.search(r"\b\d{6}\b", desk.page.locator("main").inner_text())
    assert code, "the one-time code is in the outbox"
    page.locator("#code").fill(code[0])
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/me$"))


def available(page: Page) -> int:
    page.goto("/me")
    return int(page.locator(".big").first.inner_text().split()[0])


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Points arrive through the streams a moment after the deed."""
    for _ in range(60):
        page.goto("/me")
        if holds():
            return
        page.wait_for_timeout(250)
    pytest.fail(page.locator("main").inner_text())


def record_a_service(desk: Desk, *, day: str) -> None:
    desk.be("worker")
    desk.page.goto("/staff/records/new")
    choice = desk.page.locator("[name=volunteer] option", has_text="杜小满").get_attribute("value")
    typed = {"volunteer": choice or "", "activity": "楼道清洁", "served_on": day, "starts": "09:00", "minutes": "90"}
    attended = desk.page.locator("[name=attended]")
    if attended.count():
        attended.first.check()
    form = desk.page.locator("form", has=desk.page.locator("[name=activity]"))
    form.locator("[name=volunteer]").select_option(typed["volunteer"])
    for name in ("activity", "served_on", "starts", "minutes"):
        form.locator(f"[name={name}]").fill(typed[name])
    form.get_by_role("button", name="提交，请同事确认").click()
    expect(desk.page.locator("#faults")).to_have_count(0)

    desk.be("admin").goto("/staff/records")
    desk.page.locator("tr", has_text="杜小满").locator("a[href^='/staff/records/']").first.click()
    desk.page.get_by_role("button", name="情况属实，确认").click()


def test_a_report_a_volunteer_a_record_and_an_award(visitor: Visitor, demo: dict[str, Any]) -> None:
    resident = visitor(timezone_id="Asia/Shanghai").new_page()
    desk = Desk(visitor(viewport=chrome.DESK, java_script_enabled=False))

    reference, link = file_a_report(resident, demo["stations"][0]["url"])
    handle_and_close(desk, reference)
    resident.goto(link)
    expect(resident.get_by_text(RESULT)).to_be_visible()
    resident.get_by_role("button", name="非常满意", exact=True).click()
    expect(resident.get_by_text("谢谢您的评价")).to_be_visible()

    join_and_sign_in(resident, desk)
    assert available(resident) == 0
    resident.goto(link)
    resident.get_by_role("button", name="记到我的名下").click()
    eventually(resident, lambda: available(resident) == 2 + 3 + 1)  # P02 filed, P03 closed, P06 rated

    yesterday = (datetime.now(UTC).astimezone(SHANGHAI) - timedelta(days=1)).date().isoformat()
    record_a_service(desk, day=yesterday)
    eventually(resident, lambda: "楼道清洁" in resident.content())  # pending, with the day it becomes final
    assert available(resident) == 6
    desk.wait("day1", times=4)
    eventually(resident, lambda: available(resident) == 6 + 15)  # P07: three half hours

    month = Month.of(datetime.now(UTC)).previous()
    path = f"/staff/awards/{month}"
    desk.press("admin", path, "冻结得分，开始评选")
    page = desk.be("admin")
    page.goto(path)
    chosen = page.locator("label", has=page.locator("[name=winners]")).first
    winner = chosen.inner_text().split("·")[1].strip()
    chosen.locator("input").check()
    page.get_by_role("button", name="提议名单").click()
    page.goto(path)
    expect(page.get_by_role("button", name="批准名单")).to_have_count(0)  # not by who proposed it
    desk.press("second", path, "批准名单")
    desk.press("admin", path, "开始公示")
    desk.wait("day5")
    desk.wait("day1")
    page.goto("/board")
    expect(page.get_by_text("志愿之星").first).to_be_visible()
    assert winner not in page.content(), "public names are masked"

    page.goto("/dev/role")
    page.get_by_role("button", name=winner, exact=True).click()
    page.goto("/me/certificates")
    expect(page.get_by_text(f"{month.year}年{month.month}月").first).to_be_visible()
    eventually(page, lambda: "+50" in page.content())
