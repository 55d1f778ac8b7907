import assert from "node:assert/strict";
import { groupId, userIds } from "../../../server/core/dockerfile/accounts/accountIds.ts";
import { accountsOf } from "../../../server/core/dockerfile/accounts/accounts.ts";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function lastStage(...lines: readonly string[]): Stage {
	return parseDockerfile(`${lines.join("\n")}\n`).stages.at(-1) as Stage;
}

/** `uid:gid`, a question mark for what is not known, a plus sign for further groups. */
function idsOf(stage: Stage, name: string): string | undefined {
	const ids = userIds(stage, name);
	return ids === undefined ? undefined : `${ids.uid.value}:${ids.gid?.value ?? "?"}${ids.furtherGroups ? "+" : ""}`;
}

/** What Debian 12 and BusyBox 1.35 made of the commands when they were run. */
const TRIED: readonly (readonly [base: string, command: string, name: string, ids: string | undefined])[] = [
	["debian:12", "useradd -u 1234 a", "a", "1234:1234"],
	["debian:12", "useradd -U --uid=1800 a", "a", "1800:1800"],
	["debian:12", "useradd u -u1702", "u", "1702:1702"],
	["debian:12", "useradd -N -u 1446 a", "a", "1446:?"],
	["debian:12", "groupadd -g 777 g1 && useradd -u 447 -g g1 a", "a", "447:777"],
	["debian:12", "useradd -m -u 1500 -g www-data a", "a", "1500:33"],
	["debian:12", "useradd -u 1501 a -G www-data", "a", "1501:1501+"],
	["debian:12", 'adduser --disabled-password --gecos "" --uid 1235 a', "a", "1235:1235+"],
	["debian:12", 'adduser -u 5678 --disabled-password --gecos "" a', "a", "5678:5678+"],
	["debian:12", "adduser --system --uid 555 a", "a", "555:65534"],
	["debian:12", "addgroup --gid 777 g && adduser --system --gid 777 --uid 558 a", "a", "558:777"],
	["debian:12", "groupadd -g 777 g && adduser --uid 1300 --ingroup g --disabled-password --gecos '' a", "a", "1300:777+"],
	["alpine:3.20", "adduser -D -u 1234 a", "a", "1234:1234"],
	["alpine:3.20", "adduser -S -u 444 a", "a", "444:65533"],
	["alpine:3.20", "addgroup -g 777 g && adduser -D -u 445 -G g a", "a", "445:777"],
	["alpine:3.20", "adduser --uid 1300 --disabled-password a", "a", "1300:1300"],
	["alpine:3.20", "addgroup --gid 3000 g && adduser --system --ingroup g --no-create-home --uid 3001 a", "a", "3001:3000"],
	["alpine:3.20", "adduser -D -u 1234 a && addgroup a audio", "a", "1234:1234+"],
];

describe("accounts", () => {
	for (const [base, command, name, ids] of TRIED) {
		it(`knows what ${command} gives on ${base}`, () => {
			assert.equal(idsOf(lastStage(`FROM ${base}`, `RUN ${command}`), name), ids);
		});
	}

	// Numbers that useradd was seen to take in spite of the uid: 1000 for 70000, 1001 for 500, 999 for a system user's 1801.
	for (const command of ["useradd -u 70000 a", "useradd -u 500 a", "useradd -r -u 1801 a", "groupadd g && useradd -u 1000 a"]) {
		it(`does not guess the group that ${command} makes`, () => {
			assert.match(idsOf(lastStage("FROM debian:12", `RUN ${command}`), "a") ?? "", /:\?$/);
		});
	}

	it("finds users and groups, whichever command word makes them", () => {
		const stage = lastStage(
			"FROM debian:12 AS base",
			"RUN groupadd one && sudo addgroup --system two; bash -c 'useradd three'",
			"FROM base",
			"RUN <<EOF",
			"adduser --group four",
			"adduser --system --group five",
			"EOF",
		);
		assert.deepEqual(
			accountsOf(stage).map(({ kind, name, program }) => [kind, name, program]),
			[
				["group", "one", "groupadd"],
				["group", "two", "addgroup"],
				["user", "three", "useradd"],
				["group", "four", "adduser"],
				["user", "five", "adduser"],
			],
		);
	});

	it("takes `adduser USER GROUP` for what it is", () => {
		const stage = lastStage("FROM debian:12", "RUN useradd a && adduser a audio && addgroup a video && adduser $NAME");
		assert.deepEqual(
			accountsOf(stage).map(({ name }) => name),
			["a"],
		);
	});

	it("reads arguments, and keeps how they are written", () => {
		const stage = lastStage(
			"FROM debian:12",
			"ARG ID=1000",
			"ENV NAME=app",
			"RUN groupadd -g $ID $NAME && useradd --uid=${ID} -g $NAME $NAME",
		);
		const ids = userIds(stage, "app");
		assert.deepEqual(
			[ids?.uid, ids?.gid],
			[
				{ value: "1000", text: "${ID}" },
				{ value: "1000", text: "${ID}" },
			],
		);
	});

	it("does not look a variable up that the script assigns", () => {
		const stage = lastStage("FROM debian:12", "ARG ID=1000", "RUN ID=2000; useradd -u $ID app");
		assert.equal(userIds(stage, "app"), undefined);
	});

	it("knows nothing of a user that is changed later, or made twice", () => {
		assert.equal(userIds(lastStage("FROM debian:12", "RUN useradd -u 1000 a", "RUN usermod -u 1001 a"), "a"), undefined);
		assert.equal(userIds(lastStage("FROM debian:12", "RUN useradd -u 1 a || useradd -u 2 a"), "a"), undefined);
		assert.equal(idsOf(lastStage("FROM debian:12", "RUN useradd -u 1000 a", "RUN usermod -s /bin/sh a"), "a"), "1000:1000");
	});

	it("says whether the command runs in every build", () => {
		const certain = (command: string) => accountsOf(lastStage("FROM debian:12", `RUN ${command}`)).map((account) => account.certain);
		assert.deepEqual(certain("true && useradd a; groupadd b"), [true, true]);
		for (const command of [
			"id a || useradd a",
			"useradd a || true",
			"if x; then useradd a; fi",
			"[ -z $A ] && useradd a",
			"f() { useradd a; }",
		])
			assert.deepEqual(certain(command), [false], command);
	});

	it("knows the users of base images and distributions", () => {
		assert.equal(idsOf(lastStage("FROM node:22"), "node"), "1000:1000");
		assert.equal(idsOf(lastStage("FROM arm64v8/node:22 AS a", "FROM a"), "node"), "1000:1000");
		assert.equal(idsOf(lastStage("FROM php:8-alpine"), "www-data"), "82:82");
		assert.equal(userIds(lastStage("FROM acme/base"), "node"), undefined);
		assert.equal(groupId(lastStage("FROM alpine"), "nogroup")?.value, "65533");
	});
});
