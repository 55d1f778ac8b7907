import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { NO_WORKSPACE, type WorkspaceFacts } from "../../../server/core/rules/workspaceFacts.ts";

const rules = new Map([["copy-whole-context", "warning"]] as const);

function found(text: string, workspace: Partial<WorkspaceFacts>): readonly string[] {
	return lint(text, { rules, workspace: { ...NO_WORKSPACE, ...workspace } }).findings.map(
		({ severity, message }) => `${severity}: ${message}`,
	);
}

describe("copy-whole-context", () => {
	const one = "FROM node:22\nCOPY . /app\n";
	const absent = { kind: "absent" } as const;
	const present = (text: string) => ({ kind: "present", text }) as const;

	it("warns where there is no ignore file", () => {
		assert.deepEqual(found(one, { dockerignore: absent }), ["warning: COPY . takes the whole build context"]);
	});

	it("names what is known to come along", () => {
		assert.deepEqual(found(one, { dockerignore: absent, contextEntries: [".git", ".env", "src"] }), [
			"warning: COPY . takes the whole build context, .git and .env included",
		]);
		assert.deepEqual(found(one, { dockerignore: present(".git\n"), contextEntries: [".git", ".env", "src"] }), [
			"warning: COPY . takes the whole build context, .env included",
		]);
	});

	it("hints where neither history nor settings come along", () => {
		assert.deepEqual(found(one, { dockerignore: present("**/.git\n.env*\n") }), ["hint: COPY . takes the whole build context"]);
		assert.deepEqual(found(one, { dockerignore: absent, contextEntries: ["src", "package.json"] }), [
			"hint: COPY . takes the whole build context",
		]);
	});

	it("cares less about a builder of which parts are taken, and as much about one that is taken whole", () => {
		const builder = (rest: string): string => `FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nFROM scratch\n${rest}`;
		assert.match(found(builder("COPY --from=build /src/out/app /app\n"), { dockerignore: absent })[0] ?? "", /^info/);
		assert.match(found(builder("COPY --from=build /src /app\n"), { dockerignore: absent })[0] ?? "", /^warning/);
		assert.match(found(builder("COPY --from=0 /src/* /app/\n"), { dockerignore: absent })[0] ?? "", /^warning/);
		assert.match(found(builder('COPY --from=BUILD ["/", "/"]\n'), { dockerignore: absent })[0] ?? "", /^warning/);
		assert.match(found(`${builder("")}COPY x /\n`, { dockerignore: absent })[0] ?? "", /^hint/);
	});

	it("says nothing when nobody looked", () => {
		assert.deepEqual(found(one, { contextEntries: [".git"] }), []);
	});
});
