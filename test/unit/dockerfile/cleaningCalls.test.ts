import assert from "node:assert/strict";
import { cleaningCall } from "../../../server/core/dockerfile/layers/cleaningCalls.ts";
import { packageCallsOf } from "../../../server/core/dockerfile/packages/packageCalls.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

/** Whether it is certain that the last call of a RUN can be followed by another one of the same program. */
function isCertain(run: string): boolean | undefined {
	const step = parseDockerfile(`FROM node:22\nRUN ${run}\n`).stages[0]?.steps[0];
	const call = step === undefined ? undefined : packageCallsOf(step).at(-1);
	return step === undefined || call === undefined ? undefined : cleaningCall(step, call, "cache clean")?.certain;
}

describe("calls that clean up", () => {
	it("are certain where the same program was called before", () => {
		assert.equal(isCertain("npm ci"), true);
		assert.equal(isCertain("npm install -g npm-check npm_x yarn"), true);
		assert.equal(isCertain("npm install -g npm && npm ci"), true);
	});

	it("are not where the call installed another version of the program", () => {
		assert.equal(isCertain("npm install -g npm@latest"), false);
		assert.equal(isCertain('npm install -g n "npm@$VERSION"'), false);
		assert.equal(isCertain("yarn global add yarn && true"), false);
	});
});
