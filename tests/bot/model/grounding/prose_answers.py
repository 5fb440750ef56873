"""Fifty answers as models write them, true of the sample company as Nora sees it, each with an error planted in it."""

from __future__ import annotations

from typing import Any

Calls = tuple[tuple[str, dict[str, Any]], ...]
HOT: Calls = (("list_leads", {"band": "hot"}),)
WARM: Calls = (("list_leads", {"band": "warm"}),)
STALE: Calls = (("list_leads", {"untouched_days": 20}),)
DEALS: Calls = (("list_opportunities", {}),)
LATE: Calls = (("list_opportunities", {"overdue": True}),)
WON: Calls = (("list_opportunities", {"state": "won"}),)
STAGES: Calls = (("summarize_pipeline", {"group_by": "stage"}),)
ACCOUNTS: Calls = (("summarize_pipeline", {"group_by": "account"}),)
FORECAST: Calls = (("forecast", {}),)
PRODUCTS: Calls = (("deal_stats", {"measure": "won_amount", "period": "this year", "group_by": "product"}),)
RATE: Calls = (("deal_stats", {"measure": "win_rate", "owner": "me", "period": "this year"}),)
CYCLE: Calls = (("deal_stats", {"measure": "cycle_days", "period": "this year"}),)
AGAINST: Calls = (
    ("deal_stats", {"measure": "won_amount", "period": "this quarter", "compare_period": "last quarter"}),
)
SOURCES: Calls = (("lead_stats", {"group_by": "source", "period": "this year"}),)
DUE: Calls = (("list_follow_ups", {"when": "all"}),)
JANE: Calls = (("show_record", {"name": "Jane Doe"}),)
RICH: Calls = (("show_record", {"name": "Rich Osborne"}),)
WHY: Calls = (("explain_score", {"name": "Jane Doe"}),)
TOUCHES: Calls = (("show_activity", {"name": "Jane Doe"}),)
CHANGES: Calls = (("whats_changed", {"since": "last 30 days"}),)

ANSWERS: tuple[tuple[Calls, str, str], ...] = (
    # what was called, what is true, the same with an error
    (HOT, "You have 4 hot leads.", "You have 5 hot leads."),
    (HOT, "Four leads are hot right now.", "Six leads are hot right now."),
    (HOT, "Rich Osborne leads with a score of 91.", "Rich Osborne leads with a score of 94."),
    (
        HOT,
        "Rich Osborne is at 91, Jane Doe at 87 and Katrin Müller at 84.",
        "Rich Osborne is at 87, Jane Doe at 91 and Katrin Müller at 84.",
    ),
    (HOT, "Jane Doe at Initech rose by 7 points.", "Jane Doe at Initech rose by 17 points."),
    (HOT, "Glenn Close has not been touched for 15 days.", "Glenn Close has not been touched for 25 days."),
    (HOT, "The best one is Rich Osborne of Pinnacle Bank.", "The best one is Richard Osmond of Pinnacle Bank."),
    (HOT, "Of these, Jane Doe is still Contacted.", "Of these, Jane Doe is already Qualified."),
    (HOT, "Start with Rich Osborne, then Jane Doe.", "Start with Rich Osborne, then Sunday Okafor."),
    (WARM, "Six leads are warm, Sunday Okafor first with 76.", "Six leads are warm, Sunday Okafor first with 71."),
    (WARM, "May Lin and Sunday Okafor both gained 13 points.", "May Lin and Sunday Okafor both gained 31 points."),
    (WARM, "Jin Won has been quiet for 20 days.", "Jin Won has been quiet for 13 days."),
    (WARM, "Ingrid Solberg at Fjord Power is one day old.", "Ingrid Solberg at Fjord Power is nine days old."),
    (STALE, "Nine leads have waited for 20 days or more.", "Twelve leads have waited for 20 days or more."),
    (STALE, "Peter Novak has waited longest, 153 days.", "Peter Novak has waited longest, 105 days."),
    (STALE, "Tom Fletcher and Hope Adeyemi were never called.", "Tom Fletcher and Faith Adeyemi were never called."),
    (DEALS, "Your nine open deals are worth $256,500.", "Your nine open deals are worth $265,500."),
    (DEALS, "The largest is Acme Industries at $120k.", "The largest is Acme Industries at $210k."),
    (
        DEALS,
        "Initech closes on 15 December and Open Systems on 30 December.",
        "Initech closes on 18 December and Open Systems on 30 December.",
    ),
    (DEALS, "Atlantica Foods closes this Friday, 20 Nov.", "Atlantica Foods closes this Friday, 27 Nov."),
    (DEALS, "Initech - Fleet renewal is in Negotiation.", "Initech - Fleet renewal is in Prospecting."),
    (DEALS, "All in all it comes to about 257k.", "All in all it comes to about 275k."),
    (LATE, "Two deals are past their close date.", "Three deals are past their close date."),
    (LATE, "Kitsune Games was to close on 30 October.", "Kitsune Games was to close on 13 October."),
    (LATE, "Together they are worth $15,500.", "Together they are worth $16,500."),
    (WON, "You won five deals worth $101,500 in all.", "You won seven deals worth $101,500 in all."),
    (WON, "The largest was Acme Inc. with $60,000.", "The largest was Acme Inc. with $80,000."),
    (WON, "The last one was Open Systems on 9 October.", "The last one was Open Systems on 9 November."),
    (STAGES, "Needs Analysis holds one deal of $120,000.", "Needs Analysis holds one deal of $67,000."),
    (STAGES, "Negotiation has 2 deals worth $67,000.", "Negotiation has 3 deals worth $67,000."),
    (STAGES, "Weighted, the pipeline comes to $111,200.", "Weighted, the pipeline comes to $112,000."),
    (STAGES, "Proposal stands at $21,500, weighted $10,750.", "Proposal stands at $21,500, weighted $17,050."),
    (ACCOUNTS, "Globex has two deals, $16,000 together.", "Globex has two deals, $30,000 together."),
    (ACCOUNTS, "Monday Labs is worth $9,500.", "Monday Labs is worth $22,000."),
    (FORECAST, "You closed $5,500 and have $67,000 in commit.", "You closed $5,500 and have $76,000 in commit."),
    (FORECAST, "Best case adds $21,500, pipeline $36,000.", "Best case adds $36,500, pipeline $36,000."),
    (FORECAST, "This quarter runs until 31 December.", "This quarter runs until 31 January."),
    (PRODUCTS, "Fleet renewal brought $60,000 of $83,500.", "Fleet renewal brought $18,000 of $83,500."),
    (PRODUCTS, "GTX Basic follows with $18,000.", "GTX Pro follows with $18,000."),
    (RATE, "Your win rate is 60%, 3 of 5.", "Your win rate is 65%, 3 of 5."),
    (CYCLE, "On average a sale took 137 days.", "On average a sale took 173 days."),
    (AGAINST, "You won $5,500 against $18,000, down 69%.", "You won $5,500 against $18,000, down 96%."),
    (SOURCES, "Two of 24 leads are converted, 8.3%.", "Four of 24 leads are converted, 8.3%."),
    (SOURCES, "Trade Show is best: 25% of 4 leads.", "Trade Show is best: 25% of 7 leads."),
    (DUE, "Seven follow-ups are open, two due today.", "Eight follow-ups are open, two due today."),
    (DUE, "Liam O’Brien is 8 days overdue.", "Liam O’Brien is 2 days overdue."),
    (
        JANE,
        "You last spoke to Jane on 17 Nov: “Asked for a quote by Friday”.",
        "You last spoke to Jane on 19 Nov: “Asked for a quote by Friday”.",
    ),
    (RICH, "Rich Osborne wants a “three year term”.", "Rich Osborne wants a “five year term”."),
    (WHY, "Jane Doe scores 87, with a 39% chance to convert.", "Jane Doe scores 87, with a 93% chance to convert."),
    (CHANGES, "One deal was lost and 8 leads are new.", "One deal was lost and 11 leads are new."),
)

LATER: tuple[tuple[Calls, str, str], ...] = (
    # fifty more, written when the checks were done
    (
        HOT,
        "Right now four leads are hot. Rich Osborne at Pinnacle Bank tops the list at 91, then Jane Doe at 87.",
        "Right now four leads are hot. Jane Doe at Pinnacle Bank tops the list at 91, then Rich Osborne at 87.",
    ),
    (HOT, "Katrin Müller and Glenn Close score 84 and 82.", "Katrin Müller and Glenn Close score 84 and 88."),
    (
        HOT,
        "Three of them are Qualified: Rich Osborne, Katrin Müller and Glenn Close.",
        "Two of them are Qualified: Rich Osborne and Jane Doe.",
    ),
    (
        HOT,
        "Glenn Close slipped by 1 point and was last touched 15 days ago.",
        "Glenn Close slipped by 4 points and was last touched 15 days ago.",
    ),
    (HOT, "Jane came from the Web, Rich from a Customer Referral.", "Jane came from the Web, Rich from a Trade Show."),
    (
        WARM,
        "Among your six warm leads, Sunday Okafor (Lagos Freight) is on top with 76.",
        "Among your six warm leads, Sunday Okafor (Harbor Foods) is on top with 78.",
    ),
    (WARM, "Jane Roe at Globex has a score of 64, down 2.", "Jane Roe at Globex has a score of 46, down 2."),
    (
        WARM,
        "Nothing has been logged yet for Mary-Jane Watts, who is 13 days old.",
        "Nothing has been logged yet for Mary-Jane Watts, who is 31 days old.",
    ),
    (WARM, "Ingrid Solberg is new: 69 points, 1 day old.", "Ingrid Solberg is new: 96 points, 1 day old."),
    (
        STALE,
        "Mark Delgado has been waiting for 105 days and Art Kowalski for 30.",
        "Mark Delgado has been waiting for 105 days and Art Kowalski for 41.",
    ),
    (STALE, "The coldest is Peter Novak with 25.", "The coldest is Peter Novak with 15."),
    (
        STALE,
        "Liam O'Brien of Celtic Outdoor was last touched 41 days ago.",
        "Liam O'Brien of Celtic Indoor was last touched 41 days ago.",
    ),
    (
        DEALS,
        "You have 9 open opportunities worth $256,500; the biggest, Acme Industries - Fleet renewal, is $120,000.",
        "You have 9 open opportunities worth $256,500; the biggest, Acme Industries - Fleet renewal, is $125,000.",
    ),
    (
        DEALS,
        "Acme Industries - Fleet renewal closes on 26 February 2027.",
        "Acme Industries - Fleet renewal closes on 26 February 2026.",
    ),
    (DEALS, "Kitsune Games has been untouched for 149 days.", "Kitsune Games has been untouched for 55 days."),
    (
        DEALS,
        "Two are in Negotiation: Initech - Fleet renewal and Atlantica Foods - GTX Basic.",
        "Two are in Negotiation: Initech - Fleet renewal and Globex - GTX Basic.",
    ),
    (DEALS, "Globex has two of them, $12,000 and $4,000.", "Globex has two of them, $12,000 and $8,000."),
    (
        LATE,
        "Monday Labs - GTX Basic ($9,500) should have closed on Friday, 13 November.",
        "Monday Labs - GTX Basic ($9,500) should have closed on Tuesday, 17 November.",
    ),
    (LATE, "The two overdue deals add up to $15,500.", "The two overdue deals add up to $25,500."),
    (
        WON,
        "Your biggest win was Acme Inc. - Fleet renewal for $60,000 on 20 March 2026.",
        "Your biggest win was Acme Inc. - Fleet renewal for $60,000 on 20 May 2026.",
    ),
    (WON, "Acme Industries brought $15,000 in May 2025.", "Acme Industries brought $15,000 in April 2025."),
    (WON, "In all you have won 5 deals for $101,500.", "In all you have won 6 deals for $101,500."),
    (
        STAGES,
        "Most of the money sits in Needs Analysis: $120,000, or $42,000 weighted.",
        "Most of the money sits in Needs Analysis: $120,000, or $50,250 weighted.",
    ),
    (
        STAGES,
        "Across the stages you have nine deals and $256,500.",
        "Across the stages you have eleven deals and $256,500.",
    ),
    (
        STAGES,
        "Prospecting is the smallest with two deals and $14,000.",
        "Prospecting is the smallest with two deals and $4,000.",
    ),
    (ACCOUNTS, "Initech is worth $45,000, or $33,750 weighted.", "Initech is worth $45,000, or $35,750 weighted."),
    (ACCOUNTS, "Open Systems comes third with $30,000.", "Open Systems comes third with $22,000."),
    (
        ACCOUNTS,
        "Acme Inc. and Kitsune Games are small, $8,000 and $6,000.",
        "Acme Inc. and Kitsune Games are small, $8,000 and $9,500.",
    ),
    (
        FORECAST,
        "For the quarter you have closed $5,500 so far, with $67k in commit and $21.5k in best case.",
        "For the quarter you have closed $5,500 so far, with $76k in commit and $21.5k in best case.",
    ),
    (FORECAST, "One deal of $35,000 is omitted.", "One deal of $53,000 is omitted."),
    (
        FORECAST,
        "Eight opportunities have a close date in the period.",
        "Nine opportunities have a close date in the period.",
    ),
    (PRODUCTS, "Support plan brought $5,500 from one deal.", "Support plan brought $5,500 from two deals."),
    (PRODUCTS, "This year you won $83,500 with three deals.", "This year you won $83,500 with five deals."),
    (RATE, "You win 60 percent of what you close.", "You win 40 percent of what you close."),
    (RATE, "Three of five closed deals were won.", "Four of five closed deals were won."),
    (CYCLE, "It takes you 137 days to win a deal.", "It takes you 37 days to win a deal."),
    (
        AGAINST,
        "That is $5,500 this quarter compared with $18,000 in the one before.",
        "That is $5,500 this quarter compared with $28,000 in the one before.",
    ),
    (AGAINST, "Won amount fell by 69.4%.", "Won amount fell by 64.9%."),
    (SOURCES, "Web brought 7 leads, of which 1 converted (14%).", "Web brought 7 leads, of which 2 converted (14%)."),
    (SOURCES, "Of 24 leads, 2 converted.", "Of 42 leads, 2 converted."),
    (
        DUE,
        "Rich Osborne is due tomorrow: “Send the three year terms”.",
        "Rich Osborne is due tomorrow: “Send the five year terms”.",
    ),
    (
        DUE,
        "Liam O'Brien and Monday Labs are overdue, by 8 and 2 days.",
        "Liam O'Brien and Monday Labs are overdue, by 8 and 5 days.",
    ),
    (
        DUE,
        "Globex is due on Friday, Katrin Müller on 24 November.",
        "Globex is due on Friday, Katrin Müller on 28 November.",
    ),
    (
        JANE,
        "Jane Doe is Head of Operations at Initech, scored 87 and hot.",
        "Jane Doe is Head of Finance at Initech, scored 87 and hot.",
    ),
    (
        JANE,
        "She was created on 19 October and has 180 employees behind her.",
        "She was created on 19 October and has 810 employees behind her.",
    ),
    (
        RICH,
        "Rich Osborne is Qualified and was last touched 2 days ago.",
        "Rich Osborne is Contacted and was last touched 2 days ago.",
    ),
    (
        WHY,
        "Her score went from 80 to 87, partly because of the touch on 17 November.",
        "Her score went from 70 to 87, partly because of the touch on 17 November.",
    ),
    (
        TOUCHES,
        "There are 3 activities; the last one was a call on 17 November.",
        "There are 5 activities; the last one was a call on 17 November.",
    ),
    (
        TOUCHES,
        "In that call Jane “Asked for a quote by Friday”.",
        "In that call Jane “Asked for a discount by Friday”.",
    ),
    (CHANGES, "Kitsune Games - GTX Pro was lost, $35,000.", "Kitsune Games - GTX Pro was won, $53,000."),
)
