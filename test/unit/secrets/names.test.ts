import assert from "node:assert/strict";
import { SECRET_NAMES, SERVER_KEYS } from "../../../server/core/knowledge/secretNames.ts";
import { secretName } from "../../../server/core/secrets/names.ts";
import { looksGenerated, passwordsInUrls, valueKind } from "../../../server/core/secrets/values.ts";

describe("names of variables that hold credentials", () => {
	const names: Readonly<Record<string, readonly string[]>> = {
		strong: [
			"PASSWORD",
			"db_password",
			"dbPassword",
			"PGPASSWORD",
			"MYSQL_ROOT_PASSWORD",
			"SMTP_PASS",
			"MYSQL_PWD",
			"GITHUB_TOKEN",
			"GITHUB_TOKEN_2",
			"NODE_AUTH_TOKEN",
			"JDK17_TOKEN",
			"AWS_ACCESS_KEY_ID",
			"AWS_SECRET_ACCESS_KEY",
			"STRIPE_API_KEY",
			"OPENAI_APIKEY",
			"APP_ENCRYPTION_KEY",
			"SECRET_KEY_BASE",
			"DJANGO_SECRET_KEY",
			"SECRET_KEY_PROD",
			"UV_INDEX_ACME_PASSWORD",
			"POETRY_HTTP_BASIC_ACME_PASSWORD",
			"COMPOSER_AUTH",
			"BUNDLE_GITHUB__COM",
			"BUNDLE_GEMS__ACME___CORP__DEV",
			"SSH_PRIVATE_KEY",
			"GPG_PRIVATE_KEY",
			"REACT_APP_SECRET",
		],
		weak: ["KEY", "SESSION_COOKIE", "MY_KEY", "FIRST_PASS", "SMTP_AUTH_2FA_PIN"],
		public: ["GPG_KEY", "GPG_SIGNING_KEY", "SITE_KEY", "APT_KEY"],
		undefined: [
			"BUNDLE_BUILD__NOKOGIRI",
			"BUNDLE_LOCAL__RACK",
			"BUNDLE_WITHOUT",
			"TOKEN_URL",
			"AUTH_MODE",
			"KEY_PATH",
			"SORT_KEYS",
			"PUBLISHABLE_KEY",
			"POSTGRES_PASSWORD_FILE",
			"PASSWORD_MIN_LENGTH",
			"TOKEN_EXPIRATION",
			"SECRET_NAME",
			"SECRET_KEY_BASE_DUMMY",
			"MYSQL_ALLOW_EMPTY_PASSWORD",
			"MYSQL_RANDOM_ROOT_PASSWORD",
			"GOOGLE_APPLICATION_CREDENTIALS",
			"TOKENIZERS_PARALLELISM",
			"DOCKER_AUTH_VERSION",
			"SSH_AUTH_SOCK",
			"OLDPWDX",
			"BYPASS",
			"VITE_API_KEY",
			"NEXT_PUBLIC_ANALYTICS_TOKEN",
			"AUTHORS",
			"MONKEY",
			"",
		],
	};
	for (const [evidence, list] of Object.entries(names)) {
		for (const name of list)
			it(`${name}: ${evidence}`, () => assert.equal(String(secretName(name)), name === "SMTP_AUTH_2FA_PIN" ? "weak" : evidence));
	}
});

describe("names that the tables spell out", () => {
	it("say that it is a credential", () => {
		for (const name of SECRET_NAMES) assert.equal(secretName(name), "strong", name);
		for (const name of SERVER_KEYS) assert.equal(secretName(`VITE_${name}`), "strong", name);
	});
});

describe("what stands where a credential could", () => {
	const values: Readonly<Record<string, readonly string[]>> = {
		empty: ["", " ", "null", "None"],
		switch: ["true", "No", "1", "off"],
		path: ["/run/secrets/db", "./key", "~/.npmrc", "C:\\key", "certs/tls.key", "setPassword.sh"],
		url: ["https://a.b/token", "postgres://u:p@h/d"],
		dummy: ["dummy", "not-a-secret", "notused", "fake-key", "for-build-time-only"],
		placeholder: ["changeme", "<your token>", "xxxxxxxx", "00000000-0000-0000", "your_token_here", "${{ secrets.X }}", "REPLACE_ME"],
		common: ["password", "root", "admin1", "secret", "123456", "Welcome1"],
		text: ["hunter2", "root:Docker!", "lgNv", "s3cr3t"],
	};
	for (const [kind, list] of Object.entries(values)) {
		for (const value of list) it(`${JSON.stringify(value)}: ${kind}`, () => assert.equal(valueKind(value), kind));
	}

	it("generated keys", () => {
		assert.ok(looksGenerated("9f8a7c6e5d4b3a21f0e9"));
		assert.ok(!looksGenerated("7169605F62C751356D054A26A821E680E5FA6305"), "a fingerprint");
		assert.ok(!looksGenerated("1.2.3-alpine3.20-r0"), "a version");
		assert.ok(!looksGenerated("aaaaaaaaaaaaaaaa1"), "one character");
	});

	it("passwords in addresses", () => {
		const at = (text: string): string | undefined => {
			const found = passwordsInUrls(text)[0];
			return found && text.slice(found.at, found.end);
		};
		assert.equal(at("x=postgres://app:hunter2@db:5432/app"), "hunter2");
		assert.equal(at("redis://:hunter2@cache"), "hunter2");
		assert.equal(at("https://oauth2:hunter2%40@git.acme.dev/x"), "hunter2%40");
		for (const text of [
			"https://user@host/",
			"https://host:8080/a@b",
			"https://user:$PASS@host",
			"https://user:${PASS}@host",
			"https://user:%PASS%@host",
			"https://user:<token>@host",
			"https://user:password@host",
			"https://u:hunter2@example.com/",
			"http://[::1]:80/",
			"//a:b@c",
			"://a:hunter2@c",
		])
			assert.equal(at(text), undefined, text);
	});
});
