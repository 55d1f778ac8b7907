import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { applyEdits } from "../../../server/core/text.ts";

/** Put together here, so that no scanner takes this file for a leak. */
const TOKEN = ["gl", "pat-", "kQ7wZt3BnX9rLf2VhMd5"].join("");
const RULES = new Map([
	["secret-in-arg-or-env", "error" as const],
	["secret-literal-in-file", "error" as const],
]);

function findingsIn(text: string) {
	return lint(text, { rules: RULES }).findings;
}

describe("a token in a Dockerfile", () => {
	const places: Readonly<Record<string, { readonly text: string; readonly fixed?: string }>> = {
		ENV: { text: `FROM a\nENV GITLAB_TOKEN=${TOKEN} B=1\n`, fixed: "FROM a\nENV B=1\n" },
		"ENV under a harmless name": { text: `FROM a\nENV B=1 X="${TOKEN}"\n`, fixed: "FROM a\nENV B=1\n" },
		"ENV that is used": { text: `FROM a\nENV T=${TOKEN}\nRUN fetch $T\n` },
		ARG: { text: `FROM a\nARG T=${TOKEN}\nRUN fetch $T\n`, fixed: "FROM a\nARG T\nRUN fetch $T\n" },
		LABEL: { text: `FROM a\nLABEL b=c t=${TOKEN}\n`, fixed: "FROM a\nLABEL b=c\n" },
		comment: { text: `FROM a\n# ${TOKEN}\n` },
		RUN: {
			text: `# syntax=docker/dockerfile:1\nFROM a\nRUN fetch --with=${TOKEN}\n`,
			fixed:
				'# syntax=docker/dockerfile:1\nFROM a\nRUN --mount=type=secret,id=gitlab-token,env=GITLAB_TOKEN fetch --with="$GITLAB_TOKEN"\n',
		},
		"an address": { text: `FROM a\nRUN git clone https://oauth2:${TOKEN}@gitlab.com/a/b\n` },
		header: { text: `FROM a\nRUN curl -H "PRIVATE-TOKEN: ${TOKEN}" https://gitlab.com/api\n` },
		heredoc: { text: `FROM a\nCOPY <<E /x\ntoken = "${TOKEN}"\nE\n` },
		"exec form": { text: `FROM a\nCMD ["fetch", "${TOKEN}"]\n` },
		trigger: { text: `FROM a\nONBUILD RUN fetch ${TOKEN}\n` },
	};
	for (const [place, { text, fixed }] of Object.entries(places)) {
		it(`is found once: ${place}`, () => {
			const [finding, ...more] = findingsIn(text);
			assert.equal(finding?.rule, "secret-literal-in-file");
			assert.deepEqual(
				more.map(({ rule }) => rule),
				[],
			);
			assert.equal(text.slice(finding.span.start, finding.span.end), TOKEN);
		});
		it(`is never repeated: ${place}`, () => {
			for (const finding of findingsIn(text)) {
				const shown = [
					finding.message,
					...finding.related.map(({ message }) => message),
					...finding.fixes().flatMap((fix) => [fix.title, fix.note ?? ""]),
				];
				assert.ok(!shown.some((line) => line.includes(TOKEN.slice(0, 5))));
			}
		});
		if (fixed === undefined) continue;
		it(`can be taken out: ${place}`, () => {
			const fix = findingsIn(text)[0]?.fixes()[0];
			assert.ok(fix !== undefined && fix.safety === "review");
			assert.equal(applyEdits(text, fix.edits), fixed);
		});
	}
});

describe("a token that does not stand in the file as it is", () => {
	const [start, rest] = [TOKEN.slice(0, 4), TOKEN.slice(4)];
	const values: Readonly<Record<string, string>> = {
		"over two lines": `ENV X=${start}\\\n${rest}`,
		"with an escape": `ENV X=${start}\\${rest}`,
		"with an escape, in quotes": `ENV X="${start}\\\n${rest}"`,
		"partly in quotes": `ENV X=${start}"${rest}"`,
		"put together from variables": `ARG A=${rest}\nENV X=${start}$A`,
	};
	for (const [how, text] of Object.entries(values)) {
		it(`is found: ${how}`, () => {
			assert.deepEqual(
				findingsIn(`FROM a\n${text}\n`).map(({ rule }) => rule),
				["secret-in-arg-or-env"],
			);
		});
	}
});
