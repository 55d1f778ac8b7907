import assert from "node:assert/strict";
import { scan } from "../../../server/core/dockerfile/model/scan.ts";
import type { LintFinding } from "../../../server/core/finding.ts";
import { compatibleFixes } from "../../../server/core/lint/fix.ts";
import { lint } from "../../../server/core/lint/lint.ts";
import { RULES } from "../../../server/core/rules/registry.ts";
import { applyEdits } from "../../../server/core/text.ts";

interface List {
	readonly above?: string;
	readonly keyword: string;
	readonly words: readonly string[];
	readonly last?: string;
	readonly below?: string;
}

/** Instructions all of whose words one rule or several would take away, each on its own. */
const LISTS: readonly List[] = [
	{ keyword: "COPY", words: ["store.p12", "app.jks", "id_rsa"], last: "/s/" },
	{ keyword: "COPY", words: ['"store.p12"', '"app.jks"'], last: '"/s/"' },
	{ keyword: "ADD", words: ["a/id_rsa", "b.p12"], last: "/s/" },
	{ keyword: "COPY", words: ["a/id_rsa", "b.p12"], last: "/s/", below: "RUN make\nRUN rm /s/id_rsa /s/b.p12\n" },
	{ keyword: "COPY", words: [".npmrc", ".env"], last: "/s/", below: "WORKDIR /s\nRUN npm ci\n" },
	{ keyword: "COPY", words: ["a.vex.json", "b.vex.json"], last: "/s/" },
	{ keyword: "ENV", words: ["A_PASSWORD=dsfkjh3hs8", "SECRET_KEY=sdkfh7sdhf78", "B_TOKEN=sdf8h3kjs3"] },
	{ keyword: "ENV", words: ["NODE_TLS_REJECT_UNAUTHORIZED=0", "PYTHONHTTPSVERIFY=0"] },
	{ keyword: "ENV", words: ["GONOSUMDB=*", "GOFLAGS=-insecure", "GOSUMDB=off"], below: "RUN go build\n" },
	{ keyword: "ENV", words: ["DEBIAN_FRONTEND=noninteractive", "DOCKER_HOST=unix:///var/run/docker.sock"] },
	{ keyword: "LABEL", words: ["a=", "b=", "c="] },
	{ keyword: "LABEL", words: ["a.b=1", "a.b=2", "a.b=3"] },
	{ keyword: "LABEL", words: ["password=dsjfh7s8df", "token=sdf8h3kjs3"] },
	{ keyword: "ARG", words: ["A=1", "B=2", "C"] },
	{ keyword: "ARG", words: ["DB_PASSWORD=sdfkjh34", "NPM_TOKEN"] },
	{ keyword: "RUN apt-get install -y", words: ["sudo", "openssh-server", "vim"], last: "&& apt-get clean" },
	{ keyword: "RUN dnf install -y", words: ["vim", "sudo"], last: "&& dnf clean all", above: "FROM fedora:41\n" },
	{ keyword: "RUN dnf install -y", words: ["sudo", "nano", "openssh-server"], above: "FROM fedora:41\n" },
	{ keyword: "EXPOSE", words: ["22", "22/tcp", "2375"], above: "FROM debian:12\nRUN apt-get install -y openssh-server vim\n" },
	{ keyword: "VOLUME", words: ["/var/run/docker.sock", "/etc", "/"] },
	{ keyword: "RUN", words: ["--network=host", "--security=insecure", "--device=a"], last: "make" },
];

const rules = new Map(RULES.map((rule) => [rule.id, rule.severity] as const));
const correctness = new Set(RULES.flatMap((rule) => (rule.category === "correctness" && rule.severity === "error" ? [rule.id] : [])));

function findingsOf(text: string): readonly LintFinding[] {
	return lint(text, { rules, today: "2026-11-21" }).findings;
}

/** What keeps a file from being built; installing nothing does for some package managers. */
function faultsOf(text: string): readonly string[] {
	const wrong = findingsOf(text).filter(({ rule }) => correctness.has(rule));
	const nothing = /install -y\s*(?:\\\n\s*|#.*\n\s*)*(?:&&|$)/.test(text) ? ["installs nothing"] : [];
	return [...scan(text).errors.map(({ message }) => message), ...wrong.map(({ message }) => message), ...nothing];
}

describe("repairs of neighbours in a list leave an instruction that can be built", () => {
	for (const { above = "FROM debian:12\n", keyword, words, last, below = "CMD a\n" } of LISTS) {
		for (const separator of [" ", " \\\n  ", " \\\n  # c\n  "]) {
			for (let count = 2; count <= words.length; count++) {
				const all = [keyword, ...words.slice(0, count), ...(last === undefined ? [] : [last])];
				const text = `${above}${all.join(separator)}\n${below}`;
				it(JSON.stringify(text), () => {
					const findings = findingsOf(text);
					const before = faultsOf(text);
					const perRule = [...new Set(findings.map(({ rule }) => rule))].map((id) => findings.filter(({ rule }) => rule === id));
					for (const group of [findings, ...perRule]) {
						const chosen = compatibleFixes(group, ["safe", "review"]);
						const fixed = applyEdits(
							text,
							chosen.flatMap(({ fix }) => fix.edits),
						);
						assert.deepEqual(
							faultsOf(fixed).filter((fault) => !before.includes(fault)),
							[],
							fixed,
						);
					}
				});
			}
		}
	}
});
