/**
 * Releases that are known to be malicious or broken beyond use, with the first good one.
 * Source: the advisories named at each entry. Read 2026-11.
 */
export interface BadRelease {
	/** In messages. */
	readonly name: string;
	/** Names under which package managers know it: `npm:event-stream`, `pip:ultralytics`, `apt:xz-utils`. */
	readonly packages: readonly string[];
	/** In the address of a download: what stands directly in front of the version, lower case. */
	readonly prefixes: readonly string[];
	/** Whether a version is one of them. */
	readonly bad: RegExp;
	readonly fixed: string;
	readonly why: string;
	readonly advisory: string;
}

const HIJACKED = "was published by an attacker";

export const BAD_RELEASES: readonly BadRelease[] = [
	{
		name: "xz",
		packages: ["apt:xz-utils", "apt:liblzma5", "apt:liblzma-dev", "yum:xz", "yum:xz-libs", "dnf:xz", "dnf:xz-libs", "pacman:xz"],
		prefixes: ["/xz-", "/xz/v", "/xz/releases/download/v", "tukaani-project/xz/archive/refs/tags/v", "tukaani-project/xz/archive/v"],
		bad: /^5\.6\.[01](?!\.?\d|.*really)/,
		fixed: "5.6.2",
		why: "has a back door",
		advisory: "CVE-2024-3094",
	},
	{
		name: "OpenSSL",
		packages: [],
		prefixes: ["/openssl-", "/openssl/archive/refs/tags/openssl-"],
		bad: /^3\.0\.[0-6](?!\d)/,
		fixed: "3.0.7",
		why: "overflows a buffer at e-mail addresses in certificates",
		advisory: "CVE-2022-3602",
	},
	{
		name: "OpenSSL",
		packages: [],
		prefixes: ["/openssl-"],
		bad: /^1\.0\.1[a-f]?(?![\da-z]|\.\d)/,
		fixed: "1.0.1g",
		why: "gives its memory away (Heartbleed)",
		advisory: "CVE-2014-0160",
	},
	{
		name: "log4j-core",
		packages: [],
		prefixes: ["/log4j-core-", "/log4j-core/", "/apache-log4j-", "/logging/log4j/"],
		bad: /^(?!2\.3\.[12]|2\.12\.[234])2\.(?:\d|1[0-5])(?!\d)/,
		fixed: "2.17.1",
		why: "runs code that a logged text names (Log4Shell)",
		advisory: "CVE-2021-44228",
	},
	{
		name: "log4j-core",
		packages: [],
		prefixes: ["/log4j-core-", "/log4j-core/", "/apache-log4j-", "/logging/log4j/"],
		bad: /^2\.16(?!\d)/,
		fixed: "2.17.1",
		why: "can be stopped by a text that is logged",
		advisory: "CVE-2021-45105",
	},
	{
		name: "Trivy",
		packages: [],
		prefixes: ["/trivy_", "/trivy/releases/download/v"],
		bad: /^0\.69\.[456](?!\d)/,
		fixed: "0.76.0",
		why: "was part of an attack on its users",
		advisory: "GHSA-69fq-xp46-6x23",
	},
	{
		name: "Webmin",
		packages: [],
		prefixes: ["/webmin-", "/webmin_", "/webmin/archive/"],
		bad: /^1\.(?:89|90|91|92)0(?!\d)/,
		fixed: "1.930",
		why: "has a back door",
		advisory: "CVE-2019-15107",
	},
	npm("event-stream", /^3\.3\.6$/, "3.3.4", "GHSA-mh6f-8j2x-4483"),
	npm("ua-parser-js", /^0\.7\.29$/, "0.7.30", "GHSA-pjwm-rvh2-c87w"),
	npm("ua-parser-js", /^0\.8\.0$/, "0.8.1", "GHSA-pjwm-rvh2-c87w"),
	npm("ua-parser-js", /^1\.0\.0$/, "1.0.1", "GHSA-pjwm-rvh2-c87w"),
	npm("coa", /^(?:2\.0\.[34]|2\.1\.[13]|3\.0\.1|3\.1\.3)$/, "2.0.2", "GHSA-73qr-pfmq-6rp8"),
	npm("rc", /^(?:1\.2\.9|1\.3\.9|2\.3\.9)$/, "1.2.8", "GHSA-g2q5-5433-rhrf"),
	{ ...npm("node-ipc", /^10\.1\.[12]$/, "10.1.3", "GHSA-97m3-w2cp-4xx6"), why: "overwrites files in some countries" },
	npm("eslint-scope", /^3\.7\.2$/, "3.7.3", "GHSA-hxxf-q3w9-4xgw"),
	npm("chalk", /^5\.6\.1$/, "5.6.2", "GHSA-2v46-p5h4-248w"),
	npm("debug", /^4\.4\.2$/, "4.4.3", "GHSA-8mgj-vmr8-frr6"),
	npm("@solana/web3.js", /^1\.95\.[67]$/, "1.95.8", "GHSA-jcxm-7wvp-g6p5"),
	pip("ultralytics", /^8\.3\.(?:4[1256])$/, "8.3.47", "PYSEC-2024-154"),
	gem("rest-client", /^1\.6\.1[0-3]$/, "1.6.14", "CVE-2019-15224"),
	gem("strong_password", /^0\.0\.7$/, "0.0.8", "CVE-2019-13354"),
	gem("bootstrap-sass", /^3\.2\.0\.3$/, "3.2.0.4", "CVE-2019-10842"),
];

function npm(name: string, bad: RegExp, fixed: string, advisory: string): BadRelease {
	return {
		name,
		packages: ["npm", "yarn", "pnpm", "bun"].map((manager) => `${manager}:${name}`),
		prefixes: [],
		bad,
		fixed,
		why: HIJACKED,
		advisory,
	};
}

function pip(name: string, bad: RegExp, fixed: string, advisory: string): BadRelease {
	return { name, packages: [`pip:${name}`, `uv:${name}`], prefixes: [], bad, fixed, why: HIJACKED, advisory };
}

function gem(name: string, bad: RegExp, fixed: string, advisory: string): BadRelease {
	return { name, packages: [`gem:${name}`], prefixes: [], bad, fixed, why: HIJACKED, advisory };
}
