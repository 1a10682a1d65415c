"""Every code a problem can have, and what it stands for. Errors begin with E, doubts with W."""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    # The text
    "E101": "a character that is no sign of the language",
    "E102": "a text in quotes that is never closed",
    "E103": "a brace that is never closed",
    "E104": "a closing brace that closes nothing",
    "E105": "a round bracket that is never closed",
    "E106": "brackets nested too deep, or too many operators in one statement",
    "E110": "a word that does not fit where it stands",
    "E111": "`and` and `or` mixed without brackets",
    "E112": "something behind a `where` that would leave open how far the `where` reaches",
    "E113": "a statement that begins with no word of the language",
    "E114": "a word of the language that this version does not read",
    # Names
    "E201": "a name that nothing has",
    "E202": "a name that two things have",
    "E203": "an event that is not declared",
    "E204": "a property that its event does not have",
    "E205": "a definition that is made of itself",
    "E206": "a name that is a word of the language",
    "E207": "a name or a question that has no place here",
    # Types
    "E301": "two things of different kinds compared or added up",
    "E302": "a value where a condition is expected",
    "E303": "a condition where a value is expected, or a test of a text on something else",
    "E304": "a number that must be known before any lead is read, and is not",
    "E305": "a value of the wrong kind",
    "E306": "a value that its field cannot have",
    "E307": "a text without quotes",
    # Numbers, texts and times
    "E401": "a pattern behind `matches` that cannot be read",
    "E402": "a number out of its range",
    "E403": "a lower bound above the upper one",
    "E404": "a param outside its own range",
    "E405": "a division by zero",
    "E406": "a text to look for that is empty",
    "E407": "an unknown time zone",
    "E408": "a date or time of day that does not exist",
    # Scores and tiers
    "E501": "something that has to be there and is missing",
    "E502": "a block that may stand once, given twice",
    "E503": "`otherwise` that is missing behind the tiers, or is not the last tier or row",
    "E504": "a tier that no lead can be in, because one above it asks for less",
    "E505": "a formula that is no sum of weighted names",
    "E506": "a value that two rows of a table hold",
    "E508": "two clauses of one criterion that say the same kind of thing",
    "E521": "a decay by age whose rows are out of order",
    "E540": "a criterion that is asked about and does not exist",
    "E541": "a name that criteria of several scores have, where one of them is asked about",
    # Values from outside
    "E570": "a value from outside for a param that is not declared, or has one already",
    # Tests
    "E580": "a test that expects nothing",
    "E581": "a line of a test that is earlier than the line above it",
    "E582": "an expectation that asks nothing of the lead",
    "E583": "a row of cases that does not fill the columns",
    "E584": "a column of cases that is none",
    "W680": "a line of a test behind its last expectation",
    # Rule sets made of several files
    "E572": "a file that is named in the rules and cannot be read",
    "E573": "a file that is made of itself",
    "E574": "a path that leads out of the folder, or is none",
    "E575": "a change of something that the extended rule set does not have",
    "E576": "a change of a name that several things have",
    "E577": "a change of something that was changed already, or cannot be changed",
    # Laws and gates
    "E578": "a line of a gate about a figure that no trial measures",
    "E579": "a law about criteria that cannot be held against each other",
    "E550": "a grade of something that is no score, or cells of something that is no grade",
    "E551": "a label that two grades or two cells have",
    "E552": "a grade that no lead can have, because one above it asks for less",
    "E553": "`at least` or `at most` about something that is no grade",
    # Doubts
    "W601": "a comparison with a score that every lead passes, or none",
    "W602": "a limit below the points of one occurrence",
    "W603": "a name with letters of two alphabets",
    "W605": "a criterion worth no points",
    "W607": "values for which a table has no row",
    "W611": "a row that no lead gets to, because one above it asks for less",
    "W612": "a decay that leaves the points of its criterion as they are",
    "W660": "a reset to a value that its score cannot have",
    "W661": "a reset of a score that nothing that happened counts for",
    "W662": "a multiplier that changes nothing",
    "W650": "a grade that no lead can have, because the score does not reach so far",
    # Simulated markets
    "E701": "shares of one whole that do not add up to 100%",
    "E702": "a stage that lacks something every stage needs",
    "E703": "stages that lead back to each other",
    "E704": "a stage that is not declared",
    "E705": "ways out of a stage that do not say which gets what",
    "E706": "a stage that no way leads to",
    "W701": "a field of a market that no persona has",
    # A rule set in a market
    "E801": "a field or property that is of another kind in the market than in the rules",
    "W801": "a field or property the rules ask for and the market does not have",
    "W802": "an event the rules ask for and the market does not have",
    "W803": "a value of the market that the rules do not declare",
}
