import assert from "node:assert/strict";
import { fuzzProblem } from "../../support/fuzzCheck.ts";

/** Texts that a rule or a repair once went wrong on, made as short as they can be. */
const TEXTS = [
	// A repair set an instruction free that takes no comment.
	"FROM d\nRUN a\\\nSTOPSIGNAL S #",
	"FROM d\nONBUILD EXPOSE \\\nONBUILD X",
	'FROM n\nEXPOSE ""\\\nONBUILD ADD }',
	// A script that is a heredoc without its quotes.
	"FROM debian:2\nRUN su p -c '<<i'",
	// What is data in MAINTAINER is none in LABEL.
	"FROM 3\nMAINTAINER b\u00a0",
	// Two options next to each other were removed with the same blank.
	"FROM \nRUN bundle install --without e --path e",
	// A name over two lines.
	"FROM debia\\\n2 AS e",
	// More than one line behind a comment is none of the instruction.
	"FROM l\nRUN \\\n\\ #\nz\n curl",
	"FROM b\nRUN s\\\nCOPY a a dist-clean",
	// A repair made a directive of a comment.
	"#escape=`\nARG V\n#escape=`\nFROM m",
	"#escape=`\nRUN \n#escape=^\n#escape=^\nFROM d",
	// A key with one quote of a pair.
	'FROM c\nLABEL u\'="" z',
	// A frontend that nobody had asked for so far lacks what the file uses.
	"FROM o\n#syntax=docker/dockerfile:1.4\nENV B=${A%.*}",
	// A stage was to take from itself.
	"FROM 2 AS builder\nCOPY --from=bulder a /",
	// Without the command in front of them, words became flags.
	"FROM debian:2\nRUN cd /o&&--link",
	'FROM debian:2\nRUN cd /o && ["a"]',
	// Without the option in front of it, `<<` began a heredoc.
	"FROM r\nRUN g&\\\nbundle\\\n --without=:<<E",
	"FROM e\nRUN useradd<<e p",
	"FROM n\nRUN \\\n\\ #\n<<E",
	"FROM 0\nRUN &\\\nRUN --mount=type=cache,target= ['']",
	// What was to follow a substitution without its end went into the line that ends the heredoc.
	"FROM e\nRUN <<EOF\n${ dnf upgrade\nEOF",
];

describe("texts that fuzzing found", () => {
	for (const text of TEXTS) it(JSON.stringify(text), () => assert.equal(fuzzProblem(text, { lintFixed: true, fixAll: true }), undefined));
});
