"""Codes that are no longer for what stands there: shown again for another end, expired on arrival, too many at once."""

from tests.scenarios.dockwork import at_the_end, calls, card_says, end_code, modal, thread_says, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.leaks import shows
from tests.support import World


@fault(
    "People",
    "an End OTC pressed for again after the FE was gone and came back",
    keeps=(2, 4, 6),
    person="is back; this handover goes on",
)
async def test_the_code_of_a_former_end(dock: World) -> None:
    visit = at_the_end(dock, 4)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        await end_code(dock, dock.operator, visit, 4)
        first = visit.end_code
        assert first is not None
        visit.hide(10)
        await thread_says(dock, card, "is back; this handover goes on")
        await dock.slack.slash(dock.second, dock.channel, "/end-otc", "")
        view = await modal(dock, dock.second, "Parcels counted by hand")
        assert not shows(view.text_all(), first), "the code of a former end was shown without a count"
    assert dock.rows("select counted, end_otc_by from handover") == [(None, None)]


@fault("People", "a Start OTC whose expiry is over when it comes", keeps=(2, 4, 6), person="It may have expired")
async def test_a_code_that_seems_expired(dock: World) -> None:
    dock.flipkart.switches.code_seconds = 0
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_says(dock, visit, "Waiting")
        for user in (dock.operator, dock.second):
            await dock.slack.slash(user, dock.channel, "/start-otc", "")
            await told(dock, user, "It may have expired")
        await dock.slack.press(dock.second, card, "start_otc")
        await modal(dock, dock.second, "It may have expired")
    assert calls(dock, "start_otc") == 1, "each press made another code"


@fault("People", "a Start OTC for 31 FEs at once", keeps=(1, 2, 4, 6), person="21 more wait")
async def test_more_who_wait_than_an_answer_holds(dock: World) -> None:
    visits = [dock.flipkart.arrive("LOC1", f"Ram {n}", fe_id=f"fe{n}x") for n in range(31)]
    async with dock.bot():
        await dock.until(lambda: dock.rows("select count(*) from handover") == [(31,)])
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        answer = await told(dock, dock.operator, "21 more wait")
        shown = [visit for visit in visits if shows(answer.text_all(), str(visit.start_code))]
        assert len(shown) == 10
        given = "select h.fe_id from audit a join handover h on h.id = a.handover_id where a.what = 'start_otc'"
        assert sorted(dock.rows(given)) == sorted((visit.fe_id,) for visit in shown)
        other = next(visit for visit in visits if visit not in shown)
        assert f"`{other.fe_id}`" in answer.text_all(), "nobody knows what to type for the others"
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", other.fe_id)
        await told(dock, dock.operator, str(other.start_code))
