"""What the script adds to the report form: a draft that survives, a place on a tap, one submit."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "三楼平台堆了旧家具，轮椅过不去。"


def form(page: Page, demo: dict[str, Any]) -> Page:
    page.goto(demo["stations"][0]["url"])
    return page


def test_a_draft_survives_a_closed_page_and_goes_once_it_is_sent(visitor: Visitor, demo: dict[str, Any]) -> None:
    context = visitor()
    first = form(context.new_page(), demo)
    first.get_by_text("房屋物业").click()
    first.locator("#description").fill(WORDS)
    first.close()

    second = form(context.new_page(), demo)
    expect(second.locator("#description")).to_have_value(WORDS)
    expect(second.locator("[name=category]:checked")).to_have_count(1)
    expect(second.locator("#live")).not_to_be_empty()
    second.get_by_role("button", name="提交", exact=True).click()
    expect(second.get_by_role("heading", name="已收到，谢谢您！")).to_be_visible()

    third = form(context.new_page(), demo)
    expect(third.locator("#description")).to_have_value("")


def test_a_place_is_taken_on_a_tap_only(visitor: Visitor, demo: dict[str, Any]) -> None:
    allowed = visitor(geolocation={"latitude": 32.01, "longitude": 118.73, "accuracy": 20}, permissions=["geolocation"])
    page = form(allowed.new_page(), demo)
    expect(page.locator("[name=lat]")).to_have_value("")
    page.locator("#geo").click()
    expect(page.locator("[name=lat]")).to_have_value(re.compile(r"^32\.01"))
    expect(page.locator("#live")).to_contain_text("20")


def test_a_refused_place_leaves_the_typed_one_alone(visitor: Visitor, demo: dict[str, Any]) -> None:
    page = form(visitor(permissions=[]).new_page(), demo)
    typed = page.locator("#place").input_value()
    page.locator("#geo").click()
    expect(page.locator("#live")).to_contain_text("直接写地点")
    expect(page.locator("#place")).to_have_value(typed)


def test_a_fault_gets_the_focus_and_keeps_the_words(visitor: Visitor, demo: dict[str, Any]) -> None:
    page = form(visitor().new_page(), demo)
    page.locator("#description").fill(WORDS)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#faults")).to_be_focused()
    expect(page).to_have_title(re.compile("^错误"))
    expect(page.locator("#description")).to_have_value(WORDS)


def test_without_the_script_nothing_is_missing(visitor: Visitor, demo: dict[str, Any]) -> None:
    page = form(visitor(java_script_enabled=False).new_page(), demo)
    expect(page.locator("#geo")).to_be_hidden()
    page.get_by_text("说不准").click()
    page.locator("#description").fill(WORDS)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到，谢谢您！")).to_be_visible()
