"""A month's award from open scores to honours: two people, frozen numbers, five working days, once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from portal import events
from portal.awards import domain, reactions, service
from portal.awards.domain import SamePerson, State
from portal.config import Config
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.evaluations import service as evaluations
from portal.period import Month
from portal.volunteers import service as volunteers
from portal.workflow import SYSTEM, Actor, MoveRefused, Role
from tests import policies
from tests.awards import house
from tests.awards.house import AUDITOR, COMMUNITY, LI, MONTH, NOW, OUTSIDER, WANG
from tests.evaluations.build import record_event, tell

RoundView = service.RoundView


@pytest.fixture
def people(storage: Config) -> list[str]:
    return house.settle_in()


def view(actor: object = LI, now: datetime = NOW) -> RoundView:
    return service.view_round(actor=actor, community=COMMUNITY, month=MONTH, now=now)  # type: ignore[arg-type]


def listed(shown: RoundView) -> list[str]:
    return [each.candidate.volunteer for each in shown.shortlist]


def test_before_opening_the_month_shows_every_score_with_the_facts_behind_it(people: list[str]) -> None:
    shown = view(AUDITOR)

    assert (shown.state, shown.quota, shown.active) == (State.DRAFT, 1, 12)
    assert listed(shown) == people[:2]
    assert len(shown.standings) == 5
    assert shown.without_records == 7
    assert shown.names[people[0]] == "陈桂兰"
    assert {fact.source for fact in shown.standings[0].candidate.scored.facts} == {f"{people[0]}0", f"{people[0]}1"}


def test_what_lies_outside_the_scope_or_in_the_future_is_not_found(people: list[str]) -> None:
    with pytest.raises(NotFound):
        view(OUTSIDER)
    with pytest.raises(NotFound):
        service.view_round(actor=LI, community=COMMUNITY, month=Month(2026, 12), now=NOW)
    with pytest.raises(NotFound):
        service.open_round(actor=OUTSIDER, community=COMMUNITY, month=MONTH, now=NOW)
    with pytest.raises(NotFound):
        service.list_months(actor=OUTSIDER, community=COMMUNITY, now=NOW)


def test_a_round_opens_only_when_the_months_records_are_closed(people: list[str]) -> None:
    closes_at = evaluations.frozen_at(community=COMMUNITY, month=MONTH)

    with pytest.raises(domain.NotOver):
        service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=closes_at - timedelta(seconds=1))
    assert [move.name for move in view(now=closes_at - timedelta(seconds=1)).moves] == []
    assert [move.name for move in view(now=closes_at).moves] == ["open"]
    service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=closes_at)
    with pytest.raises(domain.AlreadyOpen):
        service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=closes_at)


def test_scores_are_frozen_when_the_round_opens(people: list[str]) -> None:
    before = view()
    opened = service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)
    house.serve(people[6], 40)

    assert view().standings == before.standings
    rows = [domain.to_data(standing=each) for each in view().standings]
    assert domain.digest_of(rows=rows) == opened.digest


def test_one_proposes_and_another_approves(people: list[str]) -> None:
    opened = service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)
    asked = {"community": COMMUNITY, "month": MONTH, "now": NOW}
    proposed = service.propose_round(actor=LI, version=opened.version, winners=people[:1], reason="", **asked)  # type: ignore[arg-type]

    with pytest.raises(SamePerson):
        service.decide_round(actor=LI, version=proposed.version, **asked)  # type: ignore[arg-type]
    with pytest.raises(MoveRefused):
        service.decide_round(actor=AUDITOR, version=proposed.version, **asked)  # type: ignore[arg-type]
    done = service.decide_round(actor=WANG, version=proposed.version, **asked)  # type: ignore[arg-type]

    assert (done.state, done.proposed_by, done.decided_by) == (State.DECIDED, "li", "wang")
    assert [line["type"] for line in done.history] == ["award.opened", "award.proposed", "award.decided"]


def test_a_stale_page_changes_nothing(people: list[str]) -> None:
    opened = service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)
    asked = {"community": COMMUNITY, "month": MONTH, "version": opened.version, "reason": "", "now": NOW}
    service.propose_round(actor=LI, winners=people[:1], **asked)  # type: ignore[arg-type]

    with pytest.raises(Conflict):
        service.propose_round(actor=WANG, winners=people[1:2], **asked)  # type: ignore[arg-type]
    found = view().round
    assert found
    assert found.winners == (people[0],)


def test_a_list_must_come_from_the_shortlist(people: list[str]) -> None:
    opened = service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)

    for winners, reason in (([], ""), ([people[4]], "人好"), (["nobody"], "人好"), ([people[1]], "")):
        with pytest.raises(Invalid):
            service.propose_round(
                actor=LI, community=COMMUNITY, month=MONTH, version=opened.version, winners=winners, reason=reason,
                now=NOW,
            )  # fmt: skip


def test_publicity_lasts_five_working_days_and_names_only_who_agreed(people: list[str]) -> None:
    done = house.publicised(people)

    # Tuesday the 10th; the fifth working day after it is Tuesday the 17th, 18:00 in Beijing.
    assert done.publicity_ends_at == datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
    assert (done.names, done.others) == (("陈*兰",), 0)
    with pytest.raises(domain.NotOver):
        service.publish_round(actor=LI, community=COMMUNITY, month=MONTH, version=done.version, now=NOW)


def test_publishing_gives_the_honour_and_a_second_time_changes_nothing(people: list[str]) -> None:
    first = house.published(people)
    again = service.publish_round(
        actor=WANG, community=COMMUNITY, month=MONTH, version=first.version, now=NOW + timedelta(days=20)
    )

    assert again == first
    honours = service.list_honours(volunteer=people[0])
    assert [(each.month, each.number) for each in honours] == [(MONTH, "YZ-320105902901-202610-01")]
    assert honours[0].community_name == "庐山社区"
    assert service.list_honours(volunteer=people[1]) == []


def test_the_event_of_publishing_carries_the_winners_and_who_decided(people: list[str]) -> None:
    done = house.published(people)
    last = done.history[-1]

    assert last["type"] == "award.published"
    assert last["data"] == {"winners": [people[0]], "month": "2026-10", "kind": "star"}


def test_the_ticker_publishes_what_is_due_and_only_once(people: list[str]) -> None:
    done = house.publicised(people)
    assert done.publicity_ends_at

    assert service.settle_rounds(now=done.publicity_ends_at - timedelta(seconds=1)) == 0
    assert service.settle_rounds(now=done.publicity_ends_at) == 1
    assert service.settle_rounds(now=done.publicity_ends_at) == 0
    published = view().round
    assert published
    assert published.history[-1]["actor"] == "system"


def test_a_record_voided_before_the_decision_recomputes_that_person(people: list[str]) -> None:
    service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)
    house.void_first_record(people[0], NOW + timedelta(hours=1))

    shown = view()
    assert listed(shown) == people[1:3]
    reasons = {each.candidate.volunteer: each.reasons for each in shown.standings}
    assert reasons[people[0]] == (domain.Reason.FEW_RECORDS,)


def test_a_record_voided_during_publicity_stops_the_publication_until_people_looked(people: list[str]) -> None:
    done = house.publicised(people)
    house.void_first_record(people[0], NOW + timedelta(days=1))
    assert done.publicity_ends_at

    assert view().stale
    assert service.settle_rounds(now=done.publicity_ends_at) == 0
    with pytest.raises(Conflict):
        service.publish_round(
            actor=LI, community=COMMUNITY, month=MONTH, version=done.version, now=done.publicity_ends_at
        )
    recalled = service.recall_round(
        actor=LI, community=COMMUNITY, month=MONTH, version=done.version, reason="有记录作废", now=NOW
    )
    assert (recalled.state, recalled.winners, recalled.publicity_ends_at) == (State.SHORTLISTED, (), None)
    assert service.settle_rounds(now=NOW + timedelta(days=60)) == 0


def test_recalling_and_cancelling_need_a_reason_and_cancelled_is_the_end(people: list[str]) -> None:
    done = house.decided(people)
    asked = {"community": COMMUNITY, "month": MONTH, "version": done.version, "now": NOW}

    for move in (service.recall_round, service.cancel_round):
        for reason in ("  ", "长" * 201):
            with pytest.raises(Invalid):
                move(actor=LI, reason=reason, **asked)  # type: ignore[arg-type]
    with pytest.raises(MoveRefused):
        service.cancel_round(actor=WANG, reason="没有人报名", **asked)  # type: ignore[arg-type]
    assert service.cancel_round(actor=LI, reason="没有人报名", **asked).state is State.CANCELLED  # type: ignore[arg-type]
    assert view().moves == ()


def test_who_won_rests_for_two_months(people: list[str]) -> None:
    house.published(people)
    november = service.view_round(actor=LI, community=COMMUNITY, month=Month(2026, 11), now=NOW)
    assert november.standings == ()

    for each in people[:2]:
        serve_in_november(each)
    standings = service.view_round(actor=LI, community=COMMUNITY, month=Month(2026, 11), now=NOW).standings
    assert {each.candidate.volunteer: each.reasons for each in standings} == {
        people[0]: (domain.Reason.RESTING,),
        people[1]: (),
    }


def serve_in_november(volunteer: str) -> None:
    for n in range(2):
        tell(record_event(record=f"{volunteer}N{n}", volunteer=volunteer, minutes=240))


def test_the_board_names_who_agreed_counts_the_others_and_shows_no_rank(people: list[str]) -> None:
    assert service.board(community=COMMUNITY, now=NOW) == []
    done = house.publicised(people)

    (during,) = service.board(community=COMMUNITY, now=NOW)
    assert (during.names, during.others, during.until) == (("陈*兰",), 0, done.publicity_ends_at)
    service.settle_rounds(now=NOW + timedelta(days=8))
    (after,) = service.board(community=COMMUNITY, now=NOW)
    assert (after.names, after.until) == (("陈*兰",), None)


def test_a_winner_who_did_not_agree_is_counted_and_never_named(storage: Config) -> None:
    people = house.settle_in(served=1)
    house.serve(people[1], 30)
    house.published([people[1]])

    (month,) = service.board(community=COMMUNITY, now=NOW)
    assert (month.names, month.others) == ((), 1)


def test_a_small_community_names_nobody(storage: Config) -> None:
    people = house.settle_in(volunteers_in_all=9)
    house.published(people)

    (month,) = service.board(community=COMMUNITY, now=NOW)
    assert (month.names, month.others) == ((), 1)


def own(volunteer: str) -> service.OwnMonth:
    actor = Actor(id=volunteer, kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=COMMUNITY)
    return service.view_own_month(actor=actor, month=MONTH, now=NOW)


def test_a_volunteer_sees_their_own_score_and_later_their_own_place(people: list[str]) -> None:
    before = own(people[2])
    assert (before.frozen, before.place, before.scored.volunteer) == (False, None, people[2])

    service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)
    third, nobody = own(people[2]), own(people[8])

    assert (third.frozen, third.place, third.distance.shortlisted) == (True, 3, False)
    assert third.distance.score
    assert own(people[0]).distance.shortlisted
    assert (nobody.place, nobody.distance.minutes, nobody.distance.records) == (None, 360, 2)


def test_only_staff_who_may_decide_make_moves(people: list[str]) -> None:
    for actor in (WANG, AUDITOR):
        with pytest.raises(Refused):
            service.open_round(actor=actor, community=COMMUNITY, month=MONTH, now=NOW)


def test_the_months_list_says_how_far_each_round_is(people: list[str]) -> None:
    house.decided(people)
    months = service.list_months(actor=AUDITOR, community=COMMUNITY, now=NOW)

    assert months[:3] == [(Month(2026, 11), State.DRAFT), (MONTH, State.DECIDED), (Month(2026, 9), State.DRAFT)]
    assert len(months) == 12


def test_the_stream_of_a_published_round_is_one_event_and_frozen_scores_bring_none(people: list[str]) -> None:
    done = house.published(people)
    item = {"pk": "C#1", "sk": "ROUND#2026-10#star", "state": done.state, "version": done.version}
    history = [{**line, "at": str(line["at"])} for line in done.history]
    told = events.from_item({**item, "history": history}, after=4)

    assert [(each.name, each.source) for each in told] == [("award.published", "C#1/ROUND#2026-10#star")]


def test_who_takes_back_their_agreement_leaves_the_board_and_keeps_the_honour(people: list[str]) -> None:
    house.published(people)
    actor = Actor(id=people[0], kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=COMMUNITY)
    before = volunteers.get_volunteer(actor=actor, community=COMMUNITY, volunteer_id=people[0])
    after = volunteers.choose_publication(actor=actor, publish_name=False, version=before.version, now=NOW)

    for _ in range(2):
        for event in events.from_item(
            {"pk": "C", "sk": "V", "community": COMMUNITY, "volunteer": people[0], "history": list(after.history)},
            after=before.version,
        ):
            reactions.REACTIONS[event.name](event)

    (month,) = service.board(community=COMMUNITY, now=NOW)
    assert (month.names, month.others) == ((), 1)
    assert service.list_honours(volunteer=people[0])


def test_a_new_agreement_to_be_named_changes_nothing_that_is_published(people: list[str]) -> None:
    house.published(people)
    told = events.Event(
        name="volunteer.chose_publication", source="C/V", seq=9, at=NOW, actor=people[0], role="volunteer",
        data={"publish_name": True}, deed={"community": COMMUNITY, "volunteer": people[0]},
    )  # fmt: skip
    reactions.forget_name(told)

    (month,) = service.board(community=COMMUNITY, now=NOW)
    assert month.names == ("陈*兰",)


def test_eight_who_publish_at_once_publish_once(people: list[str]) -> None:
    done = house.publicised(people)
    assert done.publicity_ends_at
    gate = threading.Barrier(8)

    def publish(n: int) -> domain.Round:
        gate.wait()
        actor = (LI, WANG, SYSTEM)[n % 3]
        return service.publish_round(
            actor=actor, community=COMMUNITY, month=MONTH, version=done.version, now=NOW + timedelta(days=9)
        )

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(publish, range(8)))
    assert {each.version for each in found} == {done.version + 1}
    assert [line["type"] for line in found[0].history].count("award.published") == 1


def test_each_function_may_do_its_part_and_no_more(people: list[str]) -> None:
    with policies.acting("staff"):
        done = house.publicised(people)
        view()
        service.list_months(actor=LI, community=COMMUNITY, now=NOW)
    assert done.publicity_ends_at
    with policies.acting("tick"):
        assert service.settle_rounds(now=done.publicity_ends_at) == 1
    with policies.acting("resident"):
        assert service.board(community=COMMUNITY, now=NOW)
    with policies.acting("volunteer"):
        own(people[0])
        assert service.list_honours(volunteer=people[0])
    with policies.acting("react"):
        house.serve(people[3], 3)
        service.forget_name(community=COMMUNITY, volunteer=people[0], now=NOW)
    assert service.board(community=COMMUNITY, now=NOW)[0].names == ()


def test_three_full_rounds_before_give_the_priors_and_the_round_keeps_them(people: list[str]) -> None:
    for back in (3, 2, 1):
        told_month = MONTH.plus(-back)
        for n in range(20):
            tell(
                record_event(
                    record=f"{told_month}-{n}", volunteer=people[n % 12], stars=4, attended=n > 0,
                    served_on=f"{told_month}-05", at=told_month.start + timedelta(days=6),
                )
            )  # fmt: skip
        service.open_round(actor=LI, community=COMMUNITY, month=told_month, now=NOW)

    before = view()
    assert before.scoring.attendance.prior == Fraction(57, 60)
    assert before.scoring.quality.prior == Fraction(17, 20)  # 19 ratings a month are too few: the rules' own prior
    mine = own(people[0]).scored.score
    service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)
    assert view().scoring == before.scoring
    assert view().standings == before.standings
    assert own(people[0]).scored.score == mine == before.standings[0].candidate.scored.score
