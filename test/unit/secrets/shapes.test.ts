import assert from "node:assert/strict";
import { SHORTEST_SECRET } from "../../../server/core/knowledge/secretShapes.ts";
import { crc32 } from "../../../server/core/secrets/checksums.ts";
import { findSecrets } from "../../../server/core/secrets/shapes.ts";

/** Characters that look random and are the same in every run, put together here so that no scanner takes this file for a leak. */
function letters(count: number, alphabet = "kQ7wZt3BnX9rLf2VhMd5GsYc8JpRe4Aa"): string {
	return Array.from({ length: count }, (_, index) => alphabet[(index * 7 + (index % 3)) % alphabet.length]).join("");
}

function withChecksum(prefix: string): string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const body = letters(30);
	let rest = crc32(body);
	let checksum = "";
	for (; rest > 0; rest = Math.floor(rest / 62)) checksum = digits[rest % 62] + checksum;
	return prefix + body + checksum.padStart(6, "0");
}

const HEX = "3f9a07c1e5d84b26";
const pem = (kind: string, ...rest: readonly string[]): string => ["-----BEGIN ", kind, "PRIVATE ", "KEY-----\n", ...rest].join("");
const jwt = (header: string): string =>
	`${[Buffer.from(header), Buffer.from('{"sub":"somebody"}')].map((part) => part.toString("base64url")).join(".")}.${letters(43)}`;

const RECOGNISED: Readonly<Record<string, string>> = {
	"a GitHub token": withChecksum("ghp_"),
	"a GitHub token, fine-grained": `github_pat_${letters(22)}_${letters(59)}`,
	"an npm token": withChecksum("npm_"),
	"a GitLab token": `glpat-${letters(20)}`,
	"a GitLab token, routable": `glpat-${letters(37)}.01.${letters(9, "0a1b2c3d4e5")}`,
	"an AWS access key id": `AKIA${letters(16, "QWE7RTY5UIO3PAS2DFG")}`,
	"a Google API key": `AIza${letters(35)}`,
	"a Slack token": `xoxb-${"4".repeat(3)}82913-${letters(24)}`,
	"a Slack webhook": `https://hooks.slack.com/services/T${letters(9, "A7B3C9D1")}/B${letters(9, "A7B3C9D1")}/${letters(24)}`,
	"a Stripe secret key": `sk_live_${letters(24)}`,
	"a Docker Hub token": `dckr_pat_${letters(27)}`,
	"a PyPI token": `pypi-AgE${letters(100)}`,
	"a DigitalOcean token": `dop_v1_${letters(64, HEX)}`,
	"an Azure storage account key": `AccountKey=${letters(86)}==`,
	"an OpenAI API key": `sk-proj-${letters(40)}T3BlbkFJ${letters(40)}`,
	"an Anthropic API key": `sk-ant-api03-${letters(93)}AA`,
	"a private key": pem("RSA ", letters(64), "\n"),
	"a private key, continued": pem("OPENSSH ", "\\n\\\n", letters(64)),
	"a private key, encrypted": pem("EC ", "Proc-Type: 4,ENCRYPTED\n"),
	"a JSON web token": jwt('{"alg":"HS256","typ":"JWT"}'),
};

describe("credentials by shape", () => {
	for (const [title, secret] of Object.entries(RECOGNISED)) {
		it(`recognises ${title}`, () => {
			const text = `RUN x "${secret}" y`;
			const [found, ...more] = findSecrets(text);
			assert.equal(more.length, 0);
			assert.equal(found?.shape.title, title.replace(/,.*/, ""));
			assert.equal(found?.at, 7);
			if (!title.includes("private key")) assert.equal(text.slice(found?.at, found?.end), secret);
		});
	}

	it("recognises one behind characters of any length", () => {
		const secret = withChecksum("ghp_");
		const text = `# ünïcode 🐳 \ud800 →\nRUN x "${secret}"🐳 "${secret}"\n`;
		assert.deepEqual(
			findSecrets(text).map(({ at, end }) => text.slice(at, end)),
			[secret, secret],
		);
	});

	it("knows how short one can be", () => {
		assert.equal(Math.min(...Object.values(RECOGNISED).map((secret) => secret.length)), SHORTEST_SECRET);
	});

	it("tells a wrong checksum", () => {
		const token = withChecksum("ghp_");
		assert.equal(findSecrets(token).length, 1);
		assert.deepEqual(findSecrets(token.replace(/.$/, (last) => (last === "0" ? "1" : "0"))), []);
		assert.deepEqual(findSecrets(withChecksum("npm_").replace("k", "K")), []);
	});

	const silent: Readonly<Record<string, string>> = {
		"a documented example": ["AKIA", "IOSFODNN7", "EXAMPLE"].join(""),
		"a repeated character": `glpat-${"x".repeat(20)}`,
		"a counted-up text": `sk_live_${"0123456789".repeat(3)}`,
		"a variable behind the prefix": "glpat-${TOKEN} ghp_$TOKEN AKIA",
		"a longer word": `my${withChecksum("ghp_")} ${withChecksum("ghp_")}x`,
		"a header alone": 'grep -q "-----BEGIN RSA PRIVATE KEY-----" $KEY || exit 1',
		"three parts that are no token": `eyJ${letters(20)}.eyJ${letters(20)}.${letters(30)}`,
		"a public key": `-----BEGIN PUBLIC KEY-----\n${letters(64)}`,
		"a hash": `sha256:${letters(64, HEX)}`,
	};
	for (const [title, text] of Object.entries(silent)) it(`is silent on ${title}`, () => assert.deepEqual(findSecrets(text), []));

	it("needs no more than a moment for hostile texts", () => {
		const started = performance.now();
		for (const piece of ["sk-", "eyJ.", "eyJaaaaaaaaaa.", "x://", "xoxb-1", "gl", "A", "-----BEGIN "])
			findSecrets(piece.repeat(Math.ceil(100_000 / piece.length)));
		assert.ok(performance.now() - started < 2000);
	});
});
