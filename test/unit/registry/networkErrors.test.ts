import assert from "node:assert/strict";
import { networkError } from "../../../server/tools/registry/networkErrors.ts";

const URL_ASKED = new URL("https://user.example:8443/v2/x?signature=hidden");

function failed(code: string | undefined, message = "Authorization: hidden"): Error {
	return new TypeError("fetch failed", { cause: Object.assign(new Error(message), code === undefined ? {} : { code }) });
}

describe("errors of the network", () => {
	it("have their own words for each reason, and a remedy", () => {
		const messages = new Map<string, string>();
		for (const [code, reason] of [
			["ENOTFOUND", "unresolved"],
			["EAI_AGAIN", "unresolved"],
			["ECONNREFUSED", "refused"],
			["ENETUNREACH", "noRoute"],
			["ECONNRESET", "reset"],
			["UND_ERR_SOCKET", "reset"],
			["UND_ERR_ABORTED", "proxy"],
			["ERR_SSL_WRONG_VERSION_NUMBER", "notTls"],
			["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tlsFailed"],
			["SELF_SIGNED_CERT_IN_CHAIN", "unknownAuthority"],
			["DEPTH_ZERO_SELF_SIGNED_CERT", "unknownAuthority"],
			["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unknownAuthority"],
			["ERR_TLS_CERT_ALTNAME_INVALID", "otherHostName"],
			["CERT_HAS_EXPIRED", "certificateDates"],
			["UND_ERR_CONNECT_TIMEOUT", "slow"],
			["SOMETHING_NEW", "other"],
			[undefined, "other"],
		] as const) {
			const error = networkError(failed(code), URL_ASKED);
			assert.equal(error.reason, reason, code);
			assert.equal(error.kind, reason === "slow" ? "timedOut" : "unreachable");
			assert.ok(error.message.includes("user.example") && error.hint?.endsWith("."), error.message);
			messages.set(reason, error.message);
		}
		assert.equal(new Set(messages.values()).size, messages.size, "two reasons in the same words");
	});

	it("repeat neither what the cause says nor the query of the address", () => {
		const error = networkError(failed("ECONNRESET"), URL_ASKED);
		assert.ok(!`${error.message}${error.hint}${error.detail}${error.stack}${String(error.cause)}`.includes("hidden"));
	});

	it("are found in a host's several addresses", () => {
		const refused = Object.assign(new Error("v4"), { code: "ECONNREFUSED" });
		const cause = new AggregateError([Object.assign(new Error("v6"), { code: "SOMETHING_NEW" }), refused]);
		assert.equal(networkError(new TypeError("fetch failed", { cause }), URL_ASKED).reason, "refused");
		const circle = new Error("circle");
		circle.cause = circle;
		assert.equal(networkError(circle, URL_ASKED).reason, "other");
		assert.equal(networkError("no error at all", URL_ASKED).reason, "other");
	});
});
