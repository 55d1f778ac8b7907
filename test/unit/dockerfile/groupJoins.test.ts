import assert from "node:assert/strict";
import { groupJoinsOf } from "../../../server/core/dockerfile/accounts/groupJoins.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function joins(run: string, base = "debian:12"): readonly string[] {
	const text = `FROM ${base}\nARG G=video\nRUN ${run}\n`;
	const file = parseDockerfile(text);
	return file.stages.flatMap(groupJoinsOf).map((join) => `${join.user}:${join.group}@${text.slice(join.span.start, join.span.end)}`);
}

describe("users that are put into further groups", () => {
	it("by shadow's programs", () => {
		assert.deepEqual(joins("useradd -G a,b x && usermod -aG c x && usermod --append --groups=d,e x && gpasswd -a x f"), [
			"x:a@a",
			"x:b@b",
			"x:c@c",
			"x:d@d",
			"x:e@e",
			"x:f@f",
		]);
	});

	it("by adduser and addgroup, which create accounts otherwise", () => {
		assert.deepEqual(joins("adduser x a && addgroup x b && adduser x && addgroup c && adduser --ingroup d y"), ["x:a@a", "x:b@b"]);
		assert.deepEqual(joins("addgroup x b && adduser -D -G c x", "alpine"), ["x:b@b"]);
	});

	it("by variable, and not where nobody knows the name", () => {
		assert.deepEqual(joins("usermod -aG $G x && usermod -aG $H x && gpasswd -d x a && usermod -s /bin/sh x"), ["x:video@$G"]);
	});
});
